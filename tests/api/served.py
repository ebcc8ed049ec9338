"""The application behind a real HTTP server in a thread of its own, on a database with a round under way."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import uvicorn
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from api.access import SESSION_COOKIE
from api.app import create_app
from records.database import Sessions, connect, sessions
from records.farm import Dairy
from records.queries.person import find_by_sign_in_name, open_session
from scheme.people import Role
from settings import Settings
from tests.api.asked import ask_farms
from tests.api.conftest import people_and_farms
from tests.api.tasks import open_tasks


@contextmanager
def serving(url: str) -> Iterator[str]:
    """The application's address while it serves this database, filled; nobody waits for having asked too often."""
    fill(url)
    key = SecretStr("A" * 43)
    house = Settings(
        database_url=url, temporal_address="127.0.0.1:1", code_key=key, payload_key=key, requests_a_minute=10**6
    )  # fmt: skip
    server = uvicorn.Server(uvicorn.Config(create_app(house), log_config=None, lifespan="on"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def fill(url: str) -> None:
    """People of every role, two farms, and the round of 2025 that asked them."""
    asyncio.run(_filled(connect(url)))


def session_of(url: str, role: Role) -> dict[str, str]:
    """The headers of a new session of the person with that role."""
    return asyncio.run(_opened(connect(url), role))


async def _filled(engine: AsyncEngine) -> None:
    made: Sessions = sessions(engine)
    await people_and_farms(made)
    await ask_farms(made)
    await open_tasks(made)
    async with made.begin() as session:
        session.add(Dairy(dairy_id="D-01", name="Melkerij", language="nl"))
    await engine.dispose()


async def _opened(engine: AsyncEngine, role: Role) -> dict[str, str]:
    async with sessions(engine).begin() as session:
        person = await find_by_sign_in_name(session, role.value)
        assert person is not None
        new = await open_session(session, person, datetime.now(UTC))
    await engine.dispose()
    return {"Cookie": f"{SESSION_COOKIE}={new.token}", "X-CSRF-Token": new.csrf}
