"""One task: what it is about, who has it, and what can be done with it."""

import uuid
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, BeforeValidator, Field

from api.access import allowed
from api.door import Door
from api.page import page
from api.revision import ChangedMeanwhileError
from api.session import ours
from api.sight import actor_of
from api.task_act_json import LONGEST_NOTE
from api.task_acting import SeenTask, TaskAct, Wanted, act, task_of
from api.task_said import said_why
from api.typed import Day
from records.queries.task_rights import doers, rights, suits
from records.queries.task_sight import viewer
from scheme.people import Action

router = APIRouter(include_in_schema=False)
Reader = Annotated[Door, allowed(Action.SEE_TASKS)]
Doer = Annotated[Door, allowed(Action.DO_TASKS)]


class TaskForm(BaseModel):
    """One of the page's forms. revision: the one the visitor saw; back: where to go when it is done."""

    act: TaskAct
    revision: int
    key: uuid.UUID
    person: str = ""
    until: Annotated[Day | None, BeforeValidator(lambda given: given or None)] = None
    note: str = Field("", max_length=LONGEST_NOTE)
    back: str = ""


@router.get("/tasks/{task_id}")
async def show_task(request: Request, task_id: str, door: Reader) -> Response:
    """The task's page."""
    return await _shown(request, door, task_id)


@router.post("/tasks/{task_id}")
async def act_on_task(request: Request, task_id: str, form: Annotated[TaskForm, Form()], door: Doer) -> Response:
    """Do what the button says; where it cannot be, the page says why beside it."""
    wanted = Wanted(form.act, form.person or None, form.until, form.note.strip() or None)
    try:
        await act(door, [SeenTask(task_id, form.revision)], wanted, str(form.key))
    except ChangedMeanwhileError as changed:
        return await _shown(request, door, task_id, status=409, wrong={"": said_why(door.language, changed)})
    except HTTPException as refused:
        if refused.status_code not in {403, 422}:
            raise
        wrong = {form.act.value: said_why(door.language, refused)}
        return await _shown(request, door, task_id, status=refused.status_code, wrong=wrong, until=form.until)
    return RedirectResponse(ours(form.back or f"/tasks/{task_id}"), status_code=303)


async def _shown(
    request: Request,
    door: Door,
    task_id: str,
    *,
    status: int = 200,
    wrong: dict[str, str] | None = None,
    until: date | None = None,
) -> Response:
    async with door.sessions() as session:
        looks = await viewer(session, actor_of(door), door.body_id)
        line = await task_of(session, looks, task_id)
        people = [one for one in await doers(session, looks) if suits(one, line.row)]
    shown: dict[str, Any] = {
        "task": line, "right": rights(looks, line.row), "people": people, "wrong": wrong or {}, "key": uuid.uuid4(),
        "until": until or line.row.follow_up_on, "stands_in": line.row.person in looks.stands_in_for,
        "mine": line.row.person == looks.actor.person,
    }  # fmt: skip
    return page(request, door, "task/page.html", status=status, **shown)
