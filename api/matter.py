"""One matter that ran before the house began: its page, and its close (design.md §7)."""

import uuid
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from api.access import allowed
from api.door import Door
from api.farm_file import note_reading
from api.handing import IdempotencyKey, ReceivedJson, hand_in, received_json, refusal_of
from api.listing import CAMEL
from api.matter_json import MatterJson, matter_json
from api.page import page
from api.sight import actor_of, sight
from api.temporal import Delivered
from api.typed import Day
from records import clock
from records.queries.matter import MatterFile, matter_of
from scheme.days import local_day
from scheme.ids import FarmId, matter_case
from scheme.matter import Close
from scheme.people import Action

router = APIRouter()
Reader = Annotated[Door, allowed(Action.SEE_FARMS)]
Closer = Annotated[Door, allowed(Action.CLOSE_MATTER)]
Note = Annotated[str, Field(max_length=1000)]


class CloseForm(BaseModel):
    """What the form of a close says; note: what came of it, in words; key: one per form."""

    closed_on: Day
    note: Note = ""
    key: uuid.UUID


class CloseJson(BaseModel):
    """closedOn: the day on which it was settled; note: what came of it, in words."""

    model_config = CAMEL

    closed_on: Day
    note: Note = ""


@router.get("/farms/{farm_id}/matters/{number}", include_in_schema=False)
async def show_matter(request: Request, farm_id: str, number: int, door: Reader) -> HTMLResponse:
    """The matter: where it stands, since when, until when, and the form that closes it."""
    matter, today = await _file(door, farm_id, number)
    return _page(request, door, matter, today)


@router.post("/farms/{farm_id}/matters/{number}/close", include_in_schema=False)
async def close_matter(
    request: Request, farm_id: str, number: int, form: Annotated[CloseForm, Form()], door: Closer
) -> Response:
    """Record that it is settled; a refusal is shown with what was typed."""
    matter, _today = await _file(door, farm_id, number)
    refused = refusal_of(await _close(door, matter, form.closed_on, form.note, form.key))
    if refused is None:
        return RedirectResponse(f"/farms/{matter.farm_id}/matters/{number}", status_code=303)
    matter, _today = await _file(door, farm_id, number)
    return _page(request, door, matter, form.closed_on, refused=refused, note=form.note, status=422)


@router.get(
    "/api/v1/farms/{farmId}/matters/{number}", operation_id="readMatter", tags=["farms"],
    response_model_exclude_none=True,
)  # fmt: skip
async def show_matter_json(farmId: str, number: int, door: Reader) -> MatterJson:  # noqa: N803  # the API's name
    """One matter that ran before the house began."""
    return matter_json((await _file(door, farmId, number))[0])


@router.post("/api/v1/farms/{farmId}/matters/{number}/close", operation_id="closeMatter", tags=["farms"])
async def close_matter_json(
    farmId: str, number: int, close: CloseJson, key: IdempotencyKey, door: Closer  # noqa: N803
) -> ReceivedJson:  # fmt: skip
    """Record that a matter is settled."""
    matter, _today = await _file(door, farmId, number)
    return received_json(await _close(door, matter, close.closed_on, close.note, key))


async def _close(door: Door, matter: MatterFile, closed_on: date, note: str, key: uuid.UUID) -> Delivered:
    words = {"note": note.strip()} if note.strip() else None
    return await hand_in(door, matter.case_id, actor_of(door), Close(closed_on), key, words=words)


async def _file(door: Door, farm_id: str, number: int) -> tuple[MatterFile, date]:
    """The matter, and the scheme's day; HTTPException 404 when the visitor may not see such a one."""
    async with door.sessions.begin() as session:
        matter = await matter_of(session, sight(door), matter_case(FarmId(farm_id), number))
        if matter is None:
            raise HTTPException(404, "not-found")
        await note_reading(session, door, farm_id)
        return matter, local_day(await clock.now(session))


def _page(
    request: Request, door: Door, matter: MatterFile, closed_on: date, *, status: int = 200, **values: object
) -> HTMLResponse:
    shown = {"refused": None, "note": "", "key": str(uuid.uuid4()), **values}
    return page(request, door, "matter/page.html", status=status, matter=matter, closed_on=closed_on, **shown)
