"""Whether a request that changes something comes from our own page: same site, and the form's token."""

import hmac
import secrets
import time
from urllib.parse import urlsplit

from fastapi import HTTPException, Request
from fastapi.responses import Response

from api.door import Door
from api.kept_body import was_kept
from api.signed import mac
from api.typist import Typist, secret_of, typist
from settings import Settings

COOKIE = "ikm_visitor"
FIELD = "csrf"
HEADER = "X-CSRF-Token"
LASTS_SECONDS = 12 * 3600
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OUR_SITE = frozenset({"same-origin", "none"})


async def check(request: Request, door: Door) -> None:
    """Refuse (403) what another site sends; called for every method that is not safe.

    JSON needs no token: a foreign page cannot send that content type, nor PUT, PATCH or DELETE, without
    asking first, and we never answer such a question.
    """
    if _foreign(request):
        raise HTTPException(403, "foreign-site")
    if _asks_first(request):
        return
    form = await request.form()
    header = None if was_kept(request) else request.headers.get(HEADER)
    given = header or form.get(FIELD)
    if not isinstance(given, str) or not (_is_of_session(given, door) or _is_of_earlier_session(request, given, door)):
        raise HTTPException(403, "stale-form")


def is_from_our_page(request: Request) -> bool:
    """Whether the browser says so itself: where it says nothing, nothing is held against us, and nothing kept."""
    return request.headers.get("sec-fetch-site") == "same-origin"


def visitor_token(request: Request, settings: Settings) -> str:
    """The token of somebody without a session: of their cookie, or a new one that `keep` hands out."""
    token = _verified(request.cookies.get(COOKIE, ""), settings)
    if token is None:
        token = secrets.token_urlsafe(24)
        request.state.new_visitor = _signed(token, int(time.time()) + LASTS_SECONDS, settings)
    return token


def keep(request: Request, response: Response, settings: Settings) -> None:
    """Give a new visitor the cookie that the form's token is held against."""
    cookie = getattr(request.state, "new_visitor", None)
    if cookie is not None:
        response.set_cookie(COOKIE, cookie, max_age=LASTS_SECONDS, **cookie_rules(settings))  # type: ignore[arg-type]


def cookie_rules(settings: Settings) -> dict[str, object]:
    """How every cookie of the house is set."""
    return {"httponly": True, "samesite": "lax", "secure": settings.public_url.startswith("https:"), "path": "/"}


def _is_of_session(token: str, door: Door) -> bool:
    return hmac.compare_digest(secret_of(token).encode(), door.csrf.encode())


def _is_of_earlier_session(request: Request, token: str, door: Door) -> bool:
    """Whether the same person typed the form, before signing in again."""
    return is_from_our_page(request) and typist(door, token) is Typist.VISITOR


def _foreign(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in OUR_SITE
    origin = request.headers.get("origin")
    # Our own pages send no referrer, and so the origin "null" where the browser sends no Sec-Fetch-Site.
    return origin not in {None, "null"} and urlsplit(origin).netloc != request.headers.get("host")


def _asks_first(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or request.method in {"PUT", "PATCH", "DELETE"}


def _signed(token: str, until: int, settings: Settings) -> str:
    body = f"{token}.{until}"
    return f"{body}.{mac(settings, 'visitor', body)}"


def _verified(cookie: str, settings: Settings) -> str | None:
    token, _, rest = cookie.partition(".")
    until, _, _ = rest.partition(".")
    if not until.isdecimal() or int(until) < time.time():
        return None
    return token if hmac.compare_digest(_signed(token, int(until), settings).encode(), cookie.encode()) else None
