"""The secretariat records that a farm goes over to another holder (domain.md §1.4; ISO/IEC 17065, 7.10)."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from api.access import allowed
from api.change_asking import AskedForm, AskedJson, Asking, Holder
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
    noted("The new holder"): ("name", "holder", "enterprise_number", "language", "email", "phone"),
    noted("Address of the letters"): ("street", "postcode", "city", "country"),
}
ASKING = Asking(Change.TAKEOVER, "farm_change/takeover.html", GROUPS)


class TakeoverForm(Holder, AskedForm):
    """What the form says. on: first day of the new holder; body: whom the new holder chose; evidence: where it is."""


class TakeoverJson(Holder, AskedJson):
    """on: first day of the new holder; inspectionBody: whom the new holder chose, should an audit be needed.

    evidence: where it is kept, such as the number of a form. What is left out stays as the register has it, but for
    email and phone, which were the old holder's: they are emptied.
    """


@router.get("/farms/{farm_id}/takeover", include_in_schema=False)
async def ask_takeover(request: Request, farm_id: str, door: Asker) -> HTMLResponse:
    """The form, with what the register says of the holder of before but for mail and telephone."""
    file = await file_of(door, farm_id)
    known = ASKING.known(file)
    return await ASKING.show(request, door, file, TakeoverForm(**known, on=local_day(file.now)))


@router.post("/farms/{farm_id}/takeover", include_in_schema=False)
async def record_takeover(
    request: Request, farm_id: str, form: Annotated[TakeoverForm, Form()], door: Asker
) -> Response:
    """Record it; the register says so, and review and decision open. What is wrong stands beside its field."""
    return await ASKING.record(request, door, await file_of(door, farm_id), form)


@router.post("/api/v1/farms/{farmId}/takeover", operation_id="recordTakeover", tags=["farms"])
async def record_takeover_json(farmId: str, taken: TakeoverJson, key: IdempotencyKey, door: Asker) -> ReceivedJson:  # noqa: N803
    """A farm goes over to another holder: the register says so, and what becomes of its certificate is decided."""
    return await ASKING.take(door, await file_of(door, farmId), taken, key)
