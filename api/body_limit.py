"""How much a request may send: forms are small, register files are not."""

from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

# A form of ours is a few kilobytes; reports with photographs will ask for more on their own routes.
LARGEST_BODY_BYTES = 2_000_000
# The largest file that is read, and its wrapping.
LARGEST_UPLOAD_BYTES = 10_100_000
UPLOADS = frozenset({"/register-uploads", "/api/v1/register-uploads"})


class BodyLimit:
    """Refuses with 413 what is larger than its path takes: at once where the length is told, else while it comes."""

    def __init__(self, app: ASGIApp, refuse: Callable[[Request], Awaitable[Response]]) -> None:
        self.app = app
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve within the limit of the path."""
        limit = LARGEST_UPLOAD_BYTES if scope.get("path") in UPLOADS else LARGEST_BODY_BYTES
        if scope["type"] == "http" and _told(scope) > limit:
            await (await self.refuse(Request(scope)))(scope, receive, send)
        else:
            await RequestBodyLimitMiddleware(self.app, limit)(scope, receive, send)


def _told(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if length.isdecimal() else 0
