"""How often an address may try what can be guessed: counted in this process, in real time."""

from collections.abc import Mapping
from enum import StrEnum

from fastapi import HTTPException, Request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter


class Guess(StrEnum):
    """What can be guessed."""

    PASSWORD = "password"  # noqa: S105  # the name of a limit
    CODE = "code"


# An office shares one address: the limit stops a machine, not a morning of typing errors.
ALLOWED: Mapping[Guess, RateLimitItem] = {
    Guess.PASSWORD: RateLimitItemPerMinute(50, 10),
    Guess.CODE: RateLimitItemPerMinute(50, 10),
}
_LIMITER = MovingWindowRateLimiter(MemoryStorage())


def check(request: Request, guess: Guess) -> None:
    """Raise HTTPException 429 when this address guessed wrongly too often."""
    if not _LIMITER.test(ALLOWED[guess], guess, _address(request)):
        raise HTTPException(429, "too-many-attempts", headers={"Retry-After": "600"})


def note_wrong(request: Request, guess: Guess) -> None:
    """Count one wrong guess of this address."""
    _LIMITER.hit(ALLOWED[guess], guess, _address(request))


def _address(request: Request) -> str:
    # The server behind a proxy is told by --forwarded-allow-ips whom to believe; here the address is what it says.
    return request.client.host if request.client else "unknown"


def forget() -> None:
    """Begin to count anew (tests)."""
    _LIMITER.storage.reset()
