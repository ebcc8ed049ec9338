"""An answer by telephone, noted with who called and when (domain.md §2)."""

import uuid
from datetime import datetime
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
from api.register_problem import NotTakenError
from api.sight import actor_of
from api.temporal import Delivered
from api.typed import Line, Moment, Text, spoken_moment
from api.words import noted, translate
from records.queries.choice import ChoiceFile
from scheme.choice import Channel
from scheme.choice_heard import Answer
from scheme.days import ZONE, local_day
from scheme.ids import BodyId
from scheme.people import Action

router = APIRouter()
Keyer = Annotated[Door, allowed(Action.KEY_ANSWER)]


class Call(BaseModel):
    """What the form says. called_at: day and time in Brussels; what is missing is told beside its field."""

    body: str = ""
    caller: Line = ""
    caller_role: Line = ""
    called_at: str = ""
    note: Text = ""
    key: uuid.UUID = Field(default_factory=uuid.uuid4)
    confirmed: bool = False


class CallJson(BaseModel):
    """An answer by telephone. inspectionBody: its id; callerRole: what the caller is to the farm; calledAt: when."""

    model_config = CAMEL

    inspection_body: str = Field(pattern=r"^B-\d{2}$")
    caller: Line = Field(min_length=1)
    caller_role: Line = Field(min_length=1)
    called_at: Moment
    note: Text = ""


@router.get("/farms/{farm_id}/phone-answer", include_in_schema=False)
async def ask_call(request: Request, farm_id: str, door: Keyer) -> HTMLResponse:
    """The form: which body, who called, when."""
    file = await file_of(door, farm_id)
    return _page(request, door, file, Call(called_at=f"{file.now.astimezone(ZONE):%Y-%m-%dT%H:%M}"))


@router.post("/farms/{farm_id}/phone-answer", include_in_schema=False)
async def note_call(request: Request, farm_id: str, call: Annotated[Call, Form()], door: Keyer) -> Response:
    """Show what will be recorded; once confirmed, record it."""
    file = await file_of(door, farm_id)
    choice = _choice(file)
    errors = _errors(file, choice, call)
    if errors or not call.confirmed:
        return _page(request, door, file, call, errors=errors, confirm=not errors)
    refused = refusal_of(await _note(door, choice, call.body, _words(call), call.key))
    if refused is None:
        return RedirectResponse(f"/farms/{file.farm.farm_id}", status_code=303)
    return _page(request, door, file, call.model_copy(update={"key": uuid.uuid4()}), refused=refused, status=422)


@router.post("/api/v1/farms/{farmId}/phone-answer", operation_id="notePhoneAnswer", tags=["choices"])
async def note_call_json(farmId: str, call: CallJson, key: IdempotencyKey, door: Keyer) -> ReceivedJson:  # noqa: N803
    """Record an answer that came by telephone, with who said it."""
    words = call.model_dump(exclude={"inspection_body"}, mode="json")
    file = await file_of(door, farmId)
    choice = _choice(file)
    wrong = _outside(call.called_at, choice, file.now)
    if wrong:
        detail = translate(door.language, wrong)
        raise NotTakenError([{"in": "body", "name": "calledAt", "detail": detail}], "wrong-moment")
    return received_json(await _note(door, choice, call.inspection_body, words, key))


async def _note(door: Door, choice: ChoiceFile, body: str, words: dict[str, str], key: uuid.UUID) -> Delivered:
    said = {name: word for name, word in words.items() if word}
    return await hand_in(door, choice.case_id, actor_of(door), Answer(BodyId(body), Channel.PHONE), key, said)


def _choice(file: FarmFile) -> ChoiceFile:
    if file.choice is None:
        raise HTTPException(404, "not-found")
    return file.choice


def _words(call: Call) -> dict[str, str]:
    return {
        "caller": call.caller,
        "caller_role": call.caller_role,
        "called_at": spoken_moment(call.called_at).isoformat(),
        "note": call.note,
    }


def _errors(file: FarmFile, choice: ChoiceFile, call: Call) -> dict[str, str]:
    """What is missing or cannot be, by field."""
    found = {
        "body": "" if choice.offered(call.body) else noted("Mark one of the bodies first."),
        "caller": "" if call.caller else noted("Who called? Write the name."),
        "caller_role": ""
        if call.caller_role
        else noted("What is the caller to the farm? The farmer, the partner, a son, the vet…"),
        "called_at": _wrong_moment(call.called_at, choice, file.now),
    }
    return {name: message for name, message in found.items() if message}


def _wrong_moment(typed: str, choice: ChoiceFile, now: datetime) -> str:
    try:
        called_at = spoken_moment(typed)
    except ValueError:
        return noted("Write day and time of the call, as 2025-01-31T14:03.")
    return _outside(called_at, choice, now)


def _outside(called_at: datetime, choice: ChoiceFile, now: datetime) -> str:
    """What is wrong with the moment: a call answers a question that was asked, and has been."""
    if called_at > now:
        return noted("The call cannot be later than now.")
    early = local_day(called_at) < local_day(choice.asked_at)
    return noted("The call cannot be before the day on which the farm was asked.") if early else ""


def _page(
    request: Request, door: Door, file: FarmFile, call: Call, *, status: int = 200, **said: object
) -> HTMLResponse:
    shown = {"errors": {}, "refused": None, "confirm": False, **said}
    code = 422 if shown["errors"] else status
    given = {"file": file, "choice": _choice(file), "call": call, "moment_of": spoken_moment}
    return page(request, door, "phone_answer/page.html", status=code, **given, **shown)
