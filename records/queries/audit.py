"""Periodic audits as lists, calendars and pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import CaseRow
from records.farm import Farm, InspectionBody
from records.farm_changed import FarmChangeRow
from records.periodic_audit import AuditRow, CertificationRow
from records.person import PersonRow
from records.proving import FILES
from records.queries.audit_report import Draft, written_of
from records.queries.listing import Listing, Paging, count
from records.queries.requirement_list import RequirementListFile, list_of
from records.queries.stored_file import SentFile, files_of
from records.status_change import StatusChangeRow
from records.submission import SubmissionRow
from records.wire import case_from
from scheme import farm_change, status_change
from scheme.audit_report import Item
from scheme.ids import CaseId
from scheme.language import Language
from scheme.lastenboek.grade import SupplementaryAudit
from scheme.people import Role
from scheme.periodic_audit import OPEN, Finding, PeriodicAudit, State
from scheme.requirement_list import Listed


class AuditOrder(StrEnum):
    """What audits can be sorted by; a minus in front turns it round."""

    PLAN_DUE = "planDue"
    VISIT = "visit"
    FARM = "farm"


@dataclass(frozen=True)
class AuditSieve:
    """Which audits are wanted, all conditions at once. open: those in which somebody still has to act."""

    state: State | None = None
    body: str | None = None
    auditor: str | None = None
    farm_id: str | None = None
    open: bool | None = None
    sort: str = ""


@dataclass(frozen=True)
class AuditLine:
    """A line of the list. body, auditor: by name."""

    case_id: CaseId
    farm_id: str
    farm_name: str
    city: str
    body: str
    state: State
    plan_due: date
    visit_at: datetime | None
    auditor: str | None
    audited_on: date | None
    expires_on: date | None
    held_by: date | None = None


@dataclass(frozen=True)
class Told:
    """What somebody handed in about a finding. words: theirs; files: what they sent with it.

    accepted, seen, seen_on: of a verdict; seen: on paper or on site.
    """

    kind: str
    number: str | None
    at: datetime
    role: Role
    person: str | None
    words: dict[str, str]
    files: tuple[SentFile, ...] = ()
    accepted: bool | None = None
    seen: SupplementaryAudit | None = None
    seen_on: date | None = None


@dataclass(frozen=True)
class AuditFile:
    """An audit with its farm. auditor, follow_up_auditor: by name; certification: its last decision's case.

    told: what was handed in and taken, oldest first; waiting_since: of something that is not processed yet.
    written: the auditor's words and photographs.
    """

    audit: PeriodicAudit
    farm_name: str
    city: str
    farm_language: Language
    body: str
    auditor: str | None
    follow_up_auditor: str | None
    requirements: RequirementListFile
    certification: CaseId | None
    told: Sequence[Told]
    waiting_since: datetime | None
    written: Draft

    def requirement(self, finding: Finding) -> Listed | None:
        """What the finding is about."""
        return self.requirements.requirement(finding.number)

    @property
    def photos(self) -> tuple[str, ...]:
        """The photographs of what was found, by id."""
        found = [self.written.photos_of(Item(one.number)) for one in self.audit.findings]
        return tuple(photo.photo_id for photos in found for photo in photos)

    def told_of(self, number: str) -> Sequence[Told]:
        """What was handed in about one finding."""
        return [one for one in self.told if one.number == number]


@dataclass(frozen=True)
class Auditor:
    """Somebody who can hold an audit of a body."""

    person_id: str
    name: str
    language: Language


async def audits(
    session: AsyncSession, seen: ColumnElement[bool], sieve: AuditSieve, paging: Paging
) -> Listing[AuditLine]:
    """Audits of farms the visitor sees; those whose day to plan or visit comes first, first."""
    query = _lines().where(seen, _wanted(sieve))
    total = await count(session, query)
    page = query.order_by(*_order(sieve)).limit(paging.page_size).offset(paging.offset)
    return Listing(tuple(map(_line, (await session.execute(page)).all())), paging, total)


async def visits_between(
    session: AsyncSession, seen: ColumnElement[bool], first: datetime, last: datetime
) -> tuple[AuditLine, ...]:
    """Audits with a visit from `first` to before `last` that is planned or was held, in order."""
    when = and_(col(AuditRow.visit_at) >= first, col(AuditRow.visit_at) < last)
    counts = or_(col(AuditRow.closed_at).is_(None), col(AuditRow.audited_on).is_not(None))
    rows = await session.execute(_lines().where(seen, when, counts).order_by(col(AuditRow.visit_at)))
    return tuple(map(_line, rows.all()))


@dataclass(frozen=True)
class AuditCounts:
    """How many open audits stand where. late: of those to plan, past their day; decisions: that wait, of all kinds."""

    to_plan: int
    late: int
    planned: int
    reported: int
    decisions: int

    @property
    def any(self) -> bool:
        """Whether there is one at all."""
        return bool(self.to_plan or self.planned or self.reported or self.decisions)


async def audit_counts(session: AsyncSession, seen: ColumnElement[bool], today: date) -> AuditCounts:
    """Open audits by where they stand."""

    def many(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count().filter(condition)

    to_plan = col(AuditRow.state) == State.TO_PLAN.value
    query = (
        select(
            many(to_plan),
            many(and_(to_plan, col(AuditRow.plan_due) < today)),
            many(col(AuditRow.state) == State.PLANNED.value),
            many(col(AuditRow.state) == State.REPORTED.value),
        )
        .join(Farm, col(Farm.farm_id) == col(AuditRow.farm_id))
        .where(seen, col(AuditRow.closed_at).is_(None))
    )
    to_be_planned, late, planned, reported = (await session.execute(query)).one()
    return AuditCounts(to_be_planned, late, planned, reported, await _decisions(session, seen))


async def _decisions(session: AsyncSession, seen: ColumnElement[bool]) -> int:
    """All that waits on the page of decisions: about certificates, their suspension, and what happened to farms."""
    waits = [
        select(func.count())
        .select_from(table)
        .join(Farm, col(Farm.farm_id) == col(table.farm_id))
        .where(seen, condition)
        .scalar_subquery()
        for table, condition in (
            (CertificationRow, col(CertificationRow.closed_at).is_(None)),
            (StatusChangeRow, col(StatusChangeRow.state).in_(status_change.UNDECIDED)),
            (FarmChangeRow, col(FarmChangeRow.state).in_(farm_change.UNDECIDED)),
        )
    ]
    total: int = sum((await session.execute(select(*waits))).one())
    return total


async def audits_of_farm(session: AsyncSession, farm_id: str) -> tuple[AuditLine, ...]:
    """The farm's audits, the latest first."""
    rows = await session.execute(
        _lines().where(col(AuditRow.farm_id) == farm_id).order_by(col(AuditRow.opened_at).desc())
    )
    return tuple(map(_line, rows.all()))


