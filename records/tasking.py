"""Tasks open and close in the transaction of the fact they are about (design.md §7)."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import ColumnElement, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.task import TaskKind, TaskRow
from scheme.people import Actor, Role


async def open_task(  # noqa: PLR0913  # the columns of a task
    session: AsyncSession,
    task_id: str,
    kind: TaskKind,
    at: datetime,
    *,
    due_on: date,
    follow_up_on: date | None = None,
    role: Role = Role.SECRETARIAT,
    body_id: str | None = None,
    farm_id: str | None = None,
    case_id: str | None = None,
    facts: Mapping[str, str | int | None] | None = None,
    person: str | None = None,
) -> None:
    """Open a task under its id, such as `letter-refused:<letter key>`; the same id again changes nothing.

    person: who has it from the beginning, None for the whole group.
    """
    values = {
        "task_id": task_id,
        "kind": kind.value,
        "role": role.value,
        "body_id": body_id,
        "person": person,
        "farm_id": farm_id,
        "case_id": case_id,
        "opened_at": at,
        "due_on": due_on,
        "follow_up_on": follow_up_on,
        "facts": {name: value for name, value in (facts or {}).items() if value is not None},
        "revision": 1,
    }
    await session.execute(insert(TaskRow).values(values).on_conflict_do_nothing())


async def close_task(session: AsyncSession, task_id: str, actor: Actor, at: datetime) -> bool:
    """Close the task; False when there is none of this id, or it was closed before."""
    closed = (
        update(TaskRow)
        .where(col(TaskRow.task_id) == task_id, col(TaskRow.closed_at).is_(None))
        .values(closed_at=at, closed_by=actor.person, revision=TaskRow.revision + 1)
        .returning(col(TaskRow.task_id))
    )
    return (await session.execute(closed)).first() is not None


async def close_tasks(session: AsyncSession, which: ColumnElement[bool], actor: Actor, at: datetime) -> None:
    """Close every open task of the condition."""
    closed = update(TaskRow).where(which, col(TaskRow.closed_at).is_(None))
    values = {"closed_at": at, "closed_by": actor.person, "revision": TaskRow.revision + 1}
    await session.execute(closed.values(values))
