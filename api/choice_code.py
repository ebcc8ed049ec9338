"""The farmer's other way in: farm number and the letter's code, typed (domain.md §2)."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from limits import RateLimitItem, RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from pydantic import BaseModel

from api import limit
from api.access import allowed_to_anyone
from api.codes import code_is_right, link_token
from api.door import Door
from api.limit import Guess
from api.page import page
from api.typed import farm_number
from records.queries.choice import ChoiceFile, choice_of
from scheme.ids import FarmId

router = APIRouter(include_in_schema=False)
Anyone = Annotated[Door, allowed_to_anyone()]
# Of one farm, from whatever address: its link from the letter still works.
WRONG_CODES: RateLimitItem = RateLimitItemPerHour(10)
_LIMITER = MovingWindowRateLimiter(MemoryStorage())


class TypedCode(BaseModel):
    """What stands in the letter, as it was typed."""

    farm_id: str = ""
    code: str = ""


@router.get("/choices")
async def ask_code(request: Request, door: Anyone) -> HTMLResponse:
    """The form for number and code."""
    return page(request, door, "choice/code.html", typed=TypedCode(), wrong=False)


@router.post("/choices")
async def check_code(request: Request, typed: Annotated[TypedCode, Form()], door: Anyone) -> Response:
    """Go on to the choice; whether number or code was wrong is not told."""
    farm = _number(typed.farm_id)
    _check_limits(request, farm)
    choice = await _choice(door, farm)
    if choice is None or not code_is_right(door.settings, choice.case_id, choice.code_version, typed.code):
        _note_wrong(request, farm)
        return page(request, door, "choice/code.html", status=422, typed=typed, wrong=True)
    token = link_token(door.settings, choice.case_id, choice.code_version)
    return RedirectResponse(f"/choices/{choice.year}/{choice.farm_id}/{token}?by=code", status_code=303)


def forget() -> None:
    """Count from nought again, as a new process does (tests)."""
    _LIMITER.storage.reset()


async def _choice(door: Door, farm: FarmId | None) -> ChoiceFile | None:
    if farm is None:
        return None
    async with door.sessions() as session:
        return await choice_of(session, farm)


def _number(typed: str) -> FarmId | None:
    try:
        return farm_number(typed)
    except ValueError:
        return None


def _check_limits(request: Request, farm: FarmId | None) -> None:
    limit.check(request, Guess.CODE)
    if farm is not None and not _LIMITER.test(WRONG_CODES, farm):
        raise HTTPException(429, "too-many-attempts", headers={"Retry-After": "3600"})


def _note_wrong(request: Request, farm: FarmId | None) -> None:
    limit.note_wrong(request, Guess.CODE)
    if farm is not None:
        _LIMITER.hit(WRONG_CODES, farm)
