"""How a farm stands that is merged into another one: what whoever decides about the other has to know of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import CaseRow
from records.farm import Farm
from records.periodic_audit import AuditRow, FindingRow
from records.queries.certificate import CertificateLine, certificates_of
from scheme.certificate import IN_USE
from scheme.days import local_day
from scheme.ids import CaseId
from scheme.periodic_audit import ActionState

_KINDS = ("periodic-audit", "certification", "status-change")
_UNSETTLED = (ActionState.OPEN, ActionState.PROVEN, ActionState.OVERDUE)


@dataclass(frozen=True)
class OtherFarm:
    """The farm, and how it stood at that moment but for its stop.

    certificates: in use; findings: of its last audit that was held, those not settled; cases: audits, decisions and
    suspensions that ran.
    """

    farm: Farm
    certificates: tuple[CertificateLine, ...]
    findings: tuple[FindingRow, ...]
    cases: tuple[CaseId, ...]


async def other_farm(session: AsyncSession, seen: ColumnElement[bool], farm_id: str, at: datetime) -> OtherFarm | None:
    """How it stood at that moment, which its merger did not change yet; None where the visitor may not see it."""
    farm = (await session.execute(select(Farm).where(col(Farm.farm_id) == farm_id, seen))).scalar_one_or_none()
    if farm is None:
        return None
    # Of the session's own row nothing changes.
    taking_part = Farm(**{**farm.model_dump(), "stopped_on": None})
    lines = await certificates_of(session, taking_part, local_day(at))
    return OtherFarm(
        farm=farm,
        certificates=tuple(line for line in lines if line.standing.status in IN_USE),
        findings=await _findings(session, farm_id),
        cases=await _cases(session, farm_id, at),
    )


async def _findings(session: AsyncSession, farm_id: str) -> tuple[FindingRow, ...]:
    held = select(col(AuditRow.case_id)).where(col(AuditRow.farm_id) == farm_id, col(AuditRow.audited_on).is_not(None))
    last = held.order_by(col(AuditRow.audited_on).desc(), col(AuditRow.opened_at).desc()).limit(1)
    found = select(FindingRow).where(
        col(FindingRow.case_id) == last.scalar_subquery(), col(FindingRow.state).in_(_UNSETTLED)
    )
    return tuple((await session.execute(found.order_by(col(FindingRow.place)))).scalars())


async def _cases(session: AsyncSession, farm_id: str, at: datetime) -> tuple[CaseId, ...]:
    """Those that the merger ended were closed at its own moment or later."""
    row = CaseRow
    open_then = or_(col(row.closed_at).is_(None), col(row.closed_at) >= at)
    query = select(col(row.case_id)).where(col(row.farm_id) == farm_id, col(row.kind).in_(_KINDS), open_then)
    found = (await session.execute(query.order_by(col(row.opened_at), col(row.case_id)))).scalars()
    return tuple(map(CaseId, found))
