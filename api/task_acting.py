"""What people do with tasks, from a page or the JSON API: one or many, in one transaction, all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from fastapi import HTTPException
from sqlmodel.ext.asyncio.session import AsyncSession

from api.door import Door
from api.revision import ChangedMeanwhileError
from api.sight import actor_of
from records import assigning
from records.assigning import TaskChange, TaskChangedError
from records.queries.task import TaskLine, task
from records.queries.task_rights import TaskRights, doers, rights, suits
from records.queries.task_sight import Viewer, viewer
from records.receiving import KeyReusedError


class TaskAct(StrEnum):
    """What can be done with a task."""

    CLAIM = "claim"
    RELEASE = "release"
    ASSIGN = "assign"
    POSTPONE = "postpone"
    NOTE = "note"
    CLOSE = "close"


@dataclass(frozen=True)
class SeenTask:
    """A task under the revision that the visitor saw."""

    task_id: str
    revision: int


@dataclass(frozen=True)
class Wanted:
    """What is to be done, with what it needs: whom to give it to, until when it sleeps, the note or outcome."""

    act: TaskAct
    person: str | None = None
    until: date | None = None
    note: str | None = None


async def act(door: Door, seen: Sequence[SeenTask], wanted: Wanted, key: str) -> None:
    """Do it to each of the tasks, or to none.

    Raises HTTPException: 404 for one the visitor may not see, 403 for one that is not theirs to do, 412 for one that
    changed, 422 for what cannot be.
    """
    try:
        async with door.sessions.begin() as session:
            looks = await viewer(session, actor_of(door), door.body_id)
            ordered = sorted(seen, key=lambda one: one.task_id)
            await assigning.hold_still(session, [one.task_id for one in ordered])
            for one in ordered:
                await _act(session, looks, await task_of(session, looks, one.task_id), one.revision, wanted, key)
    except TaskChangedError as error:
        code = "task-closed" if error.closed else "task-taken" if error.person else "task-released"
        raise ChangedMeanwhileError(code, person=error.person) from error
    except KeyReusedError as error:
        raise HTTPException(422, "key-reused") from error


async def task_of(session: AsyncSession, looks: Viewer, task_id: str) -> TaskLine:
    """The task; HTTPException 404 for none, or none that the visitor may see."""
    found = await task(session, looks, task_id)
    if found is None:
        raise HTTPException(404, "not-found")
    return found


async def _act(  # who, what, on which
    session: AsyncSession, looks: Viewer, line: TaskLine, revision: int, wanted: Wanted, key: str
) -> None:
    row = line.row
    away = row.person if row.person in looks.stands_in_for else None
    change = TaskChange(row.task_id, revision, looks.actor, key, away)
    # What changed meanwhile is told before what is not allowed: it may be not allowed because it changed.
    if row.revision == revision:
        await _check(session, looks, line, wanted)
    match wanted.act:
        case TaskAct.CLAIM:
            await assigning.claim(session, change)
        case TaskAct.RELEASE:
            await assigning.release(session, change)
        case TaskAct.ASSIGN:
            await assigning.assign(session, change, wanted.person or "")
        case TaskAct.POSTPONE:
            await assigning.postpone(session, change, wanted.until)
        case TaskAct.NOTE:
            await assigning.write_note(session, change, wanted.note)
        case TaskAct.CLOSE:
            await assigning.close_by_hand(session, change, wanted.note)


async def _check(session: AsyncSession, looks: Viewer, line: TaskLine, wanted: Wanted) -> None:
    if line.row.closed_at is None and not _permits(rights(looks, line.row), wanted.act):
        raise HTTPException(*_refusal(line, wanted.act))
    if wanted.act is TaskAct.POSTPONE and wanted.until is not None and wanted.until <= looks.today:
        raise HTTPException(422, "task-day-passed")
    if wanted.act is TaskAct.ASSIGN:
        given = [one for one in await doers(session, looks) if one.person_id == wanted.person]
        if not given or not suits(given[0], line.row):
            raise HTTPException(422, "task-not-for-them")


def _permits(right: TaskRights, asked: TaskAct) -> bool:
    permitted = {
        TaskAct.CLAIM: right.claim,
        TaskAct.RELEASE: right.release,
        TaskAct.ASSIGN: right.assign,
        TaskAct.POSTPONE: right.work,
        TaskAct.NOTE: right.work,
        TaskAct.CLOSE: right.close,
    }
    return permitted[asked]


def _refusal(line: TaskLine, asked: TaskAct) -> tuple[int, str]:
    """Status and code: a task that closes by itself is not refused for want of a right."""
    return (422, "task-not-by-hand") if asked is TaskAct.CLOSE and not line.by_hand else (403, "task-not-yours")
