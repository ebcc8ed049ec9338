"""Letters that did not go out: one, or all of a round, are tried again, once mended (design.md §8)."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel

from api.access import allowed
from api.asked_round import asked_round
from api.door import Door
from api.listing import CAMEL, AskedPage, Collection, collection, neighbours
from api.page import page
from api.sight import actor_of, sight
from api.typed import Year
from records.letter import LetterState
from records.queries.failed_letter import failed_letters, how_many_wait
from records.queries.letter import letter
from records.retrying import Retried, retry
from scheme.errors import Rule, RuleViolationError
from scheme.letter import LetterKind
from scheme.people import Action
from scheme.writable import Obstacle

router = APIRouter()
Reader = Annotated[Door, allowed(Action.SEE_LETTERS)]
Steerer = Annotated[Door, allowed(Action.STEER_LETTERS)]
GONE = (LetterState.HANDED_OVER, LetterState.PRINTED)


class FailedLetterJson(BaseModel):
    """A letter that did not go out. why: the mail server's reply, or what cannot be printed.

    obstacles: what the register still has against one that cannot be made; mended: it may be tried again;
    over: its choice has ended, nothing is left to send; nextAttempt: when it goes again by itself.
    """

    model_config = CAMEL

    letter_key: str
    farm_id: str
    kind: LetterKind
    state: LetterState
    why: str
    address: str | None = None
    obstacles: tuple[Obstacle, ...]
    mended: bool
    over: bool
    next_attempt: datetime | None = None


class RetriedJson(BaseModel):
    """letters: how many go out again; sameAddress: how many still have an address that takes no letter."""

    model_config = CAMEL

    letters: int
    same_address: int


@router.get("/choice-rounds/{year}/failed-letters", include_in_schema=False)
async def list_failed(
    request: Request, year: Year, door: Reader, paging: AskedPage, again: int | None = None
) -> HTMLResponse:
    """What did not go out, why, and the way to mend it. again: how many were just tried again."""
    await asked_round(door, year)
    async with door.sessions() as session:
        listing = await failed_letters(session, sight(door), year, paging)
        wait = await how_many_wait(session, sight(door), year)
    to = neighbours(request, listing)
    return page(request, door, "failed_letter/list.html", year=year, listing=listing, wait=wait, to=to, again=again)


@router.post("/choice-rounds/{year}/failed-letters", include_in_schema=False)
async def retry_failed(year: Year, door: Steerer) -> RedirectResponse:
    """Try all again that are mended; those that went out are never sent again."""
    done = await retry_round(door, year)
    return RedirectResponse(f"/choice-rounds/{year}/failed-letters?again={done.letters}", status_code=303)


@router.post("/letters/{letter_key}/retry", include_in_schema=False)
async def retry_one(letter_key: str, door: Steerer, year: Annotated[Year | None, Form()] = None) -> RedirectResponse:
    """Try one letter again. year: whose list asked; without it the letter's page did."""
    await retry_letter(door, letter_key)
    to = f"/letters/{letter_key}" if year is None else f"/choice-rounds/{year}/failed-letters?again=1"
    return RedirectResponse(to, status_code=303)


@router.get(
    "/api/v1/choice-rounds/{year}/failed-letters",
    operation_id="listFailedLetters",
    tags=["choice rounds"],
    response_model_exclude_none=True,
)
async def list_failed_json(
    request: Request, year: Year, door: Reader, paging: AskedPage
) -> Collection[FailedLetterJson]:
    """Letters of the round that failed or were refused and have not gone out yet, by farm."""
    await asked_round(door, year)
    async with door.sessions() as session:
        listing = await failed_letters(session, sight(door), year, paging)
    return collection(request, listing, FailedLetterJson.model_validate)


@router.post("/api/v1/choice-rounds/{year}/failed-letters", operation_id="retryFailedLetters", tags=["choice rounds"])
async def retry_failed_json(year: Year, door: Steerer) -> RetriedJson:
    """Try all again that are mended; the same request again finds nothing left to do."""
    return RetriedJson.model_validate(await retry_round(door, year))


@router.post("/api/v1/letters/{letterKey}/retry", operation_id="retryLetter", tags=["letters"])
async def retry_one_json(letterKey: str, door: Steerer) -> RetriedJson:  # noqa: N803  # as in the address
    """Try one letter again, now; refused by rule for one that went out or waits its turn, or has the same address."""
    return RetriedJson.model_validate(await retry_letter(door, letterKey))


async def retry_round(door: Door, year: Year) -> Retried:
    """Try again what is mended of this round; HTTPException 404 where there is none."""
    round_id = await asked_round(door, year)
    async with door.sessions.begin() as session:
        return await retry(session, actor_of(door), round_id=round_id)


async def retry_letter(door: Door, letter_key: str) -> Retried:
    """Try one letter again, also one that waits for a later attempt.

    Raises RuleViolationError for one that went out, has nothing to try again, or whose address is not mended.
    """
    async with door.sessions.begin() as session:
        row = await letter(session, sight(door), letter_key)
        if row is None:
            raise HTTPException(404, "not-found")
        done = await retry(session, actor_of(door), letter_key=letter_key)
    if not done.letters:
        raise RuleViolationError(Rule.SAME_ADDRESS if done.same_address else _why_not(LetterState(row.state)))
    return done


def _why_not(state: LetterState) -> Rule:
    return Rule.LETTER_GONE if state in GONE else Rule.NOT_FAILED
