"""The secretariat records that a farm goes over to another holder (domain.md §1.4; ISO/IEC 17065, 7.10)."""

import uuid
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from api.access import allowed
from api.door import Door
from api.farm_file import FarmFile, file_of
from api.farm_sheet import options_of, typed_of
from api.handing import IdempotencyKey, ReceivedJson, hand_in, received_json, refusal_of
from api.listing import CAMEL
from api.page import page
from api.register_form import Sheet
from api.register_problem import not_taken
from api.sight import actor_of
from api.temporal import Delivered
from api.typed import Day, Line, Text
from api.words import noted
from records.entering import Problems, judge
from records.queries.choice_round import bodies
from records.queries.farm import body_names
from scheme.choice_round import recognised
from scheme.days import local_day
from scheme.farm_change import OF_HOLDER, AskChange, Change
from scheme.ids import BodyId, FarmId, farmer_case
from scheme.people import Action
from scheme.register import FARMS
from scheme.register_column import COLUMNS

router = APIRouter()
Asker = Annotated[Door, allowed(Action.ASK_CHANGE)]
GROUPS: Mapping[str, tuple[str, ...]] = {
    noted("The new holder"): ("name", "holder", "enterprise_number", "language", "email", "phone"),
    noted("Address of the letters"): ("street", "postcode", "city", "country"),
}
MISSING = noted("Mark the inspection body, and write where the evidence is kept.")


class Holder(BaseModel):
    """What the register says of the new holder, as texts."""

    name: Line = ""
    holder: Line = ""
    street: Line = ""
    postcode: Line = ""
    city: Line = ""
    country: Line = ""
    language: Line = ""
    email: Line = ""
    phone: Line = ""
    enterprise_number: Line = ""


class TakeoverForm(Holder):
    """What the form says. on: first day of the new holder; body: whom the new holder chose; evidence: where it is."""

    on: Day
    body: str = ""
    evidence: Text = ""
    key: uuid.UUID = Field(default_factory=uuid.uuid4)


class TakeoverJson(Holder):
    """on: first day of the new holder; inspectionBody: whom the new holder chose, should an audit be needed.

    evidence: where it is kept, such as the number of a form. What is left out stays as the register has it.
    """

    model_config = CAMEL

    on: Day
    inspection_body: str = Field(pattern=r"^B-\d{2}$")
    evidence: Text = Field(min_length=1)


@router.get("/farms/{farm_id}/takeover", include_in_schema=False)
async def ask_takeover(request: Request, farm_id: str, door: Asker) -> HTMLResponse:
    """The form, with what the register says of the holder of before."""
    file = await file_of(door, farm_id)
    known = {name: value for name, value in typed_of(file.farm).items() if name in OF_HOLDER}
    return await _page(request, door, file, TakeoverForm(**known, on=local_day(file.now)))


@router.post("/farms/{farm_id}/takeover", include_in_schema=False)
async def record_takeover(
    request: Request, farm_id: str, form: Annotated[TakeoverForm, Form()], door: Asker
) -> Response:
    """Record it; the register says so, and review and decision open. What is wrong stands beside its field."""
    file = await file_of(door, farm_id)
    columns = {name: getattr(form, name) for name in OF_HOLDER}
    problems = await _problems(door, file, columns)
    if problems:
        return await _page(request, door, file, form, problems=problems, status=422)
    if not (form.body and form.evidence):
        return await _page(request, door, file, form, error=MISSING, status=422)
    asked = AskChange(Change.TAKEOVER, form.on, BodyId(form.body))
    refused = refusal_of(await _ask(door, file, asked, columns, form.evidence, form.key))
    if refused is None:
        return RedirectResponse(f"/farms/{file.farm.farm_id}", status_code=303)
    anew = form.model_copy(update={"key": uuid.uuid4()})
    return await _page(request, door, file, anew, refused=refused, status=422)


@router.post("/api/v1/farms/{farmId}/takeover", operation_id="recordTakeover", tags=["farms"])
async def record_takeover_json(farmId: str, taken: TakeoverJson, key: IdempotencyKey, door: Asker) -> ReceivedJson:  # noqa: N803
    """A farm goes over to another holder: the register says so, and what becomes of its certificate is decided."""
    file = await file_of(door, farmId)
    given = taken.model_dump(include=set(OF_HOLDER), exclude_unset=True)
    columns = {**{name: value for name, value in typed_of(file.farm).items() if name in OF_HOLDER}, **given}
    if problems := await _problems(door, file, columns):
        raise not_taken(door.language, problems)
    asked = AskChange(Change.TAKEOVER, taken.on, BodyId(taken.inspection_body))
    return received_json(await _ask(door, file, asked, columns, taken.evidence, key))


async def _ask(
    door: Door, file: FarmFile, asked: AskChange, columns: Mapping[str, str], evidence: str, key: uuid.UUID
) -> Delivered:
    case = farmer_case(FarmId(file.farm.farm_id))
    return await hand_in(door, case, actor_of(door), asked, key, {**columns, "reason": evidence})


async def _problems(door: Door, file: FarmFile, columns: Mapping[str, str]) -> Problems:
    typed = {**typed_of(file.farm), **columns, "farm_id": file.farm.farm_id}
    async with door.sessions() as session:
        judged = await judge(session, FARMS, typed)
    return judged if isinstance(judged, tuple) else ()


async def _page(
    request: Request, door: Door, file: FarmFile, form: TakeoverForm, *, status: int = 200, problems: Problems = (),
    **said: object,
) -> HTMLResponse:  # fmt: skip
    """The form with the bodies that may be chosen today."""
    async with door.sessions() as session:
        names = await body_names(session)
        offered = recognised(await bodies(session), local_day(file.now))
        options = await options_of(session, door.language)
    typed = {name: getattr(form, name) for name in OF_HOLDER}
    shown = {"error": None, "refused": None, **said}
    given: Mapping[str, object] = {
        "file": file, "form": form, "offered": [(body, names[body]) for body in offered],
        "groups": Sheet(door.language, COLUMNS, typed, options, problems).groups(GROUPS),
    }  # fmt: skip
    return page(request, door, "farm_change/takeover.html", status=status, **given, **shown)
