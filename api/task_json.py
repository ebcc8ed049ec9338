"""Tasks in the JSON API (Belgif: lowerCamelCase, no nulls)."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from api.access import allowed
from api.door import Door
from api.listing import CAMEL, AskedPage, Collection, collection
from api.revision import etag
from api.sight import actor_of
from api.task_acting import task_of
from api.task_list import AskedTasks
from records.queries.task import TaskLine, tasks
from records.queries.task_sight import viewer
from scheme.people import Action

router = APIRouter(prefix="/api/v1")
Reader = Annotated[Door, allowed(Action.SEE_TASKS)]


class TaskJson(BaseModel):
    """A task. person: who has claimed it; substitute: who does it while they are away; revision: its ETag.

    about: which kind of letter or of matter it is about.
    """

    model_config = CAMEL

    task_id: str
    kind: str
    about: str | None = None
    role: str
    body_id: str | None = None
    person: str | None = None
    substitute: str | None = None
    farm_id: str | None = None
    case_id: str | None = None
    letter_key: str | None = None
    opened_at: datetime
    due_on: date
    follow_up_on: date | None = None
    closed_at: datetime | None = None
    note: str | None = None
    revision: int


@router.get("/tasks", operation_id="listTasks", tags=["tasks"], response_model_exclude_none=True)
async def list_tasks_json(request: Request, door: Reader, paging: AskedPage, sieve: AskedTasks) -> Collection[TaskJson]:
    """Tasks that you may see: yours unless `view` asks for others."""
    async with door.sessions() as session:
        looks = await viewer(session, actor_of(door), door.body_id)
        return collection(request, await tasks(session, looks, sieve, paging), task_json)


@router.get("/tasks/{taskId}", operation_id="readTask", tags=["tasks"], response_model_exclude_none=True)
async def show_task_json(taskId: str, door: Reader, response: Response) -> TaskJson:  # noqa: N803  # the API's name
    """One task."""
    return await shown(door, taskId, response)


def task_json(line: TaskLine) -> TaskJson:
    """A line of the list."""
    values = line.row.model_dump(exclude={"facts", "closed_by", "farm_name"})
    substitute = None if line.substitute is None else line.substitute.person_id
    return TaskJson(**values, substitute=substitute, letter_key=line.letter_key, about=line.about)


async def shown(door: Door, task_id: str, response: Response) -> TaskJson:
    """The task as it stands, its revision as the answer's ETag."""
    async with door.sessions() as session:
        line = await task_of(session, await viewer(session, actor_of(door), door.body_id), task_id)
    response.headers["ETag"] = etag(line.row.revision)
    return task_json(line)
