"""Letters are held by a person and go on when one says so; both stand in the trail (design.md §7, Hold)."""

import uuid
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from api.access import allowed
from api.door import Door
from api.handing import IdempotencyKey
from api.listing import CAMEL
from api.page import page
from api.session import ours
from api.sight import actor_of
from api.smtp_said import said_hold
from records.holding import hold
from records.queries.hold import Hold, hold_of
from records.releasing import release
from scheme.people import Action

router = APIRouter()
Holder = Annotated[Door, allowed(Action.STEER_LETTERS)]
Releaser = Annotated[Door, allowed(Action.RELEASE_LETTERS)]
Reason = Annotated[str, Field(max_length=500)]


class HoldForm(BaseModel):
    """Why the letters must wait; key: one per form."""

    reason: Reason = ""
    key: uuid.UUID = Field(default_factory=uuid.uuid4)


class WhyJson(BaseModel):
    """Why the letters must wait, for everybody who meets the hold."""

    model_config = CAMEL

    reason: Annotated[Reason, Field(min_length=1)]


class HoldJson(BaseModel):
    """Letters of a round, or of the whole house (`post`). heldBy: absent where failures held them.

    reason: a person's words, or the mail server's last answer; meaning: what that answer says, in your language.
    gone: letters that went out; sending: with the mail server at this moment; waiting: those that wait.
    """

    model_config = CAMEL

    hold_id: str
    held: bool
    reason: str | None = None
    meaning: str | None = None
    held_by: str | None = None
    held_at: datetime | None = None
    gone: int
    sending: int
    waiting: int


@router.get("/holds/{hold_id}", include_in_schema=False)
async def ask_hold(request: Request, hold_id: str, door: Holder) -> HTMLResponse:
    """What holding would touch, and why it is done."""
    return await _hold_page(request, door, hold_id, HoldForm())


@router.post("/holds/{hold_id}", include_in_schema=False)
async def hold_letters(request: Request, hold_id: str, form: Annotated[HoldForm, Form()], door: Holder) -> Response:
    """Hold the letters now; without a reason the form comes back."""
    if not form.reason.strip():
        return await _hold_page(request, door, hold_id, form, status=422)
    await hold_now(door, hold_id, form.reason, form.key)
    return RedirectResponse(_place(await found_hold(door, hold_id)), status_code=303)


@router.post("/holds/{hold_id}/release", include_in_schema=False)
async def release_letters(hold_id: str, door: Releaser, back: Annotated[str, Form()] = "/letters") -> RedirectResponse:
    """Let the letters go, and return to the page whose button was used."""
    await release_now(door, hold_id)
    return RedirectResponse(ours(back), status_code=303)


@router.get("/api/v1/holds/{holdId}", operation_id="readHold", tags=["letters"], response_model_exclude_none=True)
async def read_hold_json(holdId: str, door: Holder) -> HoldJson:  # noqa: N803  # as it stands in the address
    """Whether the letters of a round (`choice-round:2025`) or of the house (`post`) are held, why and by whom."""
    return await _json(door, holdId)


@router.post("/api/v1/holds/{holdId}", operation_id="holdLetters", tags=["letters"], response_model_exclude_none=True)
async def hold_letters_json(
    holdId: str,  # noqa: N803
    why: WhyJson,
    key: IdempotencyKey,
    door: Holder,
) -> HoldJson:
    """Hold the letters from now on; what a person holds already stays held, with its first reason."""
    await hold_now(door, holdId, why.reason, key)
    return await _json(door, holdId)


@router.post(
    "/api/v1/holds/{holdId}/release", operation_id="releaseLetters", tags=["letters"], response_model_exclude_none=True
)
async def release_letters_json(holdId: str, door: Releaser) -> HoldJson:  # noqa: N803
    """Let the letters go; what is not held stays as it is."""
    await release_now(door, holdId)
    return await _json(door, holdId)


async def hold_now(door: Door, hold_id: str, reason: str, key: uuid.UUID) -> None:
    """Hold these letters; HTTPException 404 where there are none of that name."""
    async with door.sessions.begin() as session:
        known = await hold(session, hold_id, actor_of(door), reason.strip(), str(key))
    if not known:
        raise HTTPException(404, "not-found")


async def release_now(door: Door, hold_id: str) -> None:
    """Let them go; HTTPException 404 where there are none of that name."""
    async with door.sessions.begin() as session:
        known = await release(session, hold_id, actor_of(door))
    if not known:
        raise HTTPException(404, "not-found")


async def found_hold(door: Door, hold_id: str) -> Hold:
    """The hold as it stands; HTTPException 404 where there are no letters of that name."""
    async with door.sessions() as session:
        found = await hold_of(session, hold_id)
    if found is None:
        raise HTTPException(404, "not-found")
    return found


async def _json(door: Door, hold_id: str) -> HoldJson:
    found = await found_hold(door, hold_id)
    by_failures = found.reason is not None and found.held_by is None
    told = HoldJson.model_validate(found)
    return told.model_copy(update={"meaning": said_hold(door.language, found.reason or "")}) if by_failures else told


async def _hold_page(request: Request, door: Door, hold_id: str, form: HoldForm, *, status: int = 200) -> HTMLResponse:
    found = await found_hold(door, hold_id)
    shown = {"hold": found, "form": form, "back_to": _place(found), "missing": status != 200}  # noqa: PLR2004
    return page(request, door, "hold/page.html", status=status, **shown)


def _place(found: Hold) -> str:
    return "/letters" if found.year is None else f"/choice-rounds/{found.year}"
