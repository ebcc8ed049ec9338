"""A round is cancelled: what that means, in figures, and the button that does it (design.md §7, Hold)."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from api.access import allowed
from api.asked_round import asked_round
from api.door import Door
from api.handing import IdempotencyKey, ReceivedJson, hand_in, received_json, refusal_of
from api.listing import CAMEL
from api.page import page
from api.sight import actor_of
from api.temporal import Delivered
from api.typed import Year
from records.queries.cancellation import Effect, effect
from records.queries.hold import Hold, hold_of
from scheme.choice_round import Cancel
from scheme.errors import Refusal, Rule, RuleViolationError
from scheme.ids import POST
from scheme.people import Action

router = APIRouter()
Canceller = Annotated[Door, allowed(Action.STEER_ROUND)]
Reason = Annotated[str, Field(max_length=500)]


class CancelForm(BaseModel):
    """Why the round ends; key: one per form."""

    reason: Reason = ""
    key: uuid.UUID = Field(default_factory=uuid.uuid4)


class CancelJson(BaseModel):
    """Why the round ends."""

    model_config = CAMEL

    reason: Annotated[Reason, Field(min_length=1)]


class EffectJson(BaseModel):
    """What cancelling would mean now.

    gone: letters that went out; sending: going out now; withdrawn: those that will not; ended: choices that ended
    before; goOn: choices whose letter is out; cancelled: choices that end without a body; notAsked: farms not reached.
    """

    model_config = CAMEL

    gone: int
    sending: int
    withdrawn: int
    ended: int
    go_on: int
    cancelled: int
    not_asked: int


@router.get("/choice-rounds/{year}/cancellation", include_in_schema=False)
async def ask_cancellation(request: Request, year: Year, door: Canceller) -> HTMLResponse:
    """How many letters went out, how many will not, and what becomes of the choices."""
    return await _cancel_page(request, door, year, CancelForm())


@router.post("/choice-rounds/{year}/cancellation", include_in_schema=False)
async def cancel_round(request: Request, year: Year, form: Annotated[CancelForm, Form()], door: Canceller) -> Response:
    """Cancel the round; without a reason, or where a rule refuses, the page comes back."""
    if not form.reason.strip():
        return await _cancel_page(request, door, year, form, missing=True)
    try:
        refused = refusal_of(await cancel(door, year, form.reason, form.key))
    except RuleViolationError as violation:
        refused = violation.refusal
    if refused is None:
        return RedirectResponse(f"/choice-rounds/{year}", status_code=303)
    again = form.model_copy(update={"key": uuid.uuid4()})
    return await _cancel_page(request, door, year, again, refused=refused)


@router.get(
    "/api/v1/choice-rounds/{year}/cancellation", operation_id="previewRoundCancellation", tags=["choice rounds"]
)
async def show_effect_json(year: Year, door: Canceller) -> EffectJson:
    """What cancelling the round would mean now; nothing is changed."""
    return EffectJson.model_validate((await effect_of(door, year))[0])


@router.post(
    "/api/v1/choice-rounds/{year}/cancellation",
    operation_id="cancelChoiceRound",
    tags=["choice rounds"],
    status_code=202,
)
async def cancel_round_json(year: Year, why: CancelJson, key: IdempotencyKey, door: Canceller) -> ReceivedJson:
    """Cancel the round: letters not yet sent are withdrawn, those sent stay valid. Hold its letters first."""
    return received_json(await cancel(door, year, why.reason, key))


async def cancel(door: Door, year: Year, reason: str, key: uuid.UUID) -> Delivered:
    """Hand it in. Raises RuleViolationError while letters go out: figures that move are no figures."""
    round_id = await asked_round(door, year)
    meant, holds = await effect_of(door, year)
    if meant.stops and not any(hold.held for hold in holds):
        raise RuleViolationError(Rule.HOLD_FIRST)
    return await hand_in(door, round_id, actor_of(door), Cancel(), key, words={"reason": reason.strip()})


async def effect_of(door: Door, year: Year) -> tuple[Effect, tuple[Hold, ...]]:
    """What it would mean, and the two holds under which its letters may stand: the round's and the house's."""
    round_id = await asked_round(door, year)
    async with door.sessions() as session:
        holds = [await hold_of(session, hold_id) for hold_id in (round_id, POST)]
        return await effect(session, round_id), tuple(hold for hold in holds if hold is not None)


async def _cancel_page(
    request: Request,
    door: Door,
    year: Year,
    form: CancelForm,
    *,
    refused: Refusal | None = None,
    missing: bool = False,
) -> HTMLResponse:
    meant, (of_round, of_house) = await effect_of(door, year)
    waits = meant.stops and not (of_round.held or of_house.held)
    shown = {"year": year, "effect": meant, "hold": of_round, "house": of_house, "waits": waits, "form": form}
    status = 422 if refused or missing else 200
    return page(request, door, "cancellation/page.html", status=status, **shown, missing=missing, refused=refused)
