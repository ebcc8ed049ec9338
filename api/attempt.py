"""A try to sign in as the house counts it: by account and browser, or by account and network address.

A browser that signed in before carries a signed cookie for that account (OWASP, device cookies): guessing
elsewhere, even from the same office, does not keep its owner out.
"""

import hmac
import secrets
import time
from enum import StrEnum

from fastapi import Request, Response

from api import csrf
from api.limit import address_of
from api.signed import mac
from records.queries.person import tidy
from records.throttling import Attempt
from settings import Settings

LASTS_SECONDS = 180 * 86_400


class Proof(StrEnum):
    """What is guessed; each is counted by itself."""

    PASSWORD = "password"  # noqa: S105  # what is guessed
    CODE = "code"


_COOKIE = "ikm_device_"


def attempt_of(request: Request, settings: Settings, sign_in_name: str, proof: Proof = Proof.PASSWORD) -> Attempt:
    """Where this try comes from, and on which account."""
    device = _device(request, settings, sign_in_name)
    place = f"address:{address_of(request)}" if device is None else f"device:{device}"
    return Attempt(account(settings, sign_in_name, proof), mac(settings, "place", place), known=device is not None)


def account(settings: Settings, sign_in_name: str, proof: Proof = Proof.PASSWORD) -> str:
    """The account's name as failures are kept under it."""
    return mac(settings, f"account-{proof}", tidy(sign_in_name))


def remember(answer: Response, settings: Settings, sign_in_name: str) -> None:
    """Let this browser be known for that account, for half a year from now."""
    body = f"{secrets.token_urlsafe(12)}.{int(time.time()) + LASTS_SECONDS}"
    signed = f"{body}.{_mac(settings, sign_in_name, body)}"
    rules = csrf.cookie_rules(settings)
    answer.set_cookie(_cookie(settings, sign_in_name), signed, max_age=LASTS_SECONDS, **rules)  # type: ignore[arg-type]


def _device(request: Request, settings: Settings, sign_in_name: str) -> str | None:
    """The id of this browser where it is known for the account."""
    body, _, signature = request.cookies.get(_cookie(settings, sign_in_name), "").rpartition(".")
    device, _, until = body.partition(".")
    if not hmac.compare_digest(_mac(settings, sign_in_name, body).encode(), signature.encode()):
        return None
    return device if int(until) >= time.time() else None


def _cookie(settings: Settings, sign_in_name: str) -> str:
    return _COOKIE + account(settings, sign_in_name)[:12]


def _mac(settings: Settings, sign_in_name: str, body: str) -> str:
    return mac(settings, "device", f"{tidy(sign_in_name)}:{body}")
