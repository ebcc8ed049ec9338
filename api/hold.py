"""Held letters go on: the secretariat or operations releases them, and it stands in the trail (design.md §7, Hold)."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import RedirectResponse

from api.access import allowed
from api.door import Door
from api.session import ours
from api.sight import actor_of
from records.releasing import release
from scheme.people import Action

router = APIRouter(include_in_schema=False)
Releaser = Annotated[Door, allowed(Action.RELEASE_LETTERS)]


@router.post("/holds/{hold_id}/release")
async def release_letters(hold_id: str, door: Releaser, back: Annotated[str, Form()] = "/letters") -> RedirectResponse:
    """Let the letters go, and return to the page whose button was used."""
    async with door.sessions.begin() as session:
        known = await release(session, hold_id, actor_of(door))
    if not known:
        raise HTTPException(404, "not-found")
    return RedirectResponse(ours(back), status_code=303)
