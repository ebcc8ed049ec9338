"""What is done with tasks in the JSON API; whatever changes one names the revision that was seen, as If-Match."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from api.access import allowed
from api.door import Door
from api.handing import IdempotencyKey
from api.listing import CAMEL
from api.revision import SeenRevision
from api.task_acting import SeenTask, TaskAct, Wanted, act
from api.task_json import TaskJson, shown
from api.typed import Day
from scheme.people import Action

router = APIRouter(prefix="/api/v1")
Doer = Annotated[Door, allowed(Action.DO_TASKS)]
Assigner = Annotated[Door, allowed(Action.ASSIGN_TASKS)]
LONGEST_NOTE = 2_000
MOST_AT_ONCE = 500


class AssigneeJson(BaseModel):
    """To whom the task goes, by their number."""

    model_config = CAMEL

    person: str = Field(max_length=20)


class FollowUpJson(BaseModel):
    """on: the day on which the task shows itself again; absent: at once."""

    model_config = CAMEL

    on: Day | None = None


class NoteJson(BaseModel):
    """What whoever comes next should know; empty takes it away."""

    model_config = CAMEL

    note: str = Field(max_length=LONGEST_NOTE)


class OutcomeJson(BaseModel):
    """What came of the task; it is added to its note."""

    model_config = CAMEL

    outcome: str | None = Field(None, max_length=LONGEST_NOTE)


class SeenTaskJson(BaseModel):
    """A task under the revision that was seen."""

    model_config = CAMEL

    task_id: str = Field(max_length=200)
    revision: int


class AssignmentsJson(BaseModel):
    """Tasks, and to whom they all go."""

    model_config = CAMEL

    tasks: list[SeenTaskJson] = Field(min_length=1, max_length=MOST_AT_ONCE)
    person: str = Field(max_length=20)


class AssignedJson(BaseModel):
    """tasks: how many were given."""

    model_config = CAMEL

    tasks: int


@dataclass(frozen=True)
class AskedTask:
    """Which task is asked about, under which revision, by which request."""

    seen: SeenTask
    key: str


def _asked(taskId: str, seen: SeenRevision, key: IdempotencyKey) -> AskedTask:  # noqa: N803  # the API's name
    return AskedTask(SeenTask(taskId, seen), str(key))


@router.post("/tasks/{taskId}/claim", operation_id="claimTask", tags=["tasks"], response_model_exclude_none=True)
async def claim_task_json(door: Doer, asked: Annotated[AskedTask, Depends(_asked)], response: Response) -> TaskJson:
    """Take a task that nobody has."""
    return await _done(door, asked, Wanted(TaskAct.CLAIM), response)


@router.post("/tasks/{taskId}/release", operation_id="releaseTask", tags=["tasks"], response_model_exclude_none=True)
async def release_task_json(door: Doer, asked: Annotated[AskedTask, Depends(_asked)], response: Response) -> TaskJson:
    """Give a task back to its group."""
    return await _done(door, asked, Wanted(TaskAct.RELEASE), response)


@router.post("/tasks/{taskId}/assignment", operation_id="assignTask", tags=["tasks"], response_model_exclude_none=True)
async def assign_task_json(
    to: AssigneeJson, door: Assigner, asked: Annotated[AskedTask, Depends(_asked)], response: Response
) -> TaskJson:
    """Give a task to somebody."""
    return await _done(door, asked, Wanted(TaskAct.ASSIGN, person=to.person), response)


@router.post("/tasks/{taskId}/follow-up", operation_id="postponeTask", tags=["tasks"], response_model_exclude_none=True)
async def postpone_task_json(
    later: FollowUpJson, door: Doer, asked: Annotated[AskedTask, Depends(_asked)], response: Response
) -> TaskJson:
    """Hide a task until a day, or show it again."""
    return await _done(door, asked, Wanted(TaskAct.POSTPONE, until=later.on), response)


@router.post("/tasks/{taskId}/note", operation_id="noteTask", tags=["tasks"], response_model_exclude_none=True)
async def note_task_json(
    given: NoteJson, door: Doer, asked: Annotated[AskedTask, Depends(_asked)], response: Response
) -> TaskJson:
    """Write a note for whoever comes next."""
    return await _done(door, asked, Wanted(TaskAct.NOTE, note=given.note or None), response)


@router.post("/tasks/{taskId}/closure", operation_id="closeTask", tags=["tasks"], response_model_exclude_none=True)
async def close_task_json(
    door: Doer,
    asked: Annotated[AskedTask, Depends(_asked)],
    response: Response,
    given: OutcomeJson | None = None,
) -> TaskJson:
    """End a task that no other fact ends, and say what came of it."""
    outcome = given.outcome if given else None
    return await _done(door, asked, Wanted(TaskAct.CLOSE, note=outcome or None), response)


@router.post("/task-assignments", operation_id="assignTasks", tags=["tasks"])
async def assign_tasks_json(given: AssignmentsJson, door: Assigner, key: IdempotencyKey) -> AssignedJson:
    """Give many tasks to one person: all of them, or none where one has changed."""
    seen = [SeenTask(one.task_id, one.revision) for one in given.tasks]
    await act(door, seen, Wanted(TaskAct.ASSIGN, person=given.person), str(key))
    return AssignedJson(tasks=len(seen))


async def _done(door: Door, asked: AskedTask, wanted: Wanted, response: Response) -> TaskJson:
    await act(door, [asked.seen], wanted, asked.key)
    return await shown(door, asked.seen.task_id, response)
