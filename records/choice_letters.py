"""What a choice's step means for the letters that ask it and have not gone out, and for the tasks about them."""

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm import Farm
from records.letter import LetterRow, LetterState
from records.letter_task import ABOUT_LETTERS, open_unsent_task
from records.parameter import settings_of
from records.posting import UNSENT, letter_key
from records.task import TaskKind, TaskRow
from records.tasking import close_task
from scheme.choice import Choice
from scheme.days import add_days, local_day
from scheme.inbox import AnyStep
from scheme.letter import LetterKind
from scheme.people import Actor
from scheme.rules import Name, values_on
from scheme.step import Act

ASKS = tuple(kind.value for kind in LetterKind if kind.asks)


async def settle_letters(session: AsyncSession, choice: Choice, step: AnyStep) -> None:
    """Ask for the letter that keeps a choice waiting; withdraw what would ask or remind somebody in vain."""
    if step.act is Act.CHOICE_REMINDED:
        await _watch_reminder(session, choice, step)
    if step.act is Act.CHOICE_UNSENT:
        await _ask_for_letter(session, choice, step)
        return
    withdrawn = await _withdraw(session, choice) if choice.body is not None or not choice.open else ()
    if step.act in {Act.CHOICE_LETTER_LEFT, Act.CHOICE_ASKED_AGAIN} or choice.body is not None or not choice.open:
        await _close_tasks(session, choice, withdrawn, step)


async def _ask_for_letter(session: AsyncSession, choice: Choice, step: AnyStep) -> None:
    """Somebody has to print the letter, mend it or let it go."""
    still_there = select(LetterRow.letter_key).where(
        LetterRow.case_id == choice.case_id,
        col(LetterRow.kind).in_(ASKS),
        col(LetterRow.state).in_([*UNSENT, LetterState.SENDING]),
    )
    letter = (await session.exec(still_there.order_by(col(LetterRow.planned_at).desc()))).first()
    await open_unsent_task(session, choice, letter, step.at)


async def _watch_reminder(session: AsyncSession, choice: Choice, step: AnyStep) -> None:
    """A reminder that only a person can print is a task once it has waited longer than a letter may.

    The task sleeps till then: nothing stands still for a reminder, so no later step of the choice asks for it in time.
    """
    if (await session.get_one(Farm, choice.farm_id)).email is not None:
        return
    today = local_day(step.at)
    days = values_on(today, await settings_of(session))[Name.PRINT_WITHIN_DAYS]
    reminder = letter_key(choice.case_id, LetterKind.REMINDER, len(choice.asked_again) + 1)
    await open_unsent_task(session, choice, reminder, step.at, sleeps_until=add_days(today, days + 1))


async def _withdraw(session: AsyncSession, choice: Choice) -> tuple[str, ...]:
    """Nobody is asked or reminded any more by what has not gone out."""
    unsent = update(LetterRow).where(
        col(LetterRow.case_id) == choice.case_id,
        col(LetterRow.kind).in_(ASKS),
        col(LetterRow.state).in_([state.value for state in UNSENT]),
    )
    withdrawn = unsent.values(state=LetterState.WITHDRAWN.value, due_at=None).returning(col(LetterRow.letter_key))
    return tuple((await session.execute(withdrawn)).scalars())


async def _close_tasks(session: AsyncSession, choice: Choice, withdrawn: tuple[str, ...], step: AnyStep) -> None:
    """Nobody needs to look for the letter any more, nor to mend what was withdrawn."""
    waiting = select(TaskRow).where(
        TaskRow.case_id == choice.case_id,
        col(TaskRow.kind).in_([kind.value for kind in ABOUT_LETTERS]),
        col(TaskRow.closed_at).is_(None),
    )
    actor: Actor = step.actor
    for task in await session.exec(waiting):
        if task.kind == TaskKind.LETTER_UNSENT or task.facts.get("letter") in withdrawn:
            await close_task(session, task.task_id, actor, step.at)
