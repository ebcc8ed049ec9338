"""Whether a farm may still join the round that runs, from the rows."""

from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import ChoiceRow, MemberRow, RoundRow
from records.farm import Farm
from records.parameter import rules_at
from records.queries.choice_round import candidate
from scheme.choice_round import State
from scheme.days import local_day
from scheme.errors import Rule, RuleViolationError
from scheme.extra_farm import check_extra


async def check_joins(session: AsyncSession, farm: Farm, at: datetime) -> None:
    """Raise RuleViolationError unless the year's round runs and may still write to this farm."""
    day = local_day(at)
    running = (await session.execute(select(RoundRow).where(col(RoundRow.year) == day.year))).scalar_one_or_none()
    if running is None or running.state in {State.DONE, State.CANCELLED} or running.open == 0:
        raise RuleViolationError(Rule.NO_RUNNING_ROUND, day)
    asked_on = await _asked_on(session, running, farm.farm_id)
    rules = await rules_at(session, at)
    check_extra(candidate(farm), day, rules, asked_on=asked_on, stopped_on=farm.stopped_on)


async def may_join(session: AsyncSession, farm: Farm, at: datetime) -> bool:
    """Whether asking this farm in the year's round would not be refused as it stands."""
    runs = select(col(ChoiceRow.case_id)).where(
        col(ChoiceRow.farm_id) == farm.farm_id, col(ChoiceRow.closed_at).is_(None)
    )
    if (await session.execute(runs.limit(1))).first() is not None:
        return False
    try:
        await check_joins(session, farm, at)
    except RuleViolationError:
        return False
    return True


async def _asked_on(session: AsyncSession, running: RoundRow, farm_id: str) -> date | None:
    """The day of the letter that the farm got this year, or gets in a moment; None where it was left out."""
    asked = select(col(ChoiceRow.asked_at)).where(
        col(ChoiceRow.farm_id) == farm_id, col(ChoiceRow.year) == running.year
    )
    asked_at = (await session.execute(asked.order_by(col(ChoiceRow.asked_at)).limit(1))).scalar_one_or_none()
    if asked_at is not None:
        return local_day(asked_at)
    member = await session.get(MemberRow, (running.case_id, farm_id))
    return running.letters_on if member is not None and member.refused is None else None
