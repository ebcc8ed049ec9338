"""Suspensions, liftings and withdrawals of certificates as lists and pages show them."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import CaseRow
from records.clock import now
from records.farm import Farm
from records.person import PersonRow
from records.queries.certificate import history_of
from records.queries.listing import Listing, Paging, count
from records.status_change import StatusChangeRow
from records.submission import SubmissionRow
from records.wire import case_from
from scheme.certificate import Reason, Standing, standing_on
from scheme.days import local_day
from scheme.ids import CaseId
from scheme.language import Language
from scheme.status_change import UNDECIDED, State, StatusChange, Wanted


@dataclass(frozen=True)
class StatusChangeLine:
    """A line of the list. asked_by, reviewed_by, decided_by: by name."""

    case_id: CaseId
    farm_id: str
    farm_name: str
    city: str
    number: str
    wanted: Wanted
    reason: Reason
    state: State
    opened_at: datetime
    asked_by: str
    decide_due: date
    reviewed_by: str | None
    decided_by: str | None
    suspended_until: date | None


@dataclass(frozen=True)
class StatusChangeFile:
    """What is asked, with the certificate as it stands today. involved: names of who may neither review nor decide.

    words: of who asked; remarks, grounds: of review and decision, None where nothing was written.
    """

    case: StatusChange
    line: StatusChangeLine
    farm_language: Language
    standing: Standing
    involved: tuple[str, ...]
    words: str | None
    remarks: str | None
    grounds: str | None


async def status_changes(
    session: AsyncSession, seen: ColumnElement[bool], paging: Paging, *, undecided_only: bool
) -> Listing[StatusChangeLine]:
    """Those about farms the visitor sees; what is to be decided first, by its last day."""
    query, row = _lines().where(seen), StatusChangeRow
    if undecided_only:
        query = query.where(col(row.state).in_(UNDECIDED))
    total = await count(session, query)
    ordered = query.order_by(col(row.decided_at).is_not(None), col(row.decide_due), col(row.case_id))
    rows = await session.execute(ordered.limit(paging.page_size).offset(paging.offset))
    return Listing(tuple(map(_line, rows.all())), paging, total)


async def status_changes_of_farm(session: AsyncSession, farm_id: str) -> tuple[StatusChangeLine, ...]:
    """The farm's, the latest first."""
    query = _lines().where(col(StatusChangeRow.farm_id) == farm_id)
    rows = await session.execute(query.order_by(col(StatusChangeRow.opened_at).desc()))
    return tuple(map(_line, rows.all()))


async def status_change_of(session: AsyncSession, seen: ColumnElement[bool], case_id: str) -> StatusChangeFile | None:
    """One of them; None where there is none, or none that the visitor may see."""
    found = (await session.execute(_lines().where(col(StatusChangeRow.case_id) == case_id, seen))).one_or_none()
    row = await session.get(CaseRow, case_id)
    case = None if row is None else case_from(row.state)
    if found is None or row is None or not isinstance(case, StatusChange):
        return None
    people = select(col(PersonRow.name)).where(col(PersonRow.person_id).in_(case.involved))
    names = (await session.execute(people.order_by(col(PersonRow.name)))).scalars()
    history = await history_of(session, case.asked.certificate)
    asked = await session.get(SubmissionRow, row.opened_by)
    return StatusChangeFile(
        case=case,
        line=_line(found),
        farm_language=Language((await session.get_one(Farm, case.farm_id)).language),
        standing=standing_on(history, local_day(await now(session))),
        involved=tuple(names),
        words=None if asked is None else _reason(asked),
        remarks=await taken(session, case_id, "review-status", case.reviewed_by),
        grounds=await taken(session, case_id, "decide-status", case.decided_by),
    )


async def taken(session: AsyncSession, case_id: str, kind: str, person: str | None) -> str | None:
    """What that person wrote with what was taken last."""
    row = SubmissionRow
    query = select(row).where(
        col(row.case_id) == case_id, col(row.kind) == kind, col(row.person) == person,
        col(row.settled_at).is_not(None), col(row.refused_by).is_(None),
    )  # fmt: skip
    latest = (await session.execute(query.order_by(col(row.received_at).desc()).limit(1))).scalar_one_or_none()
    return None if latest is None else _reason(latest)


def _reason(row: SubmissionRow) -> str | None:
    return (row.words or {}).get("reason")


def _lines() -> Select[StatusChangeRow, str, str, str, str | None, str | None]:
    asker, reviewer, decider = aliased(PersonRow), aliased(PersonRow), aliased(PersonRow)
    return (
        select(StatusChangeRow, col(Farm.name), col(Farm.city), col(asker.name), col(reviewer.name), col(decider.name))
        .join(Farm, col(Farm.farm_id) == col(StatusChangeRow.farm_id))
        .join(asker, col(asker.person_id) == col(StatusChangeRow.asked_by))
        .join(reviewer, col(reviewer.person_id) == col(StatusChangeRow.reviewed_by), isouter=True)
        .join(decider, col(decider.person_id) == col(StatusChangeRow.decided_by), isouter=True)
    )


def _line(row: tuple[StatusChangeRow, str, str, str, str | None, str | None]) -> StatusChangeLine:
    case, farm_name, city, asker, reviewer, decider = row
    return StatusChangeLine(
        case_id=CaseId(case.case_id),
        farm_id=case.farm_id,
        farm_name=farm_name,
        city=city,
        number=case.number,
        wanted=Wanted(case.wanted),
        reason=Reason(case.reason),
        state=State(case.state),
        opened_at=case.opened_at,
        asked_by=asker,
        decide_due=case.decide_due,
        reviewed_by=reviewer,
        decided_by=decider,
        suspended_until=case.suspended_until,
    )
