"""The secretariat asks to suspend a farm's certificate, to lift that, or to withdraw it (ISO/IEC 17065, 7.11)."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request
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
from scheme.certificate import Reason
from scheme.errors import RuleViolationError
from scheme.ids import PATTERNS, CertificateNumber, FarmId, farmer_case
from scheme.people import Action
from scheme.status_change import REASONS, AskStatus, Wanted, can_be_asked, check_reason

router = APIRouter()
Asker = Annotated[Door, allowed(Action.ASK_STATUS)]
Number = Annotated[str, Field(pattern=f"^{PATTERNS['CertificateNumber']}$")]
WORDS_MISSING = noted("Write why: whoever reviews and decides goes by it.")


class AskForm(BaseModel):
    """What the form says. words: what happened."""

    certificate: Number
    wanted: Wanted
    reason: Reason
    words: Text = ""
    key: uuid.UUID


class AskJson(BaseModel):
    """certificate: its number; wanted: suspend, lift or withdraw; reason: a code; words: what happened."""

    model_config = CAMEL

    certificate: Number
    wanted: Wanted
    reason: Reason
    words: Text = Field(min_length=1)


@router.get("/farms/{farm_id}/status-change", include_in_schema=False)
async def ask_status(request: Request, farm_id: str, door: Asker) -> HTMLResponse:
    """The form: of which certificate what is asked, and why."""
    return _page(request, door, await file_of(door, farm_id))


@router.post("/farms/{farm_id}/status-change", include_in_schema=False)
async def record_ask(request: Request, farm_id: str, form: Annotated[AskForm, Form()], door: Asker) -> Response:
    """Open review and decision."""
    file = await file_of(door, farm_id)
    if not form.words:
        return _page(request, door, file, form, error=WORDS_MISSING, status=422)
    asked = AskStatus(CertificateNumber(form.certificate), form.wanted, form.reason)
    try:
        refused = refusal_of(await _ask(door, file, asked, form.words, form.key))
    except RuleViolationError as violation:
        refused = violation.refusal
    if refused is None:
        return RedirectResponse(f"/farms/{file.farm.farm_id}", status_code=303)
    return _page(request, door, file, form.model_copy(update={"key": uuid.uuid4()}), refused=refused, status=422)


@router.post("/api/v1/farms/{farmId}/status-change", operation_id="askStatusChange", tags=["certificates"])
async def ask_status_json(farmId: str, asked: AskJson, key: IdempotencyKey, door: Asker) -> ReceivedJson:  # noqa: N803
    """Ask to suspend the farm's certificate, to lift that, or to withdraw it: review and decision open."""
    facts = AskStatus(CertificateNumber(asked.certificate), asked.wanted, asked.reason)
    return received_json(await _ask(door, await file_of(door, farmId), facts, asked.words, key))


async def _ask(door: Door, file: FarmFile, asked: AskStatus, words: str, key: uuid.UUID) -> Delivered:
    """Hand it in; raises RuleViolationError for a reason that does not go with what is asked."""
    check_reason(asked.wanted, asked.reason)
    return await hand_in(door, farmer_case(FarmId(file.farm.farm_id)), actor_of(door), asked, key, {"reason": words})


def _page(
    request: Request, door: Door, file: FarmFile, form: AskForm | None = None, *, status: int = 200, **said: object
) -> HTMLResponse:
    offered = file.status_offered
    wanted = can_be_asked({one.standing.status for one in offered})
    shown = {"error": None, "refused": None, "key": uuid.uuid4(), "reasons": REASONS, "wanted": wanted, **said}
    shown["offered"] = offered
    return page(request, door, "status_change/ask.html", status=status, file=file, form=form, **shown)
