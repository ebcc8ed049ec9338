"""One farm's file, and the stop of a farm (domain.md §1.4)."""

import uuid
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel

from api.access import allowed
from api.door import Door
from api.farm_file import FarmFile, file_of
from api.farm_json import FarmJson, farm_json
from api.handing import IdempotencyKey, ReceivedJson, hand_in, received_json, refusal_of
from api.listing import CAMEL
from api.matter_json import ProjectionJson, foreseen_json
from api.page import page
from api.revision import etag
from api.sight import actor_of
from api.temporal import Delivered
from api.typed import Day
from records.queries.change_day import first_day
from scheme.days import local_day
from scheme.errors import RuleViolationError
from scheme.ids import FarmId, farmer_case
from scheme.people import Action
from scheme.stopping import Stop
from scheme.taking_part import check_takes_part

router = APIRouter()
Reader = Annotated[Door, allowed(Action.SEE_FARMS)]
Stopper = Annotated[Door, allowed(Action.STOP_FARM)]


class StopForm(BaseModel):
    """What the stop's form says. confirmed: the person has seen what will be recorded; key: one per form."""

    stopped_on: Day
    key: uuid.UUID
    confirmed: bool = False


class StopJson(BaseModel):
    """stoppedOn: the last day on which the farm took part."""

    model_config = CAMEL

    stopped_on: Day


@router.get("/farms/{farm_id}", include_in_schema=False)
async def show_farm(request: Request, farm_id: str, door: Reader) -> HTMLResponse:
    """One farm's file; that it was opened is noted."""
    return page(request, door, "farm/page.html", file=await file_of(door, farm_id))


@router.get("/farms/{farm_id}/stop", include_in_schema=False)
async def ask_stop(request: Request, farm_id: str, door: Stopper) -> HTMLResponse:
    """The form of a stop."""
    file = await file_of(door, farm_id)
    return _stop_page(request, door, file, local_day(file.now))


@router.post("/farms/{farm_id}/stop", include_in_schema=False)
async def stop_farm(request: Request, farm_id: str, form: Annotated[StopForm, Form()], door: Stopper) -> Response:
    """Show what will be recorded; once confirmed, record it."""
    file = await file_of(door, farm_id)
    try:
        await _check_day(door, file, form.stopped_on)
    except RuleViolationError as violation:
        return _stop_page(request, door, file, form.stopped_on, refused=violation.refusal, status=422)
    if not form.confirmed:
        return _stop_page(request, door, file, form.stopped_on, confirm=True)
    refused = refusal_of(await _stop(door, file, form.stopped_on, form.key))
    if refused is None:
        return RedirectResponse(f"/farms/{file.farm.farm_id}", status_code=303)
    return _stop_page(request, door, file, form.stopped_on, refused=refused, status=422)


@router.get("/api/v1/farms/{farmId}", operation_id="readFarm", tags=["farms"], response_model_exclude_none=True)
async def show_farm_json(
    request: Request,
    farmId: str,  # noqa: N803  # the API's name
    door: Reader,
    response: Response,
) -> FarmJson:
    """One farm: the register, where it stands, its letters and its timeline; its ETag is what a change has to name."""
    file = await file_of(door, farmId)
    response.headers["ETag"] = etag(file.farm.revision)
    return farm_json(request.url.path, file)


@router.post("/api/v1/farms/{farmId}/stop", operation_id="stopFarm", tags=["farms"])
async def stop_farm_json(farmId: str, stop: StopJson, key: IdempotencyKey, door: Stopper) -> ReceivedJson:  # noqa: N803
    """Record that the farm stops."""
    file = await file_of(door, farmId)
    await _check_day(door, file, stop.stopped_on)
    return received_json(await _stop(door, file, stop.stopped_on, key))


@router.get(
    "/api/v1/farms/{farmId}/projection", operation_id="readProjection", tags=["farms"],
    response_model_exclude_none=True,
)  # fmt: skip
async def show_projection_json(request: Request, farmId: str, door: Reader) -> ProjectionJson:  # noqa: N803
    """What will happen to the farm until its certificate ends, if nobody acts."""
    file = await file_of(door, farmId)
    items = [foreseen_json(one, file.bodies) for one in file.foreseen]
    return ProjectionJson(self=request.url.path, at=file.now, items=items)


async def _stop(door: Door, file: FarmFile, stopped_on: date, key: uuid.UUID) -> Delivered:
    return await hand_in(door, farmer_case(FarmId(file.farm.farm_id)), actor_of(door), Stop(stopped_on), key)


async def _check_day(door: Door, file: FarmFile, stopped_on: date) -> None:
    async with door.sessions() as session:
        first = await first_day(session, file.farm, local_day(file.now))
    check_takes_part(stopped_on, first)


def _stop_page(
    request: Request, door: Door, file: FarmFile, stopped_on: date, *, status: int = 200, **values: object
) -> HTMLResponse:
    shown = {"confirm": False, "refused": None, "key": str(uuid.uuid4()), **values}
    return page(request, door, "farm/stop.html", status=status, file=file, stopped_on=stopped_on, **shown)
