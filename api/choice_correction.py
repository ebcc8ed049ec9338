"""A wrong body was keyed: the choice is corrected, open or closed, with the reason (domain.md §2)."""

import uuid
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
from api.typed import Text
from api.words import noted
from records.queries.choice import ChoiceFile
from scheme.choice import Channel
from scheme.choice_heard import Correction
from scheme.ids import BodyId, CaseId, farmer_case, is_choice_of
from scheme.people import Action

router = APIRouter()
Corrector = Annotated[Door, allowed(Action.CORRECT_CASE)]
# How an answer reaches the house; what an application says stays an application's.
CHANNELS = tuple(channel for channel in Channel if channel is not Channel.APPLICATION)


class CorrectionForm(BaseModel):
    """What the form says. case_id, instead_of: what stood there when the form was opened."""

    case_id: CaseId
    instead_of: str
    body: str = ""
    channel: Channel
    reason: Text = ""
    key: uuid.UUID = Field(default_factory=uuid.uuid4)
    confirmed: bool = False


class CorrectionJson(BaseModel):
    """What was meant. caseId, insteadOf: the choice and its body as you read them; both bodies by id."""

    model_config = CAMEL

    case_id: str = Field(pattern=r"^choice:\d{4}:F-\d{6}(:\d+)?$")
    instead_of: str = Field(pattern=r"^B-\d{2}$")
    inspection_body: str = Field(pattern=r"^B-\d{2}$")
    channel: Channel
    reason: Text = Field(min_length=1)


@router.get("/farms/{farm_id}/choice-correction", include_in_schema=False)
async def ask_correction(request: Request, farm_id: str, door: Corrector) -> HTMLResponse:
    """The form: which body was meant, and why."""
    file = await file_of(door, farm_id)
    choice = _choice(file)
    channel = choice.channel or Channel.PAPER
    return _page(
        request, door, file, CorrectionForm(case_id=choice.case_id, instead_of=choice.body_id or "", channel=channel)
    )


@router.post("/farms/{farm_id}/choice-correction", include_in_schema=False)
async def correct_choice(
    request: Request, farm_id: str, form: Annotated[CorrectionForm, Form()], door: Corrector
) -> Response:
    """Show what will be recorded; once confirmed, record it."""
    file = await file_of(door, farm_id)
    choice = _choice(file)
    if not is_choice_of(form.case_id, choice.farm_id):
        raise HTTPException(404, "not-found")
    errors = _errors(choice, form)
    if errors or not form.confirmed:
        return _page(request, door, file, form, errors=errors, confirm=not errors)
    correction = Correction(form.case_id, BodyId(form.instead_of), BodyId(form.body), form.channel)
    refused = refusal_of(await _correct(door, file, correction, form.reason, form.key))
    if refused is None:
        return RedirectResponse(f"/farms/{file.farm.farm_id}", status_code=303)
    return _page(request, door, file, form.model_copy(update={"key": uuid.uuid4()}), refused=refused, status=422)


@router.post("/api/v1/farms/{farmId}/choice-correction", operation_id="correctChoice", tags=["choices"])
async def correct_choice_json(
    farmId: str,  # noqa: N803  # the API's name
    correction: CorrectionJson,
    key: IdempotencyKey,
    door: Corrector,
) -> ReceivedJson:
    """Put right which body was chosen, or how; both stay visible, and counts count the right one."""
    file, meant = await file_of(door, farmId), BodyId(correction.inspection_body)
    if not is_choice_of(CaseId(correction.case_id), _choice(file).farm_id):
        raise HTTPException(404, "not-found")
    facts = Correction(CaseId(correction.case_id), BodyId(correction.instead_of), meant, correction.channel)
    return received_json(await _correct(door, file, facts, correction.reason, key))


async def _correct(door: Door, file: FarmFile, correction: Correction, reason: str, key: uuid.UUID) -> Delivered:
    """While the choice is open its own workflow takes it, afterwards the farm's."""
    choice = _choice(file)
    target = choice.case_id if choice.open else farmer_case(choice.farm_id)
    return await hand_in(door, target, actor_of(door), correction, key, {"reason": reason})


def _choice(file: FarmFile) -> ChoiceFile:
    if file.choice is None or file.choice.body_id is None:
        raise HTTPException(404, "not-found")
    return file.choice


def _errors(choice: ChoiceFile, form: CorrectionForm) -> dict[str, str]:
    """What is missing, by field."""
    found = {
        "body": _body_error(choice, form),
        "reason": "" if form.reason else noted("Write why: what went wrong, and how it was noticed."),
    }
    return {name: message for name, message in found.items() if message}


def _body_error(choice: ChoiceFile, form: CorrectionForm) -> str:
    offer = choice.offered(form.body)
    if offer is None:
        return noted("Mark one of the bodies first.")
    same = (offer.name, form.channel) == (choice.body, choice.channel)
    return noted("This is what stands already. Mark what should stand instead.") if same else ""


def _page(
    request: Request, door: Door, file: FarmFile, form: CorrectionForm, *, status: int = 200, **said: object
) -> HTMLResponse:
    shown = {"errors": {}, "refused": None, "confirm": False, **said}
    code = 422 if shown["errors"] else status
    given = {"file": file, "choice": _choice(file), "form": form, "channels": CHANNELS}
    return page(request, door, "choice_correction/page.html", status=code, **given, **shown)
