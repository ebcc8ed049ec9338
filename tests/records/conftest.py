"""The named world, on one database that is emptied for each test: a copy for each would cost half a second."""

from collections.abc import Iterator

import pytest
import pytest_asyncio

from parts.postgres import Running
from records.database import Sessions
from tests.conftest import copy_database, drop_database
from tests.world import empty, found_house


@pytest.fixture(scope="module")
def shared(cluster: Running) -> Iterator[str]:
    """A migrated database for the tests of one file."""
    name = copy_database(cluster)
    yield name
    drop_database(cluster, name)


@pytest.fixture
def database(cluster: Running, shared: str) -> str:
    """The same database, without a row in it."""
    empty(cluster.url("ikm_owner", shared))
    return shared


@pytest_asyncio.fixture
async def world(made_sessions: Sessions) -> Sessions:
    """A practice house on Wed 2025-01-01: farms 1 and 2 get mail, farm 3 paper."""
    await found_house(made_sessions)
    return made_sessions
