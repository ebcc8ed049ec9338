"""The visits of one auditor, for a calendar: of audits, and to what was put right."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm import Farm, InspectionBody
from records.periodic_audit import AuditRow
from scheme.periodic_audit import State

# Older visits are of no use in a calendar.
SHOWN_FOR = timedelta(days=365)
_NOT_HELD = frozenset({State.STOPPED.value, State.CANCELLED.value})


@dataclass(frozen=True)
class VisitLine:
    """A visit at a farm. visits: how often one of this audit was planned or moved; cancelled: it is not held."""

    case_id: str
    follow_up: bool
    at: datetime
    visits: int
    cancelled: bool
    farm_id: str
    farm_name: str
    where: str
    phone: str | None
    body: str


async def visits_of(session: AsyncSession, person_id: str, now: datetime) -> tuple[VisitLine, ...]:
    """Every visit planned for this auditor, in order, those that are not held any more included."""
    theirs = or_(col(AuditRow.auditor) == person_id, col(AuditRow.follow_up_auditor) == person_id)
    query = (
        select(AuditRow, Farm, col(InspectionBody.name))
        .join(Farm, col(Farm.farm_id) == col(AuditRow.farm_id))
        .join(InspectionBody, col(InspectionBody.body_id) == col(AuditRow.body))
        .where(theirs)
    )
    found = []
    for audit, farm, body in await session.execute(query):
        if audit.auditor == person_id and audit.visit_at is not None:
            # A stop after the visit was held cancels nothing.
            not_held = audit.state in _NOT_HELD and audit.audited_on is None
            found.append(_line(audit, farm, body, audit.visit_at, follow_up=False, cancelled=not_held))
        if audit.follow_up_auditor == person_id and audit.follow_up_at is not None:
            gone = audit.state in _NOT_HELD and audit.closed_at is not None and audit.closed_at < audit.follow_up_at
            found.append(_line(audit, farm, body, audit.follow_up_at, follow_up=True, cancelled=gone))
    return tuple(sorted((one for one in found if one.at > now - SHOWN_FOR), key=lambda one: (one.at, one.case_id)))


def _line(audit: AuditRow, farm: Farm, body: str, at: datetime, *, follow_up: bool, cancelled: bool) -> VisitLine:
    return VisitLine(
        case_id=audit.case_id,
        follow_up=follow_up,
        at=at,
        # A visit that is called off is told once more.
        visits=audit.visits + cancelled,
        cancelled=cancelled,
        farm_id=farm.farm_id,
        farm_name=farm.name,
        where=_where(farm),
        phone=farm.phone,
        body=body,
    )


def _where(farm: Farm) -> str:
    """Where the cows are, or else where letters go."""
    if farm.site_street is not None:
        return f"{farm.site_street}, {farm.site_postcode} {farm.site_city}"
    return f"{farm.street}, {farm.postcode} {farm.city}"
