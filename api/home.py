"""The first page: what runs, and what waits for people."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.access import allowed
from api.bar import bars
from api.door import Door
from api.page import page
from records.queries import choice_round, home
from scheme.people import Action, Role, may

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
    by_body = bars(progress.by_body if progress else {})
    return page(request, door, "home.html", own=own, progress=progress, waiting=waiting, by_body=by_body)


def _sees(door: Door, action: Action) -> bool:
    return door.actor is not None and may(door.actor, action)
