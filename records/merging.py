"""A farm is merged into another one, in rows: it stops as any farm does, and its own workflow hears why.

The other way round where its stop is taken back: then nothing is decided any more, or somebody has to put it right.
"""

from datetime import date, datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import CaseRow
from records.farm import Farm
from records.farm_changed import FarmChangeRow
from records.queries.change_day import first_day, last_change
from records.queries.undecided_change import check_decided, undecided
from records.stopping import merger_word, stop_farm
from records.task import TaskKind
from records.tasking import open_task
from records.telling import tell
from records.trailing import Fact, append
from scheme.days import add_days, local_day
from scheme.farm_change import UNDECIDED, Change, FarmChange, State
from scheme.ids import CaseId, FarmId, farmer_case
from scheme.inbox import AnyStep
from scheme.merger import Absorbed, check_absorbed
from scheme.news import Merged, MergerUndone
from scheme.opening import OpenFarmChange
from scheme.people import THE_HOUSE, Actor
from scheme.step import Act


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


async def undo_merger(session: AsyncSession, farm_id: FarmId, step: AnyStep) -> None:
    """The stop that this step takes back was that of a merger: its case ends, or the secretariat has a task.

    The case's row is locked, so that what is decided about it at this moment finds that the farm takes part again.
    """
    if (merger := await _merger(session, farm_id, step.day)) is None:
        return
    case_id = CaseId(merger.case_id)
    await session.exec(select(CaseRow.case_id).where(CaseRow.case_id == case_id).with_for_update(key_share=True))
    await session.refresh(merger)
    told = [farm_id]
    if merger.state in UNDECIDED:
        await tell(session, farmer_case(farm_id), case_id, "merger-undone", step.at, MergerUndone())
    elif merger.decided_at is not None:
        await _ask_to_undo(session, merger, step.at)
        told.append(FarmId(merger.farm_id))
    # In the order of the chains: no two transactions wait for each other.
    for one in sorted(told):
        await _note_undone(session, merger, one, step.actor, step.at)


async def still_merged(session: AsyncSession, case: FarmChange, at: datetime) -> bool:
    """Whether what was decided about did happen; where the other farm takes part again, the secretariat has a task."""
    if case.asked.what is not Change.MERGER or case.asked.other is None:
        return True
    other = await session.get_one(Farm, case.asked.other, populate_existing=True)
    if other.stopped_on == add_days(case.asked.on, -1):
        return True
    merger = await session.get_one(FarmChangeRow, case.case_id)
    await _ask_to_undo(session, merger, at)
    await _note_undone(session, merger, case.farm_id, THE_HOUSE, at)
    return False


async def _merger(session: AsyncSession, farm_id: FarmId, stopped_on: date | None) -> FarmChangeRow | None:
    """The merger that stopped the farm on that day; None where its stop has another reason."""
    if stopped_on is None:
        return None
    row = FarmChangeRow
    mergers = select(row).where(
        row.other_farm == farm_id, row.what == Change.MERGER.value, row.happened_on == add_days(stopped_on, 1),
        row.state != State.FELL_THROUGH.value,
    )  # fmt: skip
    return (await session.exec(mergers.order_by(col(row.opened_at).desc()).limit(1))).first()


async def _ask_to_undo(session: AsyncSession, merger: FarmChangeRow, at: datetime) -> None:
    await open_task(
        session, f"{TaskKind.MERGER_UNDONE.value}:{merger.case_id}", TaskKind.MERGER_UNDONE, at, due_on=local_day(at),
        farm_id=FarmId(merger.farm_id), case_id=CaseId(merger.case_id),
    )  # fmt: skip


async def _note_undone(
    session: AsyncSession, merger: FarmChangeRow, farm_id: FarmId, actor: Actor, at: datetime
) -> None:
    """The farm's trail tells that the merger is undone, and with which farm it was; once for each of the two."""
    other = merger.farm_id if farm_id == merger.other_farm else merger.other_farm
    about = None if other is None else farmer_case(FarmId(other))
    facts: dict[str, Fact] = {"case": merger.case_id, "about": about, "day": merger.happened_on.isoformat()}
    await append(
        session, key=f"{merger.case_id}:undone:{farm_id}", chain=farm_id, act=Act.MERGER_UNDONE, actor=actor, at=at,
        facts=facts,
    )  # fmt: skip


async def _absorbed(session: AsyncSession, farm: Farm, on: date) -> Absorbed:
    return Absorbed(
        farm_id=FarmId(farm.farm_id),
        since=await first_day(session, farm, on),
        stopped_on=farm.stopped_on,
        undecided=await undecided(session, farm.farm_id),
        changed=await last_change(session, farm.farm_id),
    )