async def audit_of(session: AsyncSession, seen: ColumnElement[bool], case_id: str) -> AuditFile | None:
    """One audit; None where there is none, or none that the visitor may see."""
    line = (await session.execute(_lines().where(col(AuditRow.case_id) == case_id, seen))).one_or_none()
    row = await session.get(CaseRow, case_id)
    audit = None if line is None or row is None else case_from(row.state)
    if line is None or not isinstance(audit, PeriodicAudit):
        return None
    farm = await session.get_one(Farm, audit.farm_id)
    requirements = await list_of(session, audit.list_id)
    if requirements is None:
        raise LookupError(audit.list_id)
    last = select(col(CertificationRow.case_id)).where(col(CertificationRow.audit_id) == case_id)
    certification = (await session.execute(last.order_by(col(CertificationRow.opened_at).desc()).limit(1))).scalar()
    follow_up = None if audit.follow_up is None else await session.get(PersonRow, audit.follow_up.auditor)
    return AuditFile(
        audit=audit,
        farm_name=farm.name,
        city=farm.city,
        farm_language=Language(farm.language),
        body=line.body_name,
        auditor=line.auditor_name,
        follow_up_auditor=None if follow_up is None else follow_up.name,
        requirements=requirements,
        certification=None if certification is None else CaseId(certification),
        told=await _told(session, (*audit.continues, audit.case_id)),
        waiting_since=await _waiting(session, case_id),
        written=await written_of(session, (*audit.continues, audit.case_id)),
    )


async def auditors_of(session: AsyncSession, body_id: str) -> tuple[Auditor, ...]:
    """Who can hold an audit of this body: its auditors whose account is not locked."""
    query = select(PersonRow).where(
        col(PersonRow.body_id) == body_id,
        col(PersonRow.role) == Role.AUDITOR.value,
        col(PersonRow.locked_at).is_(None),
    )
    rows = (await session.execute(query.order_by(col(PersonRow.name)))).scalars()
    return tuple(Auditor(row.person_id, row.name, Language(row.language)) for row in rows)


