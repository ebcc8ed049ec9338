"""The secretariat records that a farm moves: its milk is produced at another site (domain.md §1.4)."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from api.access import allowed
from api.change_asking import AskedForm, AskedJson, Asking, Site
from api.door import Door
from api.farm_file import file_of
from api.handing import IdempotencyKey, ReceivedJson
from api.words import noted
from scheme.days import local_day
from scheme.farm_change import Change
from scheme.people import Action

router = APIRouter()
Asker = Annotated[Door, allowed(Action.ASK_CHANGE)]
GROUPS: Mapping[str, tuple[str, ...]] = {
    noted("The new site"): ("site_street", "site_postcode", "site_city"),
    noted("Its numbers"): ("establishment_unit", "herd_number"),
}
ASKING = Asking(Change.MOVE, "farm_change/move.html", GROUPS)


class MoveForm(Site, AskedForm):
    """What the form says. on: first day at the new site; body: whom the farmer chose; evidence: where it is."""


class MoveJson(Site, AskedJson):
    """on: first day at the new site; inspectionBody: whom the farmer chose, should an audit be needed.

    evidence: where it is kept, such as the number of a form. What is left out stays as the register has it.
    """


@router.get("/farms/{farm_id}/move", include_in_schema=False)
async def ask_move(request: Request, farm_id: str, door: Asker) -> HTMLResponse:
    """The form, with what the register says of the site of before."""
    file = await file_of(door, farm_id)
    known = ASKING.known(file)
    return await ASKING.show(request, door, file, MoveForm(**known, on=local_day(file.now)))


@router.post("/farms/{farm_id}/move", include_in_schema=False)
async def record_move(request: Request, farm_id: str, form: Annotated[MoveForm, Form()], door: Asker) -> Response:
    """Record it; the register says so, and review and decision open. What is wrong stands beside its field."""
    return await ASKING.record(request, door, await file_of(door, farm_id), form)


@router.post("/api/v1/farms/{farmId}/move", operation_id="recordMove", tags=["farms"])
async def record_move_json(farmId: str, moved: MoveJson, key: IdempotencyKey, door: Asker) -> ReceivedJson:  # noqa: N803
    """A farm moves to another site: the register says so, and what becomes of its certificate is decided."""
    return await ASKING.take(door, await file_of(door, farmId), moved, key)
