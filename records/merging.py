"""A farm is merged into another one, in rows: it stops as any farm does, and its own workflow hears why."""

from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm import Farm
from records.queries.change_day import first_day, last_change
from records.queries.undecided_change import check_decided, undecided
from records.stopping import merger_word, stop_farm
from records.telling import tell
from scheme.days import add_days
from scheme.ids import CaseId, FarmId, farmer_case
from scheme.merger import Absorbed, check_absorbed
from scheme.news import Merged
from scheme.opening import OpenFarmChange


async def check_merger(session: AsyncSession, farm_id: FarmId, other: FarmId | None, on: date) -> None:
    """Raise RuleViolationError unless the farm `other` may be merged into the farm from the day `on` on."""
    await check_decided(session, farm_id)
    found = None if other is None else await session.get(Farm, other)
    check_absorbed(farm_id, None if found is None else await _absorbed(session, found, on), on)


async def absorb(session: AsyncSession, other: FarmId, request: OpenFarmChange, case_id: CaseId) -> None:
    """The farm `other`, locked by the caller, stops on the day before; nothing that could refuse it is asked here."""
    last, at = add_days(request.asked.on, -1), request.at
    await stop_farm(session, other, last, merger_word(case_id), at)
    await tell(session, case_id, farmer_case(other), "merged", at, Merged(case_id, last, request.asked_by))


async def _absorbed(session: AsyncSession, farm: Farm, on: date) -> Absorbed:
    return Absorbed(
        farm_id=FarmId(farm.farm_id),
        since=await first_day(session, farm, on),
        stopped_on=farm.stopped_on,
        undecided=await undecided(session, farm.farm_id),
        changed=await last_change(session, farm.farm_id),
    )
