"""Static files, addressed with the hash of their content so that a browser may keep them for good."""

import hashlib
from functools import cache
from pathlib import Path

from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.types import Scope

FOLDER = Path(__file__).parent.parent / "static"


@cache
def static(name: str) -> str:
    """The address of a file in `static/`; FileNotFoundError when there is none."""
    digest = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:12]}"


class HashedFiles(StaticFiles):
    """StaticFiles that lets a browser keep what is asked for with a hash."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """As StaticFiles does, with the header."""
        response = await super().get_response(path, scope)
        kept = scope["query_string"].startswith(b"v=")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if kept else "no-cache"
        return response
