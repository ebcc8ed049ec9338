"""A letter of the round to oneself, before all others go: by mail to one's own address, or as PDF (design.md §8)."""

import asyncio
import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from api.access import allowed
from api.codes import house
from api.door import Door
from api.handing import IdempotencyKey
from api.letter import pdf
from api.listing import CAMEL
from api.page import page
from api.sight import actor_of
from api.typed import Year
from press.letter import typeset
from press.sample import as_test
from records.clock import now
from records.sampling import sample, send_test
from scheme.errors import Refusal, RuleViolationError
from scheme.language import Language
from scheme.people import Action

router = APIRouter()
Steerer = Annotated[Door, allowed(Action.STEER_ROUND)]


class SampleForm(BaseModel):
    """In which languages; key: one per form."""

    language: list[Language] = Field(default=[])
    key: uuid.UUID = Field(default_factory=uuid.uuid4)


class SampleJson(BaseModel):
    """In which languages, one mail each."""

    model_config = CAMEL

    languages: Annotated[list[Language], Field(min_length=1)]


class SampleSentJson(BaseModel):
    """How many mails go to the caller's own address."""

    model_config = CAMEL

    letters: int


@router.get("/choice-rounds/{year}/test-letter", include_in_schema=False)
async def ask_test(request: Request, year: Year, door: Steerer) -> HTMLResponse:
    """Choose the languages."""
    return _test_page(request, door, year)


@router.post("/choice-rounds/{year}/test-letter", include_in_schema=False)
async def send_test_letter(
    request: Request, year: Year, form: Annotated[SampleForm, Form()], door: Steerer
) -> Response:
    """Send them to whoever asks; a refusal stands above the form."""
    if not form.language:
        return _test_page(request, door, year, missing=True)
    try:
        sent = await _send(door, form.language, form.key)
    except RuleViolationError as violation:
        return _test_page(request, door, year, refused=violation.refusal)
    return _test_page(request, door, year, sent=sent)


@router.get("/choice-rounds/{year}/test-letter/{language}", include_in_schema=False)
async def show_test_pdf(year: Year, language: Language, door: Steerer) -> Response:
    """The same letter as it would be printed."""
    async with door.sessions() as session:
        shown = await sample(session, await now(session))
    letter = as_test(language, shown.case_id, shown.farm_id, shown.words, house(door.settings))
    return pdf(await asyncio.to_thread(typeset, letter), f"test-{year}-{language.value}")


@router.post("/api/v1/choice-rounds/{year}/test-letter", operation_id="sendTestLetter", tags=["choice rounds"])
async def send_test_json(
    year: Year,  # noqa: ARG001  # the round it is a test of
    wanted: SampleJson,
    key: IdempotencyKey,
    door: Steerer,
) -> SampleSentJson:
    """Mail a letter of the round to the caller's own address: marked as a test, without a valid code."""
    return SampleSentJson(letters=await _send(door, wanted.languages, key))


async def _send(door: Door, languages: list[Language], key: uuid.UUID) -> int:
    async with door.sessions.begin() as session:
        return await send_test(session, actor_of(door), list(dict.fromkeys(languages)), key)


def _test_page(
    request: Request,
    door: Door,
    year: Year,
    *,
    sent: int | None = None,
    refused: Refusal | None = None,
    missing: bool = False,
) -> HTMLResponse:
    status = 422 if refused or missing else 200
    shown = {"year": year, "sent": sent, "refused": refused, "missing": missing, "key": uuid.uuid4()}
    return page(request, door, "choice_round/test_letter.html", status=status, **shown)
