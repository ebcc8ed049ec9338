"""The audit that a report is about: which farm, who does it, and whether the report is still open."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm import Farm
from records.periodic_audit import AuditRow
from records.queries.requirement_list import NoListError, list_of
from records.submission import SubmissionRow
from scheme.audit_report import Checklist
from scheme.ids import CaseId, FarmId, PersonId
from scheme.periodic_audit import State


@dataclass(frozen=True)
class ReportCase:
    """A periodic audit as its report needs it. visit_at, auditor: as planned.

    received_at: since when a report that was handed in waits to be dealt with; None where none does.
    """

    case_id: CaseId
    farm_id: FarmId
    farm_name: str
    city: str
    state: State
    opened_at: datetime
    visit_at: datetime | None
    auditor: PersonId | None
    received_at: datetime | None
    checklist: Checklist

    @property
    def open(self) -> bool:
        """Whether the report can still be filled in: the visit is planned, and no report waits to be dealt with."""
        return self.state is State.PLANNED and self.received_at is None


async def report_case(session: AsyncSession, seen: ColumnElement[bool], case_id: str) -> ReportCase | None:
    """The audit; None where there is none, or none of a farm that the visitor may see."""
    query = select(AuditRow, col(Farm.name), col(Farm.city)).join(Farm, col(Farm.farm_id) == col(AuditRow.farm_id))
    row = (await session.execute(query.where(seen, col(AuditRow.case_id) == case_id))).one_or_none()
    if row is None:
        return None
    audit, name, city = row
    asked = await list_of(session, audit.list_id)
    if asked is None:
        raise NoListError(audit.list_id)
    return ReportCase(
        case_id=CaseId(audit.case_id),
        farm_id=FarmId(audit.farm_id),
        farm_name=name,
        city=city,
        state=State(audit.state),
        opened_at=audit.opened_at,
        visit_at=audit.visit_at,
        auditor=None if audit.auditor is None else PersonId(audit.auditor),
        received_at=await _waiting_since(session, case_id),
        checklist=Checklist(asked.modules, asked.requirements),
    )


async def _waiting_since(session: AsyncSession, case_id: str) -> datetime | None:
    handed_in = select(col(SubmissionRow.received_at)).where(
        col(SubmissionRow.case_id) == case_id,
        col(SubmissionRow.kind) == "report",
        col(SubmissionRow.settled_at).is_(None),
    )
    return (await session.execute(handed_in.limit(1))).scalar_one_or_none()
