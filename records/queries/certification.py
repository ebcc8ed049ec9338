"""Decisions about certificates as lists and pages show them."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import CaseRow
from records.certificate import CertificateRow
from records.farm import Farm
from records.periodic_audit import CertificationRow
from records.person import PersonRow
from records.queries.audit import AuditFile, audit_of
from records.queries.listing import Listing, Paging, count
from records.queries.status_change import taken
from records.wire import case_from
from scheme.certification import Certification, State
from scheme.days import local_day
from scheme.ids import CaseId
from scheme.lastenboek.outcome import Result
from scheme.rules import appeal_until


@dataclass(frozen=True)
class CertificationLine:
    """A line of the list. reviewed_by, decided_by: by name."""

    case_id: CaseId
    farm_id: str
    farm_name: str
    city: str
    state: State
    opened_at: datetime
    decide_due: date
    reviewed_by: str | None
    decided_by: str | None
    result: Result | None
    valid_until: date | None
    closed_at: datetime | None


@dataclass(frozen=True)
class CertificationFile:
    """A decision with the audit it is about. involved: names of those who may neither review nor decide.

    certificate: the number of the one that was issued; remarks: what the reviewer wrote.
    """

    case: Certification
    line: CertificationLine
    audit: AuditFile
    involved: tuple[str, ...]
    certificate: str | None
    remarks: str | None

    @property
    def appeal_until(self) -> date | None:
        """The last day of an appeal against it, once it is made."""
        closed_at = self.case.closed_at
        return None if closed_at is None else appeal_until(self.case.rules, local_day(closed_at))


async def certifications(
    session: AsyncSession, seen: ColumnElement[bool], paging: Paging, *, open_only: bool
) -> Listing[CertificationLine]:
    """Decisions about farms the visitor sees, those that are due first, first."""
    query = _lines().where(seen)
    if open_only:
        query = query.where(col(CertificationRow.closed_at).is_(None))
    total = await count(session, query)
    ordered = query.order_by(
        col(CertificationRow.closed_at).is_not(None), col(CertificationRow.decide_due), col(CertificationRow.case_id)
    )
    rows = await session.execute(ordered.limit(paging.page_size).offset(paging.offset))
    return Listing(tuple(map(_line, rows.all())), paging, total)


async def certifications_of_farm(session: AsyncSession, farm_id: str) -> tuple[CertificationLine, ...]:
    """The farm's decisions, the latest first."""
    query = _lines().where(col(CertificationRow.farm_id) == farm_id)
    rows = await session.execute(query.order_by(col(CertificationRow.opened_at).desc()))
    return tuple(map(_line, rows.all()))


async def certification_of(session: AsyncSession, seen: ColumnElement[bool], case_id: str) -> CertificationFile | None:
    """One decision; None where there is none, or none that the visitor may see."""
    found = (await session.execute(_lines().where(col(CertificationRow.case_id) == case_id, seen))).one_or_none()
    row = await session.get(CaseRow, case_id)
    case = None if row is None else case_from(row.state)
    if found is None or not isinstance(case, Certification):
        return None
    audit = await audit_of(session, seen, case.audit)
    if audit is None:
        raise LookupError(case.audit)
    people = select(col(PersonRow.name)).where(col(PersonRow.person_id).in_(case.involved))
    names = (await session.execute(people.order_by(col(PersonRow.name)))).scalars()
    issued = select(col(CertificateRow.number)).where(col(CertificateRow.issued_by) == case_id)
    number = (await session.execute(issued)).scalar_one_or_none()
    remarks = await taken(session, case_id, "review", case.reviewed_by)
    return CertificationFile(case, _line(found), audit, tuple(names), number, remarks)


def _lines() -> Select[CertificationRow, str, str, str | None, str | None]:
    reviewer, decider = aliased(PersonRow), aliased(PersonRow)
    return (
        select(CertificationRow, col(Farm.name), col(Farm.city), col(reviewer.name), col(decider.name))
        .join(Farm, col(Farm.farm_id) == col(CertificationRow.farm_id))
        .join(reviewer, col(reviewer.person_id) == col(CertificationRow.reviewed_by), isouter=True)
        .join(decider, col(decider.person_id) == col(CertificationRow.decided_by), isouter=True)
    )


def _line(row: tuple[CertificationRow, str, str, str | None, str | None]) -> CertificationLine:
    case, farm_name, city, reviewer, decider = row
    return CertificationLine(
        case_id=CaseId(case.case_id),
        farm_id=case.farm_id,
        farm_name=farm_name,
        city=city,
        state=State(case.state),
        opened_at=case.opened_at,
        decide_due=case.decide_due,
        reviewed_by=reviewer,
        decided_by=decider,
        result=None if case.result is None else Result(case.result),
        valid_until=case.valid_until,
        closed_at=case.closed_at,
    )
