"""The named world, on one database that is emptied for each test."""

import pytest_asyncio

from records.database import Sessions
from tests.emptied import database, shared
from tests.world import found_house

__all__ = ["database", "shared"]


@pytest_asyncio.fixture
async def world(made_sessions: Sessions) -> Sessions:
    """A practice house on Wed 2025-01-01: farms 1 and 2 get mail, farm 3 paper."""
    await found_house(made_sessions)
    return made_sessions
