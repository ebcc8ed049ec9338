"""Tasks about letters: refused, impossible to make, not left, held (design.md §8).

A letter has one open task at most, that of its latest reason; it closes by itself when the letter is out.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.clock import now
from records.letter import LetterRow
from records.task import TaskKind, TaskRow
from records.tasking import close_task, open_task
from scheme.choice import Choice
from scheme.days import local_day
from scheme.people import THE_HOUSE, Actor

# A letter that did not go out takes from the farm's days to answer.
DUE_AFTER = timedelta(days=3)
TO_MEND = (TaskKind.LETTER_REFUSED, TaskKind.LETTER_FAILED)
ABOUT_LETTERS = (*TO_MEND, TaskKind.LETTER_UNSENT)


async def open_letter_task(session: AsyncSession, row: LetterRow, kind: TaskKind) -> None:
    """Somebody has to mend what stopped this letter.

    Where it has a task for this already, or one that waits until it has left, that one stays; none that sleeps.
    """
    at = await now(session)
    waiting = await _open_ones(session, _about(row), ABOUT_LETTERS)
    awake = [task for task in waiting if task.follow_up_on is None or task.follow_up_on <= local_day(at)]
    if any(task.kind == kind for task in waiting) or any(task.kind == TaskKind.LETTER_UNSENT for task in awake):
        return
    for other in waiting:
        await close_task(session, other.task_id, THE_HOUSE, at)
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


async def open_unsent_task(
    session: AsyncSession, choice: Choice, letter_key: str | None, at: datetime, *, sleeps_until: date | None = None
) -> None:
    """Somebody has to print the letter, mend it or let it go; who had the task to mend it has this one now.

    sleeps_until: the day on which it has waited too long, where that is not now.
    """
    of_case = and_(col(TaskRow.case_id) == choice.case_id, _letter == letter_key)
    mending = await _open_ones(session, of_case, TO_MEND)
    for task in mending:
        await close_task(session, task.task_id, THE_HOUSE, at)
    await open_task(
        session,
        f"{TaskKind.LETTER_UNSENT.value}:{choice.case_id}:{choice.revision}",
        TaskKind.LETTER_UNSENT,
        at,
        due_on=sleeps_until or local_day(at) + DUE_AFTER,
        follow_up_on=sleeps_until,
        farm_id=choice.farm_id,
        case_id=choice.case_id,
        facts={"letter": letter_key},
        person=next((task.person for task in mending if task.person), None),
    )


async def open_hold_task(session: AsyncSession, row: LetterRow, hold_id: str, at: datetime, once: str) -> None:
    """Failures held the letters: somebody has to find out why, today. once: names this hold among those to come."""
    task_id = f"{TaskKind.ROUND_HELD.value}:{hold_id}:{once}"
    facts = {"letter": row.letter_key}
    await open_task(session, task_id, TaskKind.ROUND_HELD, at, due_on=local_day(at), case_id=hold_id, facts=facts)


async def move_unsent_task(session: AsyncSession, wrong: LetterRow, again: LetterRow) -> None:
    """Another letter goes out in this one's place: the task that waits until it has left is about that one now."""
    for task in await _open_ones(session, _about(wrong), (TaskKind.LETTER_UNSENT,)):
        task.facts = {**task.facts, "letter": again.letter_key}


async def close_letter_tasks(
    session: AsyncSession, row: LetterRow, kinds: Sequence[TaskKind] = TO_MEND, actor: Actor = THE_HOUSE
) -> None:
    """The letter goes out, or was withdrawn: nothing is left to mend for it."""
    await _close(session, await _open_ones(session, _about(row), kinds), actor)


async def close_tasks_of_letters(
    session: AsyncSession, which: ColumnElement[bool], kinds: Sequence[TaskKind], actor: Actor = THE_HOUSE
) -> None:
    """The same for all letters of this condition."""
    letters = select(col(LetterRow.letter_key)).where(which)
    await _close(session, await _open_ones(session, _letter.in_(letters), kinds), actor)


_letter = col(TaskRow.facts)["letter"].as_string()


def _about(row: LetterRow) -> ColumnElement[bool]:
    return and_(col(TaskRow.case_id) == row.case_id, _letter == row.letter_key)


async def _open_ones(session: AsyncSession, which: ColumnElement[bool], kinds: Sequence[TaskKind]) -> list[TaskRow]:
    of_kind = col(TaskRow.kind).in_([kind.value for kind in kinds])
    return list(await session.exec(select(TaskRow).where(of_kind, which, col(TaskRow.closed_at).is_(None))))


async def _close(session: AsyncSession, tasks: Sequence[TaskRow], actor: Actor) -> None:
    at = await now(session)
    for task in tasks:
        await close_task(session, task.task_id, actor, at)
