"""Answers that came on paper, keyed by the secretariat: one field, a scan, a mark (domain.md §2)."""

import uuid
from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from api.access import allowed
from api.door import Door
from api.handing import IdempotencyKey, ReceivedJson, hand_in, received_json, refusal_of
from api.listing import CAMEL
from api.page import page
from api.sight import actor_of
from api.temporal import Delivered
from api.typed import Year, farm_number
from records.queries.choice import ChoiceFile, HandedIn, answer_handed_in, choice_of
from scheme.choice import Channel
from scheme.choice_heard import Answer
from scheme.ids import BodyId, FarmId
from scheme.people import Action

router = APIRouter()
Keyer = Annotated[Door, allowed(Action.KEY_ANSWER)]
Way = Literal[Channel.PAPER, Channel.PHONE]


class Keyed(BaseModel):
    """What was keyed. body may be missing: that is told beside the field; key: one per form."""

    farm_id: str
    year: Year
    body: str = ""
    key: uuid.UUID = Field(default_factory=uuid.uuid4)


class KeyedJson(BaseModel):
    """An answer that came on paper or by telephone. body: the inspection body's id."""

    model_config = CAMEL

    farm_id: str = Field(pattern=r"^F-\d{6}$")
    year: Year
    body: str = Field(pattern=r"^B-\d{2}$")
    channel: Way = Channel.PAPER


@router.get("/paper-answers", include_in_schema=False)
async def ask_answer(
    request: Request, door: Keyer, farm_id: Annotated[str, Query(max_length=100)] = "", done: uuid.UUID | None = None
) -> HTMLResponse:
    """The empty field; with a number, the farm and its bodies. done: the answer keyed just before."""
    last = None if done is None else await _last(door, done)
    if not farm_id.strip():
        return _number_page(request, door, last=last)
    choice = await _choice(door, farm_id)
    if choice is None:
        return _number_page(request, door, farm_id=farm_id, unknown=True, status=404)
    if not choice.open:
        return _number_page(request, door, farm_id=farm_id, closed=choice, status=409)
    return _answer_page(request, door, choice, Keyed(farm_id=choice.farm_id, year=choice.year))


@router.post("/paper-answers", include_in_schema=False)
async def key_answer(request: Request, keyed: Annotated[Keyed, Form()], door: Keyer) -> Response:
    """Record it and go back to the empty field; what is refused stands beside the field, the input kept."""
    choice = await _choice(door, keyed.farm_id, keyed.year)
    if choice is None:
        return _number_page(request, door, farm_id=keyed.farm_id, unknown=True, status=404)
    if choice.offered(keyed.body) is None:
        return _answer_page(request, door, choice, keyed, nothing_marked=True, status=422)
    refused = refusal_of(await _key(door, choice, keyed.body, Channel.PAPER, keyed.key))
    if refused is None:
        return RedirectResponse(f"/paper-answers?done={keyed.key}", status_code=303)
    again = keyed.model_copy(update={"key": uuid.uuid4()})
    return _answer_page(request, door, choice, again, refused=refused, status=422)


@router.post("/api/v1/paper-answers", operation_id="keyPaperAnswer", tags=["choices"])
async def key_answer_json(keyed: KeyedJson, key: IdempotencyKey, door: Keyer) -> ReceivedJson:
    """Record an answer that came on paper or by telephone."""
    choice = await _choice(door, keyed.farm_id, keyed.year)
    if choice is None:
        raise HTTPException(404, "not-found")
    return received_json(await _key(door, choice, keyed.body, keyed.channel, key))


async def _key(door: Door, choice: ChoiceFile, body: str, channel: Channel, key: uuid.UUID) -> Delivered:
    return await hand_in(door, choice.case_id, actor_of(door), Answer(BodyId(body), channel), key)


async def _choice(door: Door, typed: str, year: Year | None = None) -> ChoiceFile | None:
    """The farm's choice; None for a number that is none, or a farm that was not asked."""
    try:
        farm: FarmId = farm_number(typed)
    except ValueError:
        return None
    async with door.sessions() as session:
        return await choice_of(session, farm, year)


async def _last(door: Door, key: uuid.UUID) -> HandedIn | None:
    async with door.sessions() as session:
        return await answer_handed_in(session, str(key))


def _number_page(request: Request, door: Door, *, status: int = 200, **said: object) -> HTMLResponse:
    nothing = {"farm_id": "", "unknown": False, "closed": None, "last": None}
    return page(request, door, "paper_answer/page.html", status=status, **nothing | said)


def _answer_page(
    request: Request, door: Door, choice: ChoiceFile, keyed: Keyed, *, status: int = 200, **said: object
) -> HTMLResponse:
    shown = {"nothing_marked": False, "refused": None, **said}
    return page(request, door, "paper_answer/answer.html", status=status, choice=choice, keyed=keyed, **shown)
