"""The wrong farm was stopped: its stop is taken back with the reason, and it takes part again (domain.md §1.4)."""

import uuid
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from api.access import allowed
from api.door import Door
from api.farm_file import FarmFile, file_of
from api.handing import IdempotencyKey, ReceivedJson, hand_in, received_json, refusal_of
from api.listing import CAMEL
from api.page import page
from api.sight import actor_of
from api.temporal import Delivered
from api.typed import Day, Text
from api.words import noted
from scheme.correction import TakeBack
from scheme.ids import FarmId, farmer_case
from scheme.people import Action

router = APIRouter()
Corrector = Annotated[Door, allowed(Action.CORRECT_CASE)]


class TakeBackForm(BaseModel):
    """What the form says. stopped_on: the stop that was seen."""

    stopped_on: Day
    reason: Text = ""
    key: uuid.UUID = Field(default_factory=uuid.uuid4)
    confirmed: bool = False


class TakeBackJson(BaseModel):
    """stoppedOn: the stop that is taken back, as you read it; reason: why it was a mistake."""

    model_config = CAMEL

    stopped_on: Day
    reason: Text = Field(min_length=1)


@router.get("/farms/{farm_id}/stop-correction", include_in_schema=False)
async def ask_take_back(request: Request, farm_id: str, door: Corrector) -> HTMLResponse:
    """The form: why the stop was a mistake."""
    file = await file_of(door, farm_id)
    return _page(request, door, file, TakeBackForm(stopped_on=_stopped_on(file)))


@router.post("/farms/{farm_id}/stop-correction", include_in_schema=False)
async def take_back(request: Request, farm_id: str, form: Annotated[TakeBackForm, Form()], door: Corrector) -> Response:
    """Show what will be recorded; once confirmed, record it."""
    file = await file_of(door, farm_id)
    if not form.reason:
        missing = noted("Write why: what went wrong, and how it was noticed.")
        return _page(request, door, file, form, error=missing, status=422)
    if not form.confirmed:
        return _page(request, door, file, form, confirm=True)
    refused = refusal_of(await _take_back(door, file, form.stopped_on, form.reason, form.key))
    if refused is None:
        return RedirectResponse(f"/farms/{file.farm.farm_id}", status_code=303)
    return _page(request, door, file, form.model_copy(update={"key": uuid.uuid4()}), refused=refused, status=422)


@router.post("/api/v1/farms/{farmId}/stop-correction", operation_id="takeBackStop", tags=["farms"])
async def take_back_json(farmId: str, back: TakeBackJson, key: IdempotencyKey, door: Corrector) -> ReceivedJson:  # noqa: N803
    """Take back a stop that was a mistake; the choice that it had ended runs again."""
    return received_json(await _take_back(door, await file_of(door, farmId), back.stopped_on, back.reason, key))


async def _take_back(door: Door, file: FarmFile, stopped_on: date, reason: str, key: uuid.UUID) -> Delivered:
    case = farmer_case(FarmId(file.farm.farm_id))
    return await hand_in(door, case, actor_of(door), TakeBack(stopped_on), key, {"reason": reason})


def _stopped_on(file: FarmFile) -> date:
    if file.farm.stopped_on is None:
        raise HTTPException(404, "not-found")
    return file.farm.stopped_on


def _page(
    request: Request, door: Door, file: FarmFile, form: TakeBackForm, *, status: int = 200, **said: object
) -> HTMLResponse:
    shown = {"error": None, "refused": None, "confirm": False, **said}
    return page(request, door, "stop_correction/page.html", status=status, file=file, form=form, **shown)