async def _told(session: AsyncSession, cases: Sequence[CaseId]) -> Sequence[Told]:
    query = (
        select(SubmissionRow, col(PersonRow.name))
        .join(PersonRow, col(PersonRow.person_id) == col(SubmissionRow.person), isouter=True)
        .where(
            col(SubmissionRow.case_id).in_(cases),
            col(SubmissionRow.settled_at).is_not(None),
            col(SubmissionRow.refused_by).is_(None),
        )
        .order_by(col(SubmissionRow.received_at), col(SubmissionRow.created_at))
    )
    rows = (await session.execute(query)).all()
    files = await files_of(session, [row.submission_id for row, _ in rows])
    return [
        Told(
            kind=row.kind,
            number=row.facts.get("number"),
            at=row.received_at,
            role=Role(row.role),
            person=name,
            # Which files came with it is told by their own rows.
            words={key: said for key, said in (row.words or {}).items() if key != FILES},
            files=files.get(row.submission_id, ()),
            accepted=row.facts.get("accepted"),
            seen=SupplementaryAudit(row.facts["seen"]) if row.kind == "verdict" else None,
            seen_on=date.fromisoformat(row.facts["seen_on"]) if row.kind == "verdict" else None,
        )
        for row, name in rows
    ]


async def _waiting(session: AsyncSession, case_id: str) -> datetime | None:
    query = select(col(SubmissionRow.received_at)).where(
        col(SubmissionRow.case_id) == case_id, col(SubmissionRow.settled_at).is_(None)
    )
    return (await session.execute(query.order_by(col(SubmissionRow.received_at)).limit(1))).scalar()


def _wanted(sieve: AuditSieve) -> ColumnElement[bool]:
    conditions = [
        true() if sieve.state is None else col(AuditRow.state) == sieve.state.value,
        true() if sieve.body is None else col(AuditRow.body) == sieve.body,
        true() if sieve.farm_id is None else col(AuditRow.farm_id) == sieve.farm_id,
        true() if sieve.open is None else col(AuditRow.state).in_(OPEN) == sieve.open,
    ]
    if sieve.auditor is not None:
        conditions.append(or_(col(AuditRow.auditor) == sieve.auditor, col(AuditRow.follow_up_auditor) == sieve.auditor))
    return and_(*conditions)


def _order(sieve: AuditSieve) -> tuple[Any, ...]:  # columns of several types
    columns = {
        AuditOrder.PLAN_DUE: col(AuditRow.plan_due),
        AuditOrder.VISIT: col(AuditRow.visit_at),
        AuditOrder.FARM: col(Farm.name),
    }
    if not sieve.sort:
        return (col(AuditRow.closed_at).is_not(None), col(AuditRow.plan_due), col(AuditRow.case_id))
    chosen = columns[AuditOrder(sieve.sort.removeprefix("-"))]
    turned = chosen.desc() if sieve.sort.startswith("-") else chosen
    return (turned.nulls_last(), col(AuditRow.case_id))


def _lines() -> Select[AuditRow, str, str, str, str | None]:
    auditor = aliased(PersonRow)
    return (
        select(
            AuditRow, col(Farm.name).label("farm_name"), col(Farm.city).label("city"),
            col(InspectionBody.name).label("body_name"), col(auditor.name).label("auditor_name"),
        )
        .join(Farm, col(Farm.farm_id) == col(AuditRow.farm_id))
        .join(InspectionBody, col(InspectionBody.body_id) == col(AuditRow.body))
        .join(auditor, col(auditor.person_id) == col(AuditRow.auditor), isouter=True)
    )  # fmt: skip


def _line(row: tuple[AuditRow, str, str, str, str | None]) -> AuditLine:
    audit, farm_name, city, body, auditor = row
    return AuditLine(
        case_id=CaseId(audit.case_id),
        farm_id=audit.farm_id,
        farm_name=farm_name,
        city=city,
        body=body,
        state=State(audit.state),
        plan_due=audit.plan_due,
        visit_at=audit.visit_at,
        auditor=auditor,
        audited_on=audit.audited_on,
        expires_on=audit.expires_on,
        held_by=audit.held_by,
    )
