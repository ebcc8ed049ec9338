"""What goes around every answer: headers that keep browsers safe, and one line of log without personal data."""

import sys
import time
from collections.abc import Mapping
from http import HTTPStatus

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from settings import Settings

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
ALWAYS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Letter codes stand in paths: no address is told to anybody.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
YEAR_SECONDS = 31_536_000
# Asked every few seconds by the proxy and the container: that all is well is no news.
PROBES = frozenset({"/livez", "/readyz"})
LOG = structlog.wrap_logger(
    structlog.WriteLogger(sys.stdout),
    processors=[
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.JSONRenderer(),
    ],
)


def safe_headers(settings: Settings) -> dict[str, str]:
    """The headers of every answer; over https browsers are told to stay there."""
    strict = {"Strict-Transport-Security": f"max-age={YEAR_SECONDS}"}
    return dict(ALWAYS) | (strict if settings.public_url.startswith("https:") else {})


class SafeHeaders:
    """Adds the headers to every answer that does not carry its own."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self.app = app
        self.headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, with the headers."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


class AccessLog:
    """One line an answer: the route's template, never its path, query or visitor."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, and note how it went; an answer that never began counts as 500."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noting)
        finally:
            route, milliseconds = _template(scope), round((time.perf_counter() - began) * 1000, 1)
            if status != HTTPStatus.OK or route not in PROBES:
                LOG.info("request", route=route, method=scope["method"], status=status, ms=milliseconds)


def _template(scope: Scope) -> str:
    route = scope.get("route")
    return getattr(route, "path", "-") if route is not None else "-"
