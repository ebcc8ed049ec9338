"""A matter's row, and the task that opens when its day has passed (design.md §7, human task)."""

from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import MatterRow
from records.task import TaskKind
from records.tasking import close_task, open_task
from scheme.days import local_day
from scheme.ids import CaseId
from scheme.inbox import AnyStep
from scheme.matter import Matter, State


def late_task(case_id: CaseId) -> str:
    """Id of the task about a matter whose day has passed."""
    return f"matter-late:{case_id}"


async def save(session: AsyncSession, matter: Matter, step: AnyStep) -> None:
    """The row that lists and counts read; what people wrote in it stays. Late: a task; no longer open: none."""
    values = {
        "farm_id": matter.farm_id,
        "kind": matter.what.value,
        "state": matter.state.value,
        "began_on": matter.began_on,
        "due_on": matter.due_on,
        "body": matter.body,
        "grade": None if matter.grade is None else matter.grade.value,
        "closed_at": None if matter.open else step.at,
    }
    upsert = insert(MatterRow).values(case_id=matter.case_id, **values)
    await session.execute(upsert.on_conflict_do_update(index_elements=["case_id"], set_=values))
    if matter.state is State.LATE:
        await _ask(session, matter, step)
    elif not matter.open:
        await close_task(session, late_task(matter.case_id), step.actor, step.at)


async def _ask(session: AsyncSession, matter: Matter, step: AnyStep) -> None:
    await open_task(
        session,
        late_task(matter.case_id),
        TaskKind.MATTER_LATE,
        step.at,
        due_on=local_day(step.at),
        farm_id=matter.farm_id,
        case_id=matter.case_id,
        facts={"matter": matter.what.value, "body": matter.body, "day": matter.due_on.isoformat()},
    )
