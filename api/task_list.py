"""Lists of tasks: mine, my group's, late, all; several at once are claimed, given back or given to somebody."""

import uuid
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from api.access import allowed
from api.door import Door
from api.head_sorted import sorted_head
from api.listing import Asked, AskedPage, neighbours, sorts
from api.page import page
from api.revision import ChangedMeanwhileError
from api.session import ours
from api.sight import actor_of
from api.task_acting import SeenTask, TaskAct, Wanted, act
from api.task_said import said_why
from api.words import noted
from records.filters import FilterPath, saved_filters
from records.queries.listing import Paging
from records.queries.task import TaskOrder, TaskSieve, task_counts, tasks
from records.queries.task_rights import doers, takers
from records.queries.task_sight import TaskView, viewer
from records.task import TaskKind
from scheme.people import ALLOWED, Action, Role

router = APIRouter(include_in_schema=False)
Reader = Annotated[Door, allowed(Action.SEE_TASKS)]
Doer = Annotated[Door, allowed(Action.DO_TASKS)]
Short = Annotated[str, Field(max_length=20)]
HEADS = (
    (noted("What"), TaskOrder.KIND),
    (noted("Farm"), TaskOrder.FARM),
    (noted("Who"), None),
    (noted("Until"), TaskOrder.DUE),
)


def asked_tasks(  # one argument per filter of the address
    view: TaskView = TaskView.MINE,
    kind: Asked[TaskKind] = None,
    role: Asked[Role] = None,
    person: Asked[Short] = None,
    farm: Asked[Short] = None,
    free: bool = False,  # noqa: FBT001, FBT002  # a query parameter
    sort: Annotated[str, Query(pattern=sorts(TaskOrder))] = "",
) -> TaskSieve:
    """What the address asks for."""
    return TaskSieve(view, kind, role, person, farm, free, sort)


AskedTasks = Annotated[TaskSieve, Depends(asked_tasks)]


class ManyForm(BaseModel):
    """The form around the list. task: `<revision> <task id>`, once for each one that was marked."""

    task: list[str] = []
    act: TaskAct
    person: str = ""
    back: str = "/tasks"
    key: uuid.UUID


@dataclass(frozen=True)
class Told:
    """Why nothing was done, with what was marked and chosen."""

    status: int
    why: str
    form: ManyForm

    @property
    def marked(self) -> frozenset[str]:
        """Ids of the tasks that were marked, whatever became of them meanwhile."""
        return frozenset(one.partition(" ")[2] for one in self.form.task)


@router.get("/tasks")
async def list_tasks(request: Request, door: Reader, paging: AskedPage, sieve: AskedTasks) -> Response:
    """The list that the address asks for; where it asks for nothing, the first that holds a task."""
    return await _list(request, door, paging, sieve)


@router.post("/task-assignments")
async def act_on_tasks(
    request: Request, form: Annotated[ManyForm, Form()], door: Doer, paging: AskedPage, sieve: AskedTasks
) -> Response:
    """Claim, give back or give away all tasks that were marked, or none of them; then the list says why, as it was."""
    try:
        await act(door, _marked(form), Wanted(form.act, person=form.person or None), str(form.key))
    except HTTPException as refused:
        status = 409 if isinstance(refused, ChangedMeanwhileError) else refused.status_code
        # As if the list had been asked for: its links lead there, not to where the form was sent.
        asked = Request({**request.scope, "path": "/tasks"})
        return await _list(asked, door, paging, sieve, Told(status, said_why(door.language, refused), form))
    return RedirectResponse(ours(form.back), status_code=303)


async def _list(request: Request, door: Door, paging: Paging, sieve: TaskSieve, told: Told | None = None) -> Response:
    async with door.sessions() as session:
        looks = await viewer(session, actor_of(door), door.body_id)
        if sieve.view not in looks.views:
            raise HTTPException(403, "not-allowed")
        counts = await task_counts(session, looks)
        if told is None and not request.query_params and counts.first is not sieve.view:
            return RedirectResponse(f"/tasks?view={counts.first.value}", status_code=303)
        listing = await tasks(session, looks, sieve, paging)
        people = await doers(session, looks)
        takes = takers(people, [line.row for line in listing.items])
        filters = await saved_filters(session, looks.actor.person, FilterPath.TASKS)
    shown: dict[str, Any] = {
        "listing": listing, "sieve": sieve, "to": neighbours(request, listing), "counts": counts.of, "people": people,
        "views": looks.views,
        "filters": filters, "filter_key": uuid.uuid4(),
        "kinds": tuple(TaskKind), "key": uuid.uuid4(), "told": told, "today": looks.today, "takers": takes,
        "roles": [role for role in Role if role in ALLOWED[Action.DO_TASKS]],
        "heads": ["", *(sorted_head(request, label, by, sieve.sort) for label, by in HEADS)],
    }  # fmt: skip
    return page(request, door, "task/list.html", status=200 if told is None else told.status, **shown)


def _marked(form: ManyForm) -> list[SeenTask]:
    if not form.task:
        raise HTTPException(422, "task-none-marked")
    return [_seen(one) for one in form.task]


def _seen(marked: str) -> SeenTask:
    revision, _, task_id = marked.partition(" ")
    if not revision.isdecimal() or not task_id:
        raise HTTPException(422)
    return SeenTask(task_id, int(revision))
