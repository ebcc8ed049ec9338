"""What commands work with: the settings of a running house, its database, its Temporal client."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from temporalio.client import Client

from commands.say import fail
from connection import connect as connect_temporal
from parts import secrets
from records.database import Sessions, connect, sessions
from settings import Settings


@dataclass(frozen=True)
class Open:
    """A house as a command sees it."""

    settings: Settings
    sessions: Sessions
    client: Client


def settings_here() -> Settings:
    """The environment's settings; without DATABASE_URL those that `ikm up` keeps for a second terminal."""
    settings = Settings()
    if not settings.database_url:
        for name, value in secrets.read_environment(settings.var / "env").items():
            os.environ.setdefault(name, value)
        settings = Settings()
    return settings


@asynccontextmanager
async def opened(settings: Settings | None = None) -> AsyncIterator[Open]:
    """The database and a client that connects when it is used; says what to do where there is no house."""
    settings = settings or settings_here()
    if not settings.database_url:
        fail("There is no house here yet: start it with `ikm up`, or set DATABASE_URL.")
    engine = connect(settings.database_url)
    try:
        yield Open(settings, sessions(engine), await connect_temporal(settings, lazy=True))
    finally:
        await engine.dispose()
