"""How much a request may send: forms are small, register files and photographs are not."""

import re
from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

# A form of ours is a few kilobytes.
LARGEST_BODY_BYTES = 2_000_000
# The largest file that is read, and its wrapping.
LARGEST_UPLOAD_BYTES = 10_100_000
UPLOADS = frozenset({"/register-uploads", "/api/v1/register-uploads"})
# Where people send photographs and papers: one by the API, several by a page's form.
ONE_FILE = re.compile(r"/api/v1/audits/[^/]+/report/photos/[^/]+")
FILES = re.compile(
    r"(/api/v1)?/audits/[^/]+/(report/[^/]+|findings/[^/]+/proof)|/audit/[^/]+/[^/]+/[^/]+/findings/[^/]+"
)
# As large as the largest file allows, so many of them; of ordinary photographs a dozen or more.
MOST_FILES_OF_A_FORM = 4
WRAPPING_BYTES = 100_000


class BodyLimit:
    """Refuses with 413 what is larger than its path takes: at once where the length is told, else while it comes."""

    def __init__(self, app: ASGIApp, refuse: Callable[[Request], Awaitable[Response]], largest_file: int) -> None:
        self.app = app
        self.refuse = refuse
        self.largest_file = largest_file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve within the limit of the path."""
        limit = self._limit(scope.get("path", ""))
        if scope["type"] == "http" and _told(scope) > limit:
            await (await self.refuse(Request(scope)))(scope, receive, send)
        else:
            await RequestBodyLimitMiddleware(self.app, limit)(scope, receive, send)

    def _limit(self, path: str) -> int:
        if path in UPLOADS:
            return LARGEST_UPLOAD_BYTES
        if ONE_FILE.fullmatch(path):
            return self.largest_file + WRAPPING_BYTES
        return LARGEST_BODY_BYTES + (MOST_FILES_OF_A_FORM * self.largest_file if FILES.fullmatch(path) else 0)


def _told(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if length.isdecimal() else 0
