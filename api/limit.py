"""How often somebody may ask, and an address may try what can be guessed: counted in this process, in real time."""

from collections.abc import Mapping
from enum import StrEnum

from fastapi import HTTPException, Request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter, SlidingWindowCounterRateLimiter

from api.door import Door


class Guess(StrEnum):
    """What can be guessed."""

    CODE = "code"


class Costly(StrEnum):
    """What anybody may ask for, and costs more than a page."""

    DIRECTORY = "directory"


# A village may share one address: the limit stops a machine, not an evening of typing errors.
ALLOWED: Mapping[Guess, RateLimitItem] = {
    Guess.CODE: RateLimitItemPerMinute(50, 10),
}
DEAR: Mapping[Costly, RateLimitItem] = {
    Costly.DIRECTORY: RateLimitItemPerMinute(20, 10),
}
_LIMITER = MovingWindowRateLimiter(MemoryStorage())
_REQUESTS = SlidingWindowCounterRateLimiter(MemoryStorage())
A_MINUTE = "60"


def take(request: Request, door: Door) -> None:
    """Count one request. Raises HTTPException 429 where a person, or an address without one, asks too often.

    Nobody clicks that fast: it stops a program gone wild before the others wait for it. Practice, whose simulated
    people are faster than any, is on one machine and counts nothing.
    """
    if door.settings.practice:
        return
    who = address_of(request) if door.actor is None else door.actor.person
    if not _REQUESTS.hit(RateLimitItemPerMinute(door.settings.requests_a_minute), who):
        raise HTTPException(429, "too-many-requests", headers={"Retry-After": A_MINUTE})


def spend(request: Request, door: Door, what: Costly) -> None:
    """Count one costly request, outside practice. Raises HTTPException 429 where this address asked that too often."""
    if not door.settings.practice and not _LIMITER.hit(DEAR[what], what, address_of(request)):
        raise HTTPException(429, "too-many-requests", headers={"Retry-After": "600"})


def check(request: Request, guess: Guess) -> None:
    """Raise HTTPException 429 when this address guessed wrongly too often."""
    if not _LIMITER.test(ALLOWED[guess], guess, address_of(request)):
        raise HTTPException(429, "too-many-attempts", headers={"Retry-After": "600"})


def note_wrong(request: Request, guess: Guess) -> None:
    """Count one wrong guess of this address."""
    _LIMITER.hit(ALLOWED[guess], guess, address_of(request))


def address_of(request: Request) -> str:
    """The network address of the visitor."""
    # The server behind a proxy is told by --forwarded-allow-ips whom to believe; here the address is what it says.
    return request.client.host if request.client else "unknown"


def forget() -> None:
    """Begin to count anew (tests)."""
    _LIMITER.storage.reset()
    _REQUESTS.storage.reset()
