"""A form that came when its session had ended: what was typed is kept in the page that says so."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from api.csrf import FIELD
from api.door import Door
from api.page import page

# What no page may hold; a form that asks for one is begun anew.
SECRET = frozenset({"password", "current", "again", "code"})
MOST_FIELDS = 200
MOST_CHARACTERS = 100_000
KIND = "application/x-www-form-urlencoded"


async def kept_form(request: Request, door: Door, status: int) -> Response | None:
    """The page that holds the form and sends it again at a press of its button; None where none can be kept.

    Only what our own page sent is shown again, and it goes nowhere but to the same address.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method != "POST" or kind != KIND or "hx-request" in request.headers or not _from_our_page(request):
        return None
    fields = _fields(await request.form())
    if fields is None:
        return None
    signed_out = status == HTTPStatus.UNAUTHORIZED
    shown: dict[str, Any] = {"fields": fields, "action": _here(request), "signed_out": signed_out}
    return page(request, door, "kept.html", status=status, **shown)


def _fields(form: FormData) -> list[tuple[str, str]] | None:
    fields = [(name, value) for name, value in form.multi_items() if name != FIELD and isinstance(value, str)]
    size = sum(len(name) + len(value) for name, value in fields)
    secret = any(name in SECRET for name, _ in fields)
    return None if secret or len(fields) > MOST_FIELDS or size > MOST_CHARACTERS else fields


def _from_our_page(request: Request) -> bool:
    """Whether the browser says so itself: where it says nothing, nothing is held against us, and nothing shown."""
    return request.headers.get("sec-fetch-site") == "same-origin"


def _here(request: Request) -> str:
    here = urlsplit(str(request.url))
    return f"{here.path}?{here.query}" if here.query else here.path
