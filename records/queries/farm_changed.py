"""What happened to farms, as their holder or site, as lists and pages show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import CaseRow
from records.farm import Farm, InspectionBody
from records.farm_changed import FarmChangeRow
from records.periodic_audit import AuditRow
from records.person import PersonRow
from records.queries.before_change import change_made
from records.queries.listing import Listing, Paging, count
from records.queries.status_change import taken
from records.submission import SubmissionRow
from records.wire import case_from
from scheme.days import add_days
from scheme.errors import Rule, RuleViolationError
from scheme.farm_change import STATED, UNDECIDED, Change, Effect, FarmChange, State
from scheme.ids import CaseId
from scheme.language import Language


@dataclass(frozen=True)
class FarmChangeLine:
    """A line of the list. body, asked_by, reviewed_by, decided_by: by name.

    other: the farm that was merged into it, with its last day, None where that stop was taken back; or the new one.
    """

    case_id: CaseId
    farm_id: str
    farm_name: str
    city: str
    what: Change
    happened_on: date
    body: str
    state: State
    opened_at: datetime
    asked_by: str
    decide_due: date
    reviewed_by: str | None
    decided_by: str | None
    other: str | None = None
    other_stopped_on: date | None = None

    @property
    def merged(self) -> bool:
        """Whether it is a merger that stands: the other farm stopped with it."""
        stands = self.what is Change.MERGER and self.state is not State.FELL_THROUGH
        return stands and self.other_stopped_on == add_days(self.happened_on, -1)


@dataclass(frozen=True)
class FarmChangeFile:
    """What happened, with what it changed in the register. involved: names of who may neither review nor decide.

    words: of who recorded it, with the reference of the evidence; remarks, grounds: of review and decision. before,
    after: columns of the register that are other ones now.
    """

    case: FarmChange
    line: FarmChangeLine
    farm_language: Language
    involved: tuple[str, ...]
    words: Mapping[str, str]
    remarks: str | None
    grounds: str | None
    before: Mapping[str, str | None]
    after: Mapping[str, str | None]


async def farm_changes(
    session: AsyncSession, seen: ColumnElement[bool], paging: Paging, *, undecided_only: bool
) -> Listing[FarmChangeLine]:
    """Those of farms the visitor sees; what is to be decided first, by its last day."""
    query, row = _lines().where(seen), FarmChangeRow
    if undecided_only:
        query = query.where(col(row.state).in_(UNDECIDED))
    total = await count(session, query)
    ordered = query.order_by(col(row.closed_at).is_not(None), col(row.decide_due), col(row.case_id))
    rows = await session.execute(ordered.limit(paging.page_size).offset(paging.offset))
    return Listing(tuple(map(_line, rows.all())), paging, total)


async def farm_changes_of(session: AsyncSession, farm_id: str) -> tuple[FarmChangeLine, ...]:
    """What happened to the farm, and to another one by it, the latest first."""
    query = _lines().where(or_(col(FarmChangeRow.farm_id) == farm_id, col(FarmChangeRow.other_farm) == farm_id))
    rows = await session.execute(query.order_by(col(FarmChangeRow.opened_at).desc()))
    return tuple(map(_line, rows.all()))


async def farm_change_of(session: AsyncSession, seen: ColumnElement[bool], case_id: str) -> FarmChangeFile | None:
    """One of them; None where there is none, or none that the visitor may see."""
    found = (await session.execute(_lines().where(col(FarmChangeRow.case_id) == case_id, seen))).one_or_none()
    row = await session.get(CaseRow, case_id)
    case = None if row is None else case_from(row.state)
    if found is None or row is None or not isinstance(case, FarmChange):
        return None
    people = select(col(PersonRow.name)).where(col(PersonRow.person_id).in_(case.involved))
    names = (await session.execute(people.order_by(col(PersonRow.name)))).scalars()
    asked = await session.get(SubmissionRow, row.opened_by)
    before, after = await _register(session, case)
    return FarmChangeFile(
        case=case,
        line=_line(found),
        farm_language=Language((await session.get_one(Farm, case.farm_id)).language),
        involved=tuple(names),
        words={} if asked is None else asked.words or {},
        remarks=await taken(session, case_id, "review-change", case.reviewed_by),
        grounds=await taken(session, case_id, "decide-change", case.decided_by),
        before=before,
        after=after,
    )


async def check_effect(session: AsyncSession, case: FarmChange, effect: Effect) -> None:
    """Raise RuleViolationError where an audit that was held is not decided about: its certificate comes first."""
    held = select(func.max(col(AuditRow.audited_on))).where(
        col(AuditRow.farm_id) == case.farm_id, col(AuditRow.closed_at).is_(None), col(AuditRow.decided_at).is_(None)
    )
    day = (await session.execute(held)).scalar_one()
    if effect is Effect.NEW_AUDIT and day is not None:
        raise RuleViolationError(Rule.AUDIT_UNDECIDED, day)


async def _register(
    session: AsyncSession, case: FarmChange
) -> tuple[Mapping[str, str | None], Mapping[str, str | None]]:
    """What the register said before and after, of the change that was made as the case opened; nothing for none."""
    row = await change_made(session, case.case_id, case.farm_id)
    if row is None:
        return {}, {}
    names = [name for name in STATED[case.asked.what] if name in row.after]
    return {name: row.before[name] for name in names}, {name: row.after[name] for name in names}


def _lines() -> Select[FarmChangeRow, str, str, str, str, str | None, str | None, date | None]:
    asker, reviewer, decider, row = aliased(PersonRow), aliased(PersonRow), aliased(PersonRow), FarmChangeRow
    other = aliased(Farm)
    return (
        select(
            row, col(Farm.name), col(Farm.city), col(InspectionBody.name), col(asker.name), col(reviewer.name),
            col(decider.name), col(other.stopped_on),
        )
        .join(Farm, col(Farm.farm_id) == col(row.farm_id))
        .join(InspectionBody, col(InspectionBody.body_id) == col(row.body))
        .join(asker, col(asker.person_id) == col(row.asked_by))
        .join(reviewer, col(reviewer.person_id) == col(row.reviewed_by), isouter=True)
        .join(decider, col(decider.person_id) == col(row.decided_by), isouter=True)
        .join(other, col(other.farm_id) == col(row.other_farm), isouter=True)
    )  # fmt: skip


def _line(
    row: tuple[FarmChangeRow, str, str, str, str, str | None, str | None, date | None],
) -> FarmChangeLine:
    case, farm_name, city, body, asker, reviewer, decider, other_stopped_on = row
    return FarmChangeLine(
        case_id=CaseId(case.case_id),
        farm_id=case.farm_id,
        farm_name=farm_name,
        city=city,
        what=Change(case.what),
        happened_on=case.happened_on,
        body=body,
        state=State(case.state),
        opened_at=case.opened_at,
        asked_by=asker,
        decide_due=case.decide_due,
        reviewed_by=reviewer,
        decided_by=decider,
        other=case.other_farm,
        other_stopped_on=other_stopped_on,
    )
