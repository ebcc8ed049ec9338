"""Who looks at tasks, which of them they may see, and how they fall into lists."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, or_, true
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records import clock
from records.queries.absence import stood_in_for
from records.queries.access import NARROWED, visible_to
from records.task import TaskRow
from scheme.days import local_day
from scheme.people import Action, Actor, Role, may

# Whose business every task is; all others see those of their group, and their own.
OVERSEERS = frozenset({Role.SECRETARIAT, Role.OPERATIONS, Role.ADMINISTRATOR, Role.ASSESSOR})


class TaskView(StrEnum):
    """Which open tasks a list shows; closed: those that are done."""

    MINE = "mine"
    GROUP = "group"
    LATE = "late"
    SLEEPING = "sleeping"
    ALL = "all"
    CLOSED = "closed"


@dataclass(frozen=True)
class Viewer:
    """Who looks, on which day of the scheme. stands_in_for: people who are away, whose tasks are also theirs."""

    actor: Actor
    body_id: str | None
    today: date
    stands_in_for: frozenset[str] = frozenset()

    @property
    def hands(self) -> tuple[str, ...]:
        """Whose tasks this viewer does."""
        return (self.actor.person, *sorted(self.stands_in_for))

    @property
    def views(self) -> tuple[TaskView, ...]:
        """The lists this viewer has."""
        return tuple(view for view in TaskView if view is not TaskView.ALL or self.sees_all)

    @property
    def sees_all(self) -> bool:
        """Whether there is more to see than one's own and the group's."""
        return self.actor.role in OVERSEERS or may(self.actor, Action.ASSIGN_TASKS)


async def viewer(session: AsyncSession, actor: Actor, body_id: str | None) -> Viewer:
    """Who looks, at the scheme's moment."""
    today = local_day(await clock.now(session))
    return Viewer(actor, body_id, today, await stood_in_for(session, actor.person, today))


def visible_tasks(viewer: Viewer) -> ColumnElement[bool]:
    """A condition on TaskRow joined to Farm: own ones, those of the group; people of a body nothing of other farms."""
    role = viewer.actor.role
    if role in OVERSEERS:
        return true()
    seen = or_(_group(viewer), col(TaskRow.person).in_(viewer.hands))
    if role is Role.PLANNER:
        seen = or_(seen, col(TaskRow.body_id) == (viewer.body_id or ""))
    if role not in NARROWED:
        return seen
    return and_(seen, or_(col(TaskRow.farm_id).is_(None), visible_to(role, viewer.body_id)))


def _group(viewer: Viewer) -> ColumnElement[bool]:
    body = col(TaskRow.body_id)
    own = body.is_(None) if viewer.body_id is None else or_(body.is_(None), body == viewer.body_id)
    return and_(col(TaskRow.role) == viewer.actor.role.value, own)


def shown(viewer: Viewer, view: TaskView) -> ColumnElement[bool]:
    """The condition of a view, on tasks that the viewer may see; what is late stays so while it sleeps."""
    wakes = col(TaskRow.follow_up_on)
    awake = and_(col(TaskRow.closed_at).is_(None), or_(wakes.is_(None), wakes <= viewer.today))
    match view:
        case TaskView.MINE:
            return and_(awake, col(TaskRow.person).in_(viewer.hands))
        case TaskView.GROUP:
            return and_(awake, _group(viewer))
        case TaskView.LATE:
            return and_(col(TaskRow.closed_at).is_(None), col(TaskRow.due_on) < viewer.today)
        case TaskView.SLEEPING:
            return and_(col(TaskRow.closed_at).is_(None), wakes > viewer.today)
        case TaskView.ALL:
            return col(TaskRow.closed_at).is_(None)
        case TaskView.CLOSED:
            return col(TaskRow.closed_at).is_not(None)
