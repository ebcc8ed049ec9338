"""Tasks about letters: refused, impossible to make, held; opened and closed by the ledger (design.md §8)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.clock import now
from records.letter import LetterRow
from records.task import TaskKind, TaskRow
from records.tasking import close_task, open_task
from scheme.days import local_day
from scheme.people import THE_HOUSE, Actor

# A letter that did not go out takes from the farm's days to answer.
DUE_AFTER = timedelta(days=3)
ABOUT_LETTERS = (TaskKind.LETTER_REFUSED, TaskKind.LETTER_FAILED)


async def open_letter_task(session: AsyncSession, row: LetterRow, kind: TaskKind) -> None:
    """Somebody has to mend what stopped this letter; each attempt that is stopped anew is a task of its own."""
    at = await now(session)
    await open_task(
        session,
        f"{kind.value}:{row.letter_key}:{row.attempts}",
        kind,
        at,
        due_on=local_day(at) + DUE_AFTER,
        farm_id=row.farm_id,
        case_id=row.case_id,
        facts={"letter": row.letter_key},
    )


async def open_hold_task(session: AsyncSession, row: LetterRow, hold_id: str, at: datetime, once: str) -> None:
    """Failures held the letters: somebody has to find out why, today. once: names this hold among those to come."""
    task_id = f"{TaskKind.ROUND_HELD.value}:{hold_id}:{once}"
    facts = {"letter": row.letter_key}
    await open_task(session, task_id, TaskKind.ROUND_HELD, at, due_on=local_day(at), case_id=hold_id, facts=facts)


async def close_letter_tasks(
    session: AsyncSession, row: LetterRow, kinds: Sequence[TaskKind] = ABOUT_LETTERS, actor: Actor = THE_HOUSE
) -> None:
    """The letter goes out, or was withdrawn: nothing is left to mend for it."""
    waiting = select(col(TaskRow.task_id)).where(
        col(TaskRow.kind).in_([kind.value for kind in kinds]),
        col(TaskRow.case_id) == row.case_id,
        col(TaskRow.facts)["letter"].as_string() == row.letter_key,
        col(TaskRow.closed_at).is_(None),
    )
    found = (await session.execute(waiting)).scalars().all()
    at = await now(session)
    for task_id in found:
        await close_task(session, task_id, actor, at)
