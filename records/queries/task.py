"""Tasks as lists, counts and pages show them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm import Farm, InspectionBody
from records.letter import LetterRow
from records.person import PersonRow
from records.queries.absence import Substitute, substitutes
from records.queries.listing import AnySelect, Listing, Paging, count
from records.queries.task_sight import TaskView, Viewer, shown, visible_tasks
from records.task import BY_HAND, TaskKind, TaskRow
from scheme.letter import LetterKind
from scheme.matter_kind import MatterKind
from scheme.people import Role

# Where pages of cases stand that a task can be about.
PAGES = {
    "periodic-audit": "/audits",
    "certification": "/certifications",
    "status-change": "/status-changes",
    "farm-change": "/farm-changes",
}


class TaskOrder(StrEnum):
    """What tasks can be sorted by; a minus in front turns it round."""

    DUE = "due"
    OPENED = "opened"
    KIND = "kind"
    FARM = "farm"


@dataclass(frozen=True)
class TaskSieve:
    """Which tasks are wanted, all conditions at once. free: nobody has claimed it. sort: a TaskOrder."""

    view: TaskView = TaskView.MINE
    kind: TaskKind | None = None
    role: Role | None = None
    person: str | None = None
    farm_id: str | None = None
    free: bool = False
    sort: str = ""


@dataclass(frozen=True)
class TaskLine:
    """A task. person_name: of who has claimed it; substitute: of who stands in for them today, if they are away."""

    row: TaskRow
    kind: TaskKind
    role: Role
    body: str | None
    person_name: str | None
    farm_name: str | None
    closed_by: str | None
    letter_kind: str | None
    today: date
    substitute: Substitute | None = None

    @property
    def days_left(self) -> int:
        """Days until the last day; below nought it is late."""
        return (self.row.due_on - self.today).days

    @property
    def sleeps(self) -> bool:
        """Whether it is put off to a later day."""
        return self.row.follow_up_on is not None and self.row.follow_up_on > self.today

    @property
    def by_hand(self) -> bool:
        """Whether somebody may close it by saying so."""
        return self.kind in BY_HAND and self.row.closed_at is None

    @property
    def letter_key(self) -> str | None:
        """The letter it is about."""
        named: str | None = self.row.facts.get("letter")
        return named

    @property
    def about(self) -> LetterKind | MatterKind | None:
        """Which letter or matter it is about, in one word."""
        matter = self.row.facts.get("matter")
        return MatterKind(matter) if matter else LetterKind(self.letter_kind) if self.letter_kind else None

    @property
    def matter_number(self) -> int | None:
        """Which of the farm's matters it is about."""
        kind, _, rest = (self.row.case_id or "").partition(":")
        return int(rest.rsplit(":", 1)[1]) if kind == "matter" else None

    @property
    def case_page(self) -> str | None:
        """The page of the audit or decision it is about."""
        kind = (self.row.case_id or "").partition(":")[0]
        return f"{PAGES[kind]}/{self.row.case_id}" if kind in PAGES else None

    @property
    def requirement(self) -> str | None:
        """Number of the requirement that a corrective action is about."""
        number: str | None = self.row.facts.get("requirement")
        return number

    @property
    def dairy_id(self) -> str | None:
        """The dairy whose webhook it is about."""
        dairy: str | None = self.row.facts.get("dairy")
        return dairy

    @property
    def round_year(self) -> int | None:
        """The year of the round it is about."""
        kind, _, year = (self.row.case_id or "").partition(":")
        return int(year) if kind == "choice-round" else None


@dataclass(frozen=True)
class TaskCounts:
    """How many open tasks each list of this viewer holds; sleeping ones are in no other count."""

    of: Mapping[TaskView, int] = field(default_factory=dict)

    @property
    def first(self) -> TaskView:
        """The nearest list with something to do: one's own, the group's, everybody's; one's own where all are empty."""
        near = (TaskView.MINE, TaskView.GROUP, TaskView.ALL)
        return next((view for view in near if self.of.get(view)), TaskView.MINE)


async def tasks(session: AsyncSession, viewer: Viewer, sieve: TaskSieve, paging: Paging) -> Listing[TaskLine]:
    """The tasks of the view that this viewer may see, the most urgent first unless sorted."""
    query = _lines().where(visible_tasks(viewer), shown(viewer, sieve.view), *_conditions(sieve))
    total = await count(session, query)
    rows = await session.execute(_sorted(query, sieve).limit(paging.page_size).offset(paging.offset))
    away = await substitutes(session, viewer.today)
    return Listing(tuple(_line(row, viewer.today, away) for row in rows), paging, total)


