"""A form that a page of ours kept sealed: it goes in again as it was typed, to the address it was typed for."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from cryptography.exceptions import InvalidTag
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.signed import open_sealed, sealed
from settings import Settings

FIELD = "kept"
FORM = "application/x-www-form-urlencoded"
_PURPOSE = "kept form"


def seal_form(settings: Settings, fields: list[tuple[str, str]], address: str) -> str:
    """The fields, readable by the house alone and good for that address alone."""
    return sealed(settings, _PURPOSE, urlencode(fields), address)


def was_kept(request: Request) -> bool:
    """Whether the form was kept sealed: then the token of whoever typed it counts, and no other."""
    return bool(getattr(request.state, FIELD, False))


def kind_of(headers: Mapping[str, str]) -> str:
    """The content type, without its parameters."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


class KeptBody:
    """Opens what was kept; everything else passes as it came, and what cannot be opened too."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        # A browser tells the length of a form; a body of untold length is left to whoever reads it.
        if scope["type"] != "http" or scope["method"] != "POST" or not _is_form(Headers(scope=scope)):
            await self.app(scope, receive, send)
            return
        try:
            body = await Request(scope, receive).body()
        except ClientDisconnect:
            return
        opened = self._opened(body, scope)
        if opened is not None:
            scope.setdefault("state", {})[FIELD] = True
            MutableHeaders(scope=scope)["content-length"] = str(len(opened))
        await self.app(scope, _again(body if opened is None else opened, receive), send)

    def _opened(self, body: bytes, scope: Scope) -> bytes | None:
        if f"{FIELD}=".encode() not in body:
            return None
        kept = dict(parse_qsl(body.decode("latin-1"))).get(FIELD, "")
        try:
            return open_sealed(self.settings, _PURPOSE, kept, address_of(Request(scope))).encode()
        except (InvalidTag, ValueError):
            return None


def address_of(request: Request) -> str:
    """The path and the query a form was sent to."""
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


def _is_form(headers: Headers) -> bool:
    return kind_of(headers) == FORM and "content-length" in headers


def _again(body: bytes, receive: Receive) -> Receive:
    """The body that was read already, then whatever the server still says."""
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return first.pop() if first else await receive()

    return next_message
