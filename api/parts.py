"""What the web process holds for as long as it runs."""

from dataclasses import dataclass

from fastapi import Request
from temporalio.client import Client

from records.database import Sessions
from settings import Settings


@dataclass(frozen=True)
class Parts:
    """Made in the lifespan, kept in `app.state.parts`, handed on by each Door."""

    settings: Settings
    sessions: Sessions
    client: Client


def parts_of(request: Request) -> Parts:
    """The parts of the process that serves this request."""
    parts: Parts = request.app.state.parts
    return parts
