"""Farm number and code, typed from a letter: to the choice or the audit that the letter is about (domain.md §2)."""

from fastapi import HTTPException, Request
from limits import RateLimitItem, RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from pydantic import BaseModel

from api import limit
from api.codes import code_is_right, link_token
from api.door import Door
from api.limit import Guess
from api.typed import farm_number
from records.queries.choice import choice_of
from records.queries.farmer_audit import coded_audits
from scheme.ids import FarmId

# Of one farm, from whatever address: its link from the letter still works.
WRONG_CODES: RateLimitItem = RateLimitItemPerHour(10)
_LIMITER = MovingWindowRateLimiter(MemoryStorage())


class TypedCode(BaseModel):
    """What stands in the letter, as it was typed."""

    farm_id: str = ""
    code: str = ""


async def path_behind(request: Request, door: Door, typed: TypedCode) -> str | None:
    """The page that this code opens, whichever letter it stood in; None, and counted, where it opens nothing.

    Raises HTTPException 429 where it was guessed wrongly too often.
    """
    farm = _number(typed.farm_id)
    _check_limits(request, farm)
    path = None if farm is None else await _path(door, farm, typed.code)
    if path is None:
        _note_wrong(request, farm)
    return path


def forget() -> None:
    """Count from nought again, as a new process does (tests)."""
    _LIMITER.storage.reset()


async def _path(door: Door, farm: FarmId, code: str) -> str | None:
    async with door.sessions() as session:
        choice, audits = await choice_of(session, farm), await coded_audits(session, farm)
    if choice is not None and code_is_right(door.settings, choice.case_id, choice.code_version, code):
        token = link_token(door.settings, choice.case_id, choice.code_version)
        return f"/choices/{choice.year}/{farm}/{token}?by=code"
    for audit in audits:
        if code_is_right(door.settings, audit.case_id, audit.code_version, code):
            return f"/audit/{audit.year}/{farm}/{link_token(door.settings, audit.case_id, audit.code_version)}"
    return None


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