async def task(session: AsyncSession, viewer: Viewer, task_id: str) -> TaskLine | None:
    """One task; None where there is none, or none that the viewer may see."""
    query = _lines().where(col(TaskRow.task_id) == task_id, visible_tasks(viewer))
    row = (await session.execute(query)).one_or_none()
    return None if row is None else _line(row, viewer.today, await substitutes(session, viewer.today))


async def lost_body(session: AsyncSession, case_id: str) -> str | None:
    """The body that a choice lost without another in its place, by id, until somebody has acted on the task."""
    lost = select(col(TaskRow.facts)["body"].astext).where(
        col(TaskRow.case_id) == case_id,
        col(TaskRow.kind) == TaskKind.CHOICE_REOPENED,
        col(TaskRow.closed_at).is_(None),
    )
    body: str | None = (await session.execute(lost.limit(1))).scalar_one_or_none()
    return body


async def tasks_of_farm(session: AsyncSession, viewer: Viewer, farm_id: str) -> tuple[TaskLine, ...]:
    """The farm's open tasks that this viewer may see, the most urgent first."""
    open_ones = and_(col(TaskRow.farm_id) == farm_id, col(TaskRow.closed_at).is_(None))
    query = _lines().where(open_ones, visible_tasks(viewer)).order_by(col(TaskRow.due_on), col(TaskRow.task_id))
    away = await substitutes(session, viewer.today)
    return tuple(_line(row, viewer.today, away) for row in await session.execute(query))


async def task_counts(session: AsyncSession, viewer: Viewer) -> TaskCounts:
    """How long each of the viewer's lists is; in one query, for what a viewer may see is the dear part of it."""
    views = [view for view in viewer.views if view is not TaskView.CLOSED]
    query = (
        select(*(func.count().filter(shown(viewer, view)) for view in views))
        .select_from(TaskRow)
        .join(Farm, col(Farm.farm_id) == col(TaskRow.farm_id), isouter=True)
        .where(visible_tasks(viewer), col(TaskRow.closed_at).is_(None))
    )
    return TaskCounts(dict(zip(views, (await session.execute(query)).one(), strict=True)))


def _conditions(sieve: TaskSieve) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [col(TaskRow.person).is_(None)] if sieve.free else []
    if sieve.kind is not None:
        wanted.append(col(TaskRow.kind) == sieve.kind.value)
    if sieve.role is not None:
        wanted.append(col(TaskRow.role) == sieve.role.value)
    if sieve.person is not None:
        wanted.append(col(TaskRow.person) == sieve.person)
    if sieve.farm_id is not None:
        wanted.append(col(TaskRow.farm_id) == sieve.farm_id)
    return wanted


def _sorted(query: AnySelect, sieve: TaskSieve) -> AnySelect:
    columns = {
        TaskOrder.DUE: col(TaskRow.due_on),
        TaskOrder.OPENED: col(TaskRow.opened_at),
        TaskOrder.KIND: col(TaskRow.kind),
        TaskOrder.FARM: col(TaskRow.farm_id),
    }
    name = sieve.sort.removeprefix("-")
    first = columns[TaskOrder(name)] if name in set(TaskOrder) else columns[TaskOrder.DUE]
    if sieve.view is TaskView.CLOSED and not name:
        return query.order_by(col(TaskRow.closed_at).desc(), col(TaskRow.task_id))
    turned = first.desc() if sieve.sort.startswith("-") else first.asc()
    return query.order_by(turned.nulls_last(), col(TaskRow.task_id))


def _lines() -> AnySelect:
    closer = aliased(PersonRow)
    return (
        select(
            TaskRow,
            col(PersonRow.name).label("person_name"),
            col(Farm.name).label("farm_name"),
            col(InspectionBody.name).label("body"),
            func.coalesce(closer.name, col(TaskRow.closed_by)).label("closed_by"),
            col(LetterRow.kind).label("letter_kind"),
        )
        .join(Farm, col(Farm.farm_id) == col(TaskRow.farm_id), isouter=True)
        .join(PersonRow, col(PersonRow.person_id) == col(TaskRow.person), isouter=True)
        .join(closer, col(closer.person_id) == col(TaskRow.closed_by), isouter=True)
        .join(InspectionBody, col(InspectionBody.body_id) == col(TaskRow.body_id), isouter=True)
        .join(LetterRow, col(LetterRow.letter_key) == col(TaskRow.facts)["letter"].astext, isouter=True)
    )


def _line(found: Row[Any], today: date, away: Mapping[str, Substitute]) -> TaskLine:
    row: TaskRow = found.TaskRow
    return TaskLine(
        row=row,
        kind=TaskKind(row.kind),
        role=Role(row.role),
        body=found.body,
        person_name=found.person_name,
        farm_name=found.farm_name,
        closed_by=found.closed_by,
        letter_kind=found.letter_kind,
        today=today,
        substitute=away.get(row.person or ""),
    )
