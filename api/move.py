"""The secretariat records that a farm moves: its milk is produced at another site (domain.md §1.4)."""

import uuid
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from api.access import allowed
from api.change_asking import MISSING, Asking, ask, problems_of
from api.door import Door
from api.farm_file import file_of
from api.handing import IdempotencyKey, ReceivedJson, received_json, refusal_of
from api.listing import CAMEL
from api.register_problem import not_taken
from api.typed import Day, Line, Text
from api.words import noted
from scheme.days import local_day
from scheme.farm_change import OF_SITE, AskChange, Change
from scheme.ids import BodyId
from scheme.people import Action

router = APIRouter()
Asker = Annotated[Door, allowed(Action.ASK_CHANGE)]
GROUPS: Mapping[str, tuple[str, ...]] = {
    noted("The new site"): ("site_street", "site_postcode", "site_city"),
    noted("Its numbers"): ("establishment_unit", "herd_number"),
}
ASKING = Asking("farm_change/move.html", OF_SITE, GROUPS)


class Site(BaseModel):
    """What the register says of the place where the milk is produced, as texts."""

    site_street: Line = ""
    site_postcode: Line = ""
    site_city: Line = ""
    establishment_unit: Line = ""
    herd_number: Line = ""


class MoveForm(Site):
    """What the form says. on: first day at the new site; body: whom the farmer chose; evidence: where it is."""

    on: Day
    body: str = ""
    evidence: Text = ""
    key: uuid.UUID = Field(default_factory=uuid.uuid4)


class MoveJson(Site):
    """on: first day at the new site; inspectionBody: whom the farmer chose, should an audit be needed.

    evidence: where it is kept, such as the number of a form. What is left out stays as the register has it.
    """

    model_config = CAMEL

    on: Day
    inspection_body: str = Field(pattern=r"^B-\d{2}$")
    evidence: Text = Field(min_length=1)


@router.get("/farms/{farm_id}/move", include_in_schema=False)
async def ask_move(request: Request, farm_id: str, door: Asker) -> HTMLResponse:
    """The form, with what the register says of the site of before."""
    file = await file_of(door, farm_id)
    known = ASKING.known(file)
    return await ASKING.show(request, door, file, MoveForm(**known, on=local_day(file.now)))


@router.post("/farms/{farm_id}/move", include_in_schema=False)
async def record_move(request: Request, farm_id: str, form: Annotated[MoveForm, Form()], door: Asker) -> Response:
    """Record it; the register says so, and review and decision open. What is wrong stands beside its field."""
    file = await file_of(door, farm_id)
    columns = ASKING.typed(form)
    problems = await problems_of(door, file, columns)
    if problems:
        return await ASKING.show(request, door, file, form, problems=problems, status=422)
    if not (form.body and form.evidence):
        return await ASKING.show(request, door, file, form, error=MISSING, status=422)
    asked = AskChange(Change.MOVE, form.on, BodyId(form.body))
    refused = refusal_of(await ask(door, file, asked, columns, form.evidence, form.key))
    if refused is None:
        return RedirectResponse(f"/farms/{file.farm.farm_id}", status_code=303)
    anew = form.model_copy(update={"key": uuid.uuid4()})
    return await ASKING.show(request, door, file, anew, refused=refused, status=422)


@router.post("/api/v1/farms/{farmId}/move", operation_id="recordMove", tags=["farms"])
async def record_move_json(farmId: str, moved: MoveJson, key: IdempotencyKey, door: Asker) -> ReceivedJson:  # noqa: N803
    """A farm moves to another site: the register says so, and what becomes of its certificate is decided."""
    file = await file_of(door, farmId)
    given = moved.model_dump(include=set(OF_SITE), exclude_unset=True)
    columns = {**ASKING.known(file), **given}
    if problems := await problems_of(door, file, columns):
        raise not_taken(door.language, problems)
    asked = AskChange(Change.MOVE, moved.on, BodyId(moved.inspection_body))
    return received_json(await ask(door, file, asked, columns, moved.evidence, key))
