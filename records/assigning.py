"""Who does a task, and when: one transaction each, with its trail entry (design.md §4, door 3).

Every change names the revision it was decided on; of two that come at once, the second learns what the first did.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.clock import now
from records.person import PersonRow
from records.receiving import KeyReusedError
from records.task import TaskRow
from records.trail import TrailEntry
from records.trailing import HOUSE_CHAIN, Fact, append
from scheme.people import Actor
from scheme.step import Act


@dataclass(frozen=True)
class TaskChange:
    """What somebody decides about a task, under the revision they saw. key: the request's; again, it changes nothing.

    for_person: who is away, where a substitute acts.
    """

    task_id: str
    revision: int
    actor: Actor
    key: str
    for_person: str | None = None


class TaskChangedError(Exception):
    """Raised when the task is not as the caller saw it. person: name of who has it now; closed: whether it is done."""

    def __init__(self, person: str | None, *, closed: bool) -> None:
        super().__init__("the task changed meanwhile")
        self.person = person
        self.closed = closed


async def hold_still(session: AsyncSession, task_ids: Sequence[str]) -> None:
    """Lock several tasks at once, in one order: no later lock of this transaction can wait for another's."""
    rows = select(TaskRow.task_id).where(col(TaskRow.task_id).in_(task_ids)).order_by(col(TaskRow.task_id))
    await session.exec(rows.with_for_update())


async def claim(session: AsyncSession, change: TaskChange) -> None:
    """Take a task that nobody has. Raises TaskChangedError."""
    row = await _taken_up(session, change, Act.TASK_CLAIMED)
    if row is not None:
        row.person = change.actor.person
        await _written(session, row, change, Act.TASK_CLAIMED)


async def release(session: AsyncSession, change: TaskChange) -> None:
    """Give a task back to its group. Raises TaskChangedError."""
    row = await _taken_up(session, change, Act.TASK_RELEASED)
    if row is not None:
        before, row.person, row.follow_up_on = row.person, None, None
        await _written(session, row, change, Act.TASK_RELEASED, {"from": before})


async def assign(session: AsyncSession, change: TaskChange, person: str) -> None:
    """Give the task to somebody. Raises TaskChangedError."""
    row = await _taken_up(session, change, Act.TASK_ASSIGNED)
    if row is not None:
        before, row.person, row.follow_up_on = row.person, person, None
        await _written(session, row, change, Act.TASK_ASSIGNED, {"from": before, "to": person})


async def postpone(session: AsyncSession, change: TaskChange, until: date | None) -> None:
    """Hide the task from its holder's list until that day, or show it again. Raises TaskChangedError."""
    row = await _taken_up(session, change, Act.TASK_POSTPONED)
    if row is not None:
        row.follow_up_on = until
        await _written(session, row, change, Act.TASK_POSTPONED, {"day": until.isoformat() if until else None})


async def write_note(session: AsyncSession, change: TaskChange, note: str | None) -> None:
    """Write what whoever comes next should know; the trail only says that it was written. Raises TaskChangedError."""
    row = await _taken_up(session, change, Act.TASK_NOTED)
    if row is not None:
        row.note = note
        await _written(session, row, change, Act.TASK_NOTED)


async def close_by_hand(session: AsyncSession, change: TaskChange, outcome: str | None) -> None:
    """End a task that no other fact ends; it stands in the farm's timeline, what came of it under the task's note.

    Raises TaskChangedError.
    """
    row = await _taken_up(session, change, Act.TASK_CLOSED)
    if row is not None:
        row.note = "\n".join(filter(None, (row.note, outcome))) or None
        row.closed_at, row.closed_by = await now(session), change.actor.person
        await _written(session, row, change, Act.TASK_CLOSED, chain=row.farm_id)


async def _taken_up(session: AsyncSession, change: TaskChange, act: Act) -> TaskRow | None:
    """The row, locked; None where this very change was made before."""
    row = await session.get_one(TaskRow, change.task_id, with_for_update=True, populate_existing=True)
    known = (await session.exec(select(TrailEntry.act).where(TrailEntry.key == _key(change)))).first()
    if known is not None and known != act:
        raise KeyReusedError(change.key)
    if known is not None:
        return None
    if row.revision != change.revision or row.closed_at is not None:
        raise TaskChangedError(await _name(session, row.person), closed=row.closed_at is not None)
    return row


async def _name(session: AsyncSession, person: str | None) -> str | None:
    return (await session.exec(select(PersonRow.name).where(col(PersonRow.person_id) == person))).first()


async def _written(  # what an entry is made of
    session: AsyncSession,
    row: TaskRow,
    change: TaskChange,
    act: Act,
    facts: dict[str, Fact] | None = None,
    chain: str | None = None,
) -> None:
    row.revision += 1
    await session.flush()
    at: datetime = await now(session)
    told = {"about": row.task_id, "for": change.for_person, **(facts or {})}
    key, chain = _key(change), chain or HOUSE_CHAIN
    await append(session, key=key, chain=chain, act=act, actor=change.actor, at=at, facts=told)


def _key(change: TaskChange) -> str:
    return f"{change.task_id}#{change.key}"
