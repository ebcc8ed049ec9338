"""Periodic audits as lists and calendars show them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm import Farm, InspectionBody
from records.periodic_audit import AuditRow, FindingRow
from records.person import PersonRow
from records.queries.listing import Listing, Paging, count
from scheme.ids import CaseId
from scheme.periodic_audit import OPEN, ActionState, State


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
    """A line of the list. body, auditor: by name; ready_at: since when it can be decided about; decided_at: done."""

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
    ready_at: datetime | None = None
    decided_at: datetime | None = None


async def audits(
    session: AsyncSession, seen: ColumnElement[bool], sieve: AuditSieve, paging: Paging
) -> Listing[AuditLine]:
    """Audits of farms the visitor sees; those whose day to plan or visit comes first, first."""
    query = lines().where(seen, _wanted(sieve))
    total = await count(session, query)
    page = query.order_by(*_order(sieve)).limit(paging.page_size).offset(paging.offset)
    return Listing(tuple(map(_line, (await session.execute(page)).all())), paging, total)


async def visits_between(
    session: AsyncSession, seen: ColumnElement[bool], first: datetime, last: datetime
) -> tuple[AuditLine, ...]:
    """Audits with a visit from `first` to before `last` that is planned or was held, in order."""
    when = and_(col(AuditRow.visit_at) >= first, col(AuditRow.visit_at) < last)
    counts = or_(col(AuditRow.closed_at).is_(None), col(AuditRow.audited_on).is_not(None))
    rows = await session.execute(lines().where(seen, when, counts).order_by(col(AuditRow.visit_at)))
    return tuple(map(_line, rows.all()))


async def audits_of_farm(session: AsyncSession, farm_id: str) -> tuple[AuditLine, ...]:
    """The farm's audits, the latest first."""
    rows = await session.execute(
        lines().where(col(AuditRow.farm_id) == farm_id).order_by(col(AuditRow.opened_at).desc())
    )
    return tuple(map(_line, rows.all()))


async def corrections_until(session: AsyncSession, farm_id: str) -> date | None:
    """The last day of what is still to be put right, or to be judged, of the farm's audit that runs; None without."""
    query = (
        select(func.max(col(FindingRow.due)))
        .join(AuditRow, col(AuditRow.case_id) == col(FindingRow.case_id))
        .where(
            col(AuditRow.farm_id) == farm_id,
            col(AuditRow.state).in_(OPEN),
            col(FindingRow.state).in_([ActionState.OPEN, ActionState.PROVEN]),
        )
    )
    last: date | None = (await session.execute(query)).scalar_one()
    return last


def lines() -> Select[AuditRow, str, str, str, str | None]:
    """Audits, each with the names of its farm, its body and its auditor; without order."""
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
        ready_at=audit.ready_at,
        decided_at=audit.decided_at,
    )
