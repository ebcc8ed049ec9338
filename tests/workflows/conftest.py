"""Servers for procedures: one that skips time, one that is real; and an office on each."""

import sys
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from connection import converter
from parts.temporal import binary
from tests.workflows.desk_world import ASKED, Office, World

# Of nobody's house.
KEY = "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk"
# So few events make a workflow continue as new, so that a test need not write thousands.
SUGGESTS_NEW_HISTORY = 40


@pytest_asyncio.fixture(scope="session")
async def skipping_server() -> AsyncIterator[WorkflowEnvironment]:
    """The time-skipping test server: months pass at once, one test at a time."""
    server = Path(sys.executable).with_name("temporal-test-server")
    async with await WorkflowEnvironment.start_time_skipping(
        data_converter=converter(KEY), test_server_existing_path=str(server)
    ) as environment:
        yield environment


@pytest_asyncio.fixture(scope="session")
async def real_server() -> AsyncIterator[WorkflowEnvironment]:
    """The development server, with short histories."""
    async with await WorkflowEnvironment.start_local(
        data_converter=converter(KEY),
        dev_server_existing_path=binary(),
        dev_server_log_level="error",
        dev_server_extra_args=[
            "--dynamic-config-value",
            f"limit.historyCount.suggestContinueAsNew={SUGGESTS_NEW_HISTORY}",
        ],
    ) as environment:
        yield environment


@pytest.fixture
def world() -> World:
    """Nothing was asked yet."""
    return World()


@dataclass
class Skipping(Office):
    """An office whose clock begins at the day of the letter and moves when it is told."""

    environment: WorkflowEnvironment | None = None

    async def until(self, moment: datetime) -> None:
        """Let time pass."""
        assert self.environment is not None
        passed = await self.environment.get_current_time() + self.ahead
        await self.environment.sleep(moment - passed)


@pytest_asyncio.fixture
async def skipping(skipping_server: WorkflowEnvironment, world: World) -> AsyncIterator[Skipping]:
    """An office in production mode on 5 March 2025; its worker works."""
    ahead = ASKED - await skipping_server.get_current_time()
    office = Skipping(skipping_server.client, f"case-{uuid.uuid4()}", world, ahead, environment=skipping_server)
    async with office.working():
        yield office
        await office.close()


OfficeAt = Callable[[datetime], Office]


@pytest_asyncio.fixture
async def office_at(real_server: WorkflowEnvironment, world: World) -> AsyncIterator[OfficeAt]:
    """An office on the real server whose clock shows that moment now; nobody works there yet."""
    made: list[Office] = []

    def at(moment: datetime) -> Office:
        ahead = moment - datetime.now(UTC)
        made.append(Office(real_server.client, f"case-{uuid.uuid4()}", world, ahead))
        return made[-1]

    yield at
    for office in made:
        await office.close()


@pytest_asyncio.fixture
async def office(office_at: OfficeAt) -> AsyncIterator[Office]:
    """An office on the real server on 5 March 2025; its worker works."""
    made = office_at(ASKED)
    async with made.working():
        yield made
        await made.close()
