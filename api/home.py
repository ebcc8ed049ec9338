"""The first page: what runs, and what waits for people."""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.access import allowed
from api.bar import bars
from api.door import Door
from api.page import page
from api.sight import actor_of, sight
from records.queries import choice_round, home
from records.queries.account import undelivered
from records.queries.audit_counts import audit_counts
from records.queries.listing import Paging
from records.queries.task import TaskSieve, tasks
from records.queries.task_sight import TaskView, viewer
from scheme.people import Action, Role, may

FIRST = Paging(1, home.FIRST)
router = APIRouter(include_in_schema=False)


@router.get("/")
async def show_home(request: Request, door: Annotated[Door, allowed(Action.SEE_HOME)]) -> HTMLResponse:
    """What this visitor's role may see of it: the round, letters that wait, farms of their body."""
    role = door.actor.role if door.actor else Role.FARMER
    async with door.sessions() as session:
        own = await home.own_farms(session, role, door.body_id)
        year = await home.latest_year(session) if _sees(door, Action.SEE_ROUNDS) else None
        progress = None if year is None else await choice_round.progress(session, year)
        waiting = await home.waiting(session) if _sees(door, Action.SEE_LETTERS) else None
        looks = await viewer(session, actor_of(door), door.body_id)
        mine = await tasks(session, looks, TaskSieve(), FIRST)
        free = await tasks(session, looks, TaskSieve(TaskView.GROUP, free=True), FIRST)
        late = await tasks(session, looks, TaskSieve(TaskView.LATE), FIRST)
        pending = await home.pending(session)
        not_asked = await home.not_asked(session) if _sees(door, Action.STEER_ROUND) else None
        lost = await undelivered(session, actor_of(door).person)
        runs = await home.what_runs(session, role, door.body_id)
        audits = await audit_counts(session, sight(door), looks.today)
    by_body = bars(progress.by_body if progress else {})
    shown: dict[str, Any] = {"own": own, "progress": progress, "waiting": waiting, "by_body": by_body, "runs": runs}
    waits: dict[str, Any] = {
        "mine": mine,
        "free": free,
        "today": looks.today,
        "late": late.total,
        "pending": pending,
        "undelivered": lost,
        "not_asked": not_asked,
        "audits": audits,
    }
    return page(request, door, "home.html", **shown, **waits)


def _sees(door: Door, action: Action) -> bool:
    return door.actor is not None and may(door.actor, action)
