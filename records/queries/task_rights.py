"""What somebody may do with a task they see, and to whom it may be given."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.person import PersonRow
from records.queries.access import NARROWED
from records.queries.task_sight import Viewer
from records.task import BY_HAND, TaskKind, TaskRow
from scheme.people import ALLOWED, Action, Role, may


@dataclass(frozen=True)
class TaskRights:
    """work: put it off, write a note, close it; assign: give it to anybody it is for."""

    claim: bool = False
    release: bool = False
    work: bool = False
    close: bool = False
    assign: bool = False


@dataclass(frozen=True)
class Doer:
    """Somebody who does tasks."""

    person_id: str
    name: str
    role: Role
    body_id: str | None


def rights(viewer: Viewer, row: TaskRow) -> TaskRights:
    """What this viewer may do with an open task; nothing with a closed one."""
    if row.closed_at is not None or not may(viewer.actor, Action.DO_TASKS):
        return TaskRights()
    assigns, own = may(viewer.actor, Action.ASSIGN_TASKS), row.person in viewer.hands
    ours = row.person is None and _of_group(viewer, row)
    works = own or ours or assigns
    return TaskRights(
        claim=row.person is None and (ours or assigns),
        release=row.person is not None and (own or assigns),
        work=works,
        close=works and TaskKind(row.kind) in BY_HAND,
        assign=assigns,
    )


def suits(doer: Doer, row: TaskRow) -> bool:
    """Whether the task may be given to them: people of a body get tasks of their body only."""
    return doer.role not in NARROWED or (row.body_id is not None and row.body_id == doer.body_id)


def takers(people: Sequence[Doer], rows: Iterable[TaskRow]) -> tuple[Doer, ...]:
    """Of these people: those to whom at least one of the tasks may be given."""
    open_ones = [row for row in rows if row.closed_at is None]
    return tuple(one for one in people if any(suits(one, row) for row in open_ones))


async def doers(session: AsyncSession, viewer: Viewer) -> tuple[Doer, ...]:
    """Everybody to whom this viewer may give tasks, by name; a planner gives them to people of the same body."""
    roles = [role.value for role in ALLOWED[Action.DO_TASKS]]
    query = select(PersonRow).where(col(PersonRow.role).in_(roles), col(PersonRow.locked_at).is_(None))
    if viewer.actor.role in NARROWED:
        query = query.where(col(PersonRow.body_id) == (viewer.body_id or ""))
    people = await session.exec(query.order_by(col(PersonRow.name), col(PersonRow.person_id)))
    return tuple(Doer(one.person_id, one.name, Role(one.role), one.body_id) for one in people)


def _of_group(viewer: Viewer, row: TaskRow) -> bool:
    return row.role == viewer.actor.role.value and row.body_id in {None, viewer.body_id}
