"""The yearly round of choices: preview, start, progress, its farms (domain.md §2)."""

import uuid
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from api.access import allowed
from api.bar import bars
from api.door import Door
from api.handing import IdempotencyKey, hand_in, received_json, refusal_of
from api.listing import CAMEL, AskedPage, Collection, Neighbours, collection, neighbours
from api.page import page
from api.sight import actor_of, sight
from api.temporal import Delivered
from api.typed import Year
from records import clock
from records.case import CaseRow
from records.opening import refused_again
from records.queries.cancellation import cancelled
from records.queries.choice_round import Progress, as_json, page_of_farms, progress, rounds
from records.queries.hold import held
from records.queries.listing import Paging
from records.queries.round_member import MemberSieve, MemberState, Preview, preview, round_members
from records.queries.start import last_start
from scheme.choice_round import Start
from scheme.days import local_day
from scheme.errors import Refusal, Rule, RuleViolationError
from scheme.ids import CALENDAR, round_case
from scheme.people import Action

router = APIRouter()
Watcher = Annotated[Door, allowed(Action.SEE_ROUNDS)]
Starter = Annotated[Door, allowed(Action.START_ROUND)]


class StartForm(BaseModel):
    """The button under the preview; key: one per preview."""

    year: Year
    key: uuid.UUID = Field(default_factory=uuid.uuid4)


class StartJson(BaseModel):
    """The year whose round is to begin: the one in which the letters are written."""

    model_config = CAMEL

    year: Year


class FarmOfRoundJson(BaseModel):
    """What became of one farm. body: the body's id; end: chosen, assigned or stopped, absent while it is open.

    earlierBody, earlierEnd: what stood there before it was put right, or before the choice ran again.
    """

    model_config = CAMEL

    farm_id: str
    letter_on: date
    reminder_on: date | None = None
    answered_at: datetime | None = None
    channel: str | None = None
    body: str | None = None
    end: str | None = None
    earlier_body: str | None = None
    earlier_end: str | None = None


@router.get("/choice-rounds", include_in_schema=False)
async def list_rounds(request: Request, door: Watcher) -> HTMLResponse:
    """Every round with how far it is, and the way to this year's where it has not begun."""
    async with door.sessions() as session:
        year = local_day(await clock.now(session)).year
        found = [await progress(session, one) for one in await rounds(session)]
    return page(request, door, "choice_round/list.html", rounds=found, year=year)


@router.get("/choice-rounds/{year}/preview", include_in_schema=False)
async def preview_round(request: Request, year: Year, door: Starter, paging: AskedPage) -> HTMLResponse:
    """Whom the round of this year would write to, and why."""
    return await _preview_page(request, door, year, paging)


@router.post("/choice-rounds", include_in_schema=False)
async def start_round(request: Request, form: Annotated[StartForm, Form()], door: Starter) -> Response:
    """Begin the round and watch it; a refusal stands above the preview."""
    refused = refusal_of(await _start(door, form.year, form.key))
    if refused is None:
        return RedirectResponse(f"/choice-rounds/{form.year}", status_code=303)
    return await _preview_page(request, door, form.year, Paging(), refused=refused, status=422)


@router.get("/choice-rounds/{year}", include_in_schema=False)
async def show_round(request: Request, year: Year, door: Watcher) -> HTMLResponse:
    """How far the round is; a round that was asked for a moment ago is on its way."""
    return await _progress_page(request, door, "choice_round/page.html", year)


@router.get("/choice-rounds/{year}/progress", include_in_schema=False)
async def show_progress(request: Request, year: Year, door: Watcher) -> HTMLResponse:
    """The part of the page that changes while the round runs."""
    return await _progress_page(request, door, "choice_round/_progress.html", year)


@router.get("/choice-rounds/{year}/farms", include_in_schema=False)
async def list_round_farms(
    request: Request,
    year: Year,
    door: Watcher,
    paging: AskedPage,
    state: MemberState | None = None,
    body: Annotated[str | None, Query(max_length=100)] = None,
) -> HTMLResponse:
    """The farms of the round, all or those in one state."""
    sieve = MemberSieve(state, body or None)
    await _found(door, year)
    async with door.sessions() as session:
        listing = await round_members(session, sight(door), year, sieve, paging)
    states, to = tuple(MemberState), neighbours(request, listing)
    return page(request, door, "choice_round/farms.html", year=year, listing=listing, sieve=sieve, states=states, to=to)


async def _progress_page(request: Request, door: Door, template: str, year: Year) -> HTMLResponse:
    async with door.sessions() as session:
        found, asked, holds = await progress(session, year), await last_start(session, year), await held(session)
        ended = None if found is None else await cancelled(session, found.case_id)
    if found is None and asked is None:
        raise HTTPException(404, "not-found")
    by_body = () if found is None else bars(found.by_body)
    return page(
        request, door, template, year=year, progress=found, asked=asked, holds=holds, by_body=by_body, cancelled=ended
    )


async def _preview_page(
    request: Request, door: Door, year: Year, paging: Paging, *, refused: Refusal | None = None, status: int = 200
) -> HTMLResponse:
    found, why_not = await _preview(door, year, paging)
    to = Neighbours() if found is None else neighbours(request, found.farms)
    why, key = refused or why_not, uuid.uuid4()
    return page(
        request, door, "choice_round/preview.html", status=status, year=year, preview=found, refused=why, key=key, to=to
    )


async def _preview(door: Door, year: Year, paging: Paging) -> tuple[Preview | None, Refusal | None]:
    """The preview, and the rule that already says the round cannot begin, if one does."""
    async with door.sessions() as session:
        now = await clock.now(session)
        today = local_day(now)
        earlier = await session.get(CaseRow, round_case(year))
        if earlier is not None:
            return None, refused_again(earlier)
        if year != today.year:
            return None, Refusal(Rule.WRONG_YEAR, today)
        try:
            return await preview(session, now, paging), None
        except RuleViolationError as violation:
            return None, violation.refusal


async def _start(door: Door, year: Year, key: uuid.UUID) -> Delivered:
    return await hand_in(door, CALENDAR, actor_of(door), Start(year), key)


async def _found(door: Door, year: Year) -> Progress:
    async with door.sessions() as session:
        found = await progress(session, year)
    if found is None:
        raise HTTPException(404, "not-found")
    return found


@router.post("/api/v1/choice-rounds", operation_id="startChoiceRound", tags=["choice rounds"], status_code=202)
async def start_round_json(start: StartJson, key: IdempotencyKey, door: Starter) -> JSONResponse:
    """Begin the round of a year; watch it at the address in Location."""
    receipt = received_json(await _start(door, start.year, key))
    where = f"/api/v1/choice-rounds/{start.year}"
    return JSONResponse(receipt.model_dump(by_alias=True), 202, headers={"Location": where})


@router.get("/api/v1/choice-rounds/{year}", operation_id="readChoiceRound", tags=["choice rounds"])
async def show_round_json(year: Year, door: Watcher) -> dict[str, Any]:
    """How far the round is."""
    return as_json(await _found(door, year))


@router.get(
    "/api/v1/choice-rounds/{year}/farms",
    operation_id="listFarmsOfChoiceRound",
    tags=["choice rounds"],
    response_model_exclude_none=True,
)
async def list_round_farms_json(
    request: Request, year: Year, door: Watcher, paging: AskedPage
) -> Collection[FarmOfRoundJson]:
    """What became of each farm of the round, by number."""
    await _found(door, year)
    async with door.sessions() as session:
        listing = await page_of_farms(session, year, paging)
    return collection(request, listing, FarmOfRoundJson.model_validate)
