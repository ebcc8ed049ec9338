"""The practice clock: what it says, what comes next, and moving it (design.md §5); a real house has none."""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel

from api.access import allowed
from api.door import Door
from api.listing import CAMEL
from api.page import page
from api.register_problem import refused as not_taken
from api.session import ours
from api.sight import actor_of
from api.stepping import ClockBusyError, Stepped, step
from api.typed import Moment
from records.clock import practice_clock
from records.house import PracticeClock
from records.queries.deadline import Due, coming
from scheme.days import add_days, end_of_day, local_day
from scheme.errors import Refusal, Rule
from scheme.people import Action

router = APIRouter()
Mover = Annotated[Door, allowed(Action.MOVE_CLOCK)]
WEEK_DAYS = 7


class To(StrEnum):
    """The buttons under the clock."""

    NEXT = "next"
    DAY = "day"
    WEEK = "week"
    DATE = "date"


class Move(BaseModel):
    """A button was used. date: the day to go to, its end; back: the page it was on."""

    to: To
    date: str = ""
    back: str = "/clock"


class ClockJson(BaseModel):
    """The practice clock. paused: it is not moved until somebody lets it go on."""

    model_config = CAMEL

    now: datetime
    practice: bool
    paused: bool


class UntilJson(BaseModel):
    """The moment to go to; the clock stops at the first event before it."""

    model_config = CAMEL

    until: Moment


class SteppedJson(BaseModel):
    """now: where the clock stands; reached: whether that is `until`; waiting: what it waits for, empty when quiet."""

    model_config = CAMEL

    now: datetime
    reached: bool
    waiting: list[str]


@router.get("/clock", include_in_schema=False)
async def show_clock(request: Request, door: Mover) -> HTMLResponse:
    """What the clock says and what comes next."""
    clock, dues = await _clock(door)
    return _page(request, door, clock, dues)


@router.post("/clock", include_in_schema=False)
async def move_clock(request: Request, move: Annotated[Move, Form()], door: Mover) -> Response:
    """Move it and go back; when something is not done in time, say what."""
    clock, dues = await _clock(door)
    until = _until(move, clock.now, dues)
    if until is None and move.to is To.DATE:
        return _page(request, door, clock, dues, status=422, refused=_never_back(clock))
    try:
        stepped = None if until is None else await _through(door, until)
    except ClockBusyError:
        return _page(request, door, clock, dues, status=409, busy=True)
    if stepped is not None and stepped.waiting:
        clock, dues = await _clock(door)
        return _page(request, door, clock, dues, stepped=stepped)
    return RedirectResponse(ours(move.back), status_code=303)


@router.get("/api/v1/clock", operation_id="readClock", tags=["clock"])
async def show_clock_json(door: Mover) -> ClockJson:
    """What the practice clock says; 404 where the house is real."""
    clock, _ = await _clock(door)
    return ClockJson(now=clock.now, practice=True, paused=clock.paused)


@router.post("/api/v1/clock", operation_id="moveClock", tags=["clock"])
async def move_clock_json(move: UntilJson, door: Mover) -> SteppedJson:
    """Move the clock to the next event, or to `until` if nothing happens before it; where it stands, wait for quiet."""
    clock, _ = await _clock(door)
    until = move.until.astimezone(UTC)
    if until < clock.now:
        raise not_taken(door.language, "until", _never_back(clock), "clock-never-back")
    try:
        stepped = await step(door, until, player=actor_of(door).person)
    except ClockBusyError as error:
        raise HTTPException(409, "clock-busy") from error
    return SteppedJson(now=stepped.now, reached=stepped.reached, waiting=list(stepped.waiting))


async def _clock(door: Door) -> tuple[PracticeClock, tuple[Due, ...]]:
    """The clock and what comes next; HTTPException 404 where the house is real."""
    async with door.sessions() as session:
        clock = await practice_clock(session) if door.settings.practice else None
        if clock is None:
            raise HTTPException(404, "not-found")
        return clock, await coming(session, clock.now)


def _never_back(clock: PracticeClock) -> Refusal:
    return Refusal(Rule.CLOCK_NEVER_BACK, local_day(clock.now))


def _page(  # the page in each of its cases
    request: Request, door: Door, clock: PracticeClock, dues: tuple[Due, ...], *, status: int = 200,
    stepped: Stepped | None = None, busy: bool = False, refused: Refusal | None = None,
) -> HTMLResponse:  # fmt: skip
    shown: dict[str, Any] = {
        "stands": clock, "dues": dues, "stepped": stepped, "busy": busy, "refused": refused,
    }  # fmt: skip
    return page(request, door, "clock/page.html", status=status, **shown)


def _until(move: Move, now: datetime, dues: tuple[Due, ...]) -> datetime | None:
    """The moment that a button means; None when there is nothing to go to."""
    match move.to:
        case To.NEXT:
            return dues[0].due if dues else None
        case To.DAY:
            return end_of_day(local_day(now))
        case To.WEEK:
            return end_of_day(add_days(local_day(now), WEEK_DAYS - 1))
        case To.DATE:
            return _later(move.date, now)


def _later(typed: str, now: datetime) -> datetime | None:
    """The beginning of the day that was typed, None for a day that has begun or is none."""
    try:
        moment = end_of_day(date.fromisoformat(typed) - timedelta(days=1))
    except (ValueError, OverflowError):
        return None
    return moment if moment > now else None


async def _through(door: Door, until: datetime) -> Stepped:
    """One event after the other until the moment is reached or something stands still."""
    player = actor_of(door).person
    stepped = await step(door, until, player=player)
    while not stepped.reached and not stepped.waiting:
        stepped = await step(door, until, player=player)
    return stepped
