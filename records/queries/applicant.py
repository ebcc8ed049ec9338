"""How a farm stands that may apply for a first audit, from the rows."""

from datetime import date

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import ChoiceRow
from records.farm import Farm
from records.periodic_audit import AuditRow, CertificationRow
from records.queries.audit_waiting import is_decided
from records.queries.certificate import certificates_of
from records.queries.change_day import part_since
from records.queries.choice_round import bodies
from records.queries.counted import counted
from scheme.application import Applicant, check_applicant
from scheme.certificate import IN_USE
from scheme.certification import DECIDED
from scheme.certification import State as Decision
from scheme.choice_round import Country, recognised
from scheme.days import local_day
from scheme.errors import RuleViolationError
from scheme.farmer import Standing
from scheme.ids import BodyId, FarmId


async def applicant_of(session: AsyncSession, farm: Farm, day: date) -> Applicant:
    """What its application is held against."""
    standing = [one.standing for one in await certificates_of(session, farm, day)]
    choices = select(func.count()).where(col(ChoiceRow.farm_id) == farm.farm_id, col(ChoiceRow.year) == day.year)
    return Applicant(
        farm_id=FarmId(farm.farm_id),
        country=Country(farm.country),
        certified_until=max((one.valid_until for one in standing if one.status in IN_USE), default=None),
        running_since=await _running_since(session, farm.farm_id),
        recognised=recognised(await bodies(session), day),
        previous_body=None if farm.previous_body is None else BodyId(farm.previous_body),
        number=1 + (await session.execute(choices)).scalar_one(),
        refused=await _refused(session, farm.farm_id),
    )


async def _refused(session: AsyncSession, farm_id: str) -> bool:
    """Whether the last decision about its certificate was a refusal."""
    row = CertificationRow
    decided = select(col(row.state)).where(
        col(row.farm_id) == farm_id, col(row.state).in_([state.value for state in DECIDED])
    )
    last = (await session.execute(decided.order_by(col(row.closed_at).desc()).limit(1))).scalar_one_or_none()
    return last == Decision.REFUSED.value


async def follows_from(session: AsyncSession, farm_id: str) -> date | None:
    """The day of what an application of the farm follows from: a refusal, or that it was divided from another farm."""
    refused = select(func.max(col(CertificationRow.closed_at))).where(
        col(CertificationRow.farm_id) == farm_id, col(CertificationRow.state) == Decision.REFUSED.value
    )
    at = (await session.execute(refused)).scalar_one()
    days = (await part_since(session, farm_id), None if at is None else local_day(at))
    return max((day for day in days if day is not None), default=None)


async def may_apply(session: AsyncSession, farm: Farm, day: date) -> bool:
    """Whether an application would be taken of this farm as it stands."""
    if farm.standing != Standing.ACTIVE:
        return False
    try:
        check_applicant(await applicant_of(session, farm, day))
    except RuleViolationError:
        return False
    return True


async def _running_since(session: AsyncSession, farm_id: str) -> date | None:
    """Since when; an application of which the audit is about to open counts too, what is left of a decided one not."""
    choice, audit = ChoiceRow, AuditRow
    for running in (
        select(func.min(col(choice.asked_at))).where(col(choice.farm_id) == farm_id, col(choice.closed_at).is_(None)),
        select(func.min(col(audit.opened_at))).where(
            col(audit.farm_id) == farm_id, col(audit.closed_at).is_(None), ~is_decided()
        ),
    ):
        if (found := (await session.execute(running)).scalar_one()) is not None:
            return local_day(found)
    followed = select(1).where(col(audit.choice_id) == col(choice.case_id)).correlate(choice).exists()
    fresh = select(func.min(col(ChoiceRow.asked_at))).where(
        col(ChoiceRow.farm_id) == farm_id, col(ChoiceRow.applied_on).is_not(None), counted(), ~followed
    )
    found = (await session.execute(fresh)).scalar_one()
    return None if found is None else local_day(found)
