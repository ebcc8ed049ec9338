"""A scratch database for measuring: migrated, without durability, and gone afterwards."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from parts.postgres import Running, start_for_tests
from records.database import Sessions, connect, sessions
from records.migrate import migrate


@asynccontextmanager
async def scratch() -> AsyncIterator[Sessions]:
    """A migrated database of its own, without durability."""
    async with scratch_cluster() as running, sessions_on(running.url("ikm_app")) as made:
        yield made


@asynccontextmanager
async def scratch_cluster() -> AsyncIterator[Running]:
    """The server of such a database, for who wants another role or a process of its own on it."""
    with TemporaryDirectory() as directory:
        running = await asyncio.to_thread(start_for_tests, Path(directory))
        try:
            await asyncio.to_thread(migrate, running.url("ikm_owner"))
            yield running
        finally:
            running.stop()


@asynccontextmanager
async def sessions_on(url: str) -> AsyncIterator[Sessions]:
    """Sessions on a database, closed at the end."""
    engine = connect(url)
    try:
        yield sessions(engine)
    finally:
        await engine.dispose()
