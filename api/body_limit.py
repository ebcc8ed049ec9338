"""How much a request may send: forms are small, register files are not."""

from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

# A form of ours is a few kilobytes; reports with photographs will ask for more on their own routes.
LARGEST_BODY_BYTES = 2_000_000
# The largest file that is read, and its wrapping.
LARGEST_UPLOAD_BYTES = 10_100_000
UPLOADS = frozenset({"/register-uploads", "/api/v1/register-uploads"})


class BodyLimit:
    """Refuses with 413 what is larger than its path takes."""

    def __init__(self, app: ASGIApp) -> None:
        self.usual = RequestBodyLimitMiddleware(app, LARGEST_BODY_BYTES)
        self.uploads = RequestBodyLimitMiddleware(app, LARGEST_UPLOAD_BYTES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve within the limit of the path."""
        limited = self.uploads if scope.get("path") in UPLOADS else self.usual
        await limited(scope, receive, send)
