"""Letters are held by a person: one transaction with its trail entry (design.md §4, door 3; §7, Hold)."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import RoundRow
from records.clock import now
from records.letter import HoldRow, LetterChannel, LetterRow
from records.task import TaskKind, TaskRow
from records.tasking import close_task, open_task
from records.trailing import HOUSE_CHAIN, append
from scheme.days import local_day
from scheme.ids import POST
from scheme.people import Actor
from scheme.step import Act

# A pause is meant: somebody looks after a week whether it still is.
LOOK_AFTER = timedelta(days=7)


async def hold(session: AsyncSession, hold_id: str, actor: Actor, reason: str, key: str) -> bool:
    """Hold the letters of a round, or of the house (`post`), from now on; False when there is no such round.

    What a person holds already stays as it is, with the first reason; what failures hold becomes this person's, and
    then paper waits too. key: of the request; the same again is no other hold.
    """
    if hold_id != POST and await session.get(RoundRow, hold_id) is None:
        return False
    row = await locked(session, hold_id)
    name = f"hold:{hold_id}#held:{key}"
    if (row.held and row.held_by is not None) or await written(session, name):
        return True
    if row.held:
        await close_hold_tasks(session, hold_id, actor)
    at = await now(session)
    row.held, row.reason, row.held_by, row.held_at = True, reason, actor.person, at
    await session.flush()
    task, due = f"round-held:{hold_id}:{key}", local_day(at) + LOOK_AFTER
    await open_task(session, task, TaskKind.ROUND_HELD, at, due_on=due, case_id=hold_id)
    await note_hold(session, name, Act.LETTERS_HELD, hold_id, actor, at)
    return True


def letter_is_held() -> ColumnElement[bool]:
    """The condition on letters: their round, or the whole house, is held.

    What failures of the mail server hold is mail: a letter that was meant for paper goes on, one that a mail server
    refused waits with the rest until somebody has found out why.
    """
    its_own = or_(col(HoldRow.hold_id) == col(LetterRow.round_id), col(HoldRow.hold_id) == POST)
    meant_for_paper = and_(col(LetterRow.channel) == LetterChannel.PAPER.value, col(LetterRow.smtp_reply).is_(None))
    by_failures = col(HoldRow.held_by).is_(None)
    holds = select(col(HoldRow.hold_id)).where(col(HoldRow.held), its_own, ~and_(by_failures, meant_for_paper))
    return holds.correlate(LetterRow).exists()


async def note_hold(session: AsyncSession, key: str, act: Act, hold_id: str, actor: Actor, at: datetime) -> None:
    """The trail's entry of letters held or let go; last in the transaction."""
    await append(session, key=key, chain=HOUSE_CHAIN, act=act, actor=actor, at=at, facts={"about": hold_id})


async def locked(session: AsyncSession, hold_id: str) -> HoldRow:
    """The hold's row, made where there was none, locked until the transaction ends."""
    new = insert(HoldRow).values(hold_id=hold_id, held=False, failures_in_a_row=0)
    await session.execute(new.on_conflict_do_nothing())
    return await session.get_one(HoldRow, hold_id, with_for_update=True)


async def written(session: AsyncSession, key: str) -> bool:
    """Whether the trail has an entry under this key: the request was carried out before."""
    found = await session.execute(text("SELECT 1 FROM trail WHERE key = :key"), {"key": key})
    return found.first() is not None


async def close_hold_tasks(session: AsyncSession, hold_id: str, actor: Actor) -> None:
    """The letters go on: nobody needs to look at the hold any more."""
    waiting = select(col(TaskRow.task_id)).where(
        col(TaskRow.kind) == TaskKind.ROUND_HELD.value,
        col(TaskRow.case_id) == hold_id,
        col(TaskRow.closed_at).is_(None),
    )
    at = await now(session)
    for task_id in (await session.execute(waiting)).scalars().all():
        await close_task(session, task_id, actor, at)


def lift(row: HoldRow) -> None:
    """Nothing is held any more, and failures count from nought."""
    row.held, row.failures_in_a_row = False, 0
    row.reason, row.held_by, row.held_at = None, None, None
