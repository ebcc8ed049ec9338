"""The whole product inside a test: real database, Temporal and mailbox as processes, worker and pages in this one."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from pydantic import SecretStr
from temporalio.client import Client

from api.stepping import Stepped, step
from connection import connect as connect_temporal
from parts import temporal
from parts.postgres import Running
from parts.processes import free_port
from records.database import Sessions, connect, sessions
from records.founding import found
from records.printing import print_waiting
from scheme.inbox import AnySubmission
from scheme.step import Outcome
from settings import Settings
from tests.world import SECRETARY
from worker import serve

BEGINS = datetime(2025, 1, 1, 8, tzinfo=UTC)


@dataclass
class House:
    """What tests of the whole speak to."""

    settings: Settings
    sessions: Sessions
    client: Client
    mailbox: httpx.AsyncClient
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    working: asyncio.Task[None] | None = None

    async def start_worker(self) -> None:
        """Begin to work (again)."""
        self.stop = asyncio.Event()
        self.working = asyncio.create_task(serve(self.settings, self.stop))

    async def stop_worker(self) -> None:
        """Stop working; what is in hand is finished."""
        self.stop.set()
        if self.working is not None:
            await self.working
        self.working = None

    async def play(self, until: datetime) -> Stepped:
        """Step until the clock stands at `until`; fails when the house does not become quiet."""
        while not (stepped := await step(self, until)).reached:
            assert not stepped.waiting, stepped
        return stepped

    async def print_letters(self) -> None:
        """Somebody prints what waits; then the machine is quiet again."""
        async with self.sessions.begin() as session:
            await print_waiting(session, SECRETARY)
        await self.settle()

    async def hand_in(self, submission: AnySubmission) -> Outcome:
        """Deliver what was received, as a page does."""
        handle = self.client.get_workflow_handle(submission.case_id)
        return await handle.execute_update("hand_in", submission, id=submission.id, result_type=Outcome)

    async def settle(self) -> None:
        """Let the machine finish what it has to do now."""
        stepped = await step(self, BEGINS)
        assert not stepped.waiting, stepped


@asynccontextmanager
async def run_house(
    cluster: Running, database: str, directory: Path, config: Mapping[str, object] | None = None
) -> AsyncIterator[House]:
    """A founded house in practice mode, its clock at 1 January 2025."""
    settings = _settings(cluster, database, directory)
    async with AsyncExitStack() as stack:
        stack.callback(_end, _begin(temporal.command(settings, config), directory / "temporal.log"))
        mailbox = [
            sys.executable, "-m", "parts.mailbox", "--smtp-port", str(settings.smtp_port),
            "--http-port", str(settings.mailbox_port), "--directory", str(directory / "mail"),
        ]  # fmt: skip
        stack.callback(_end, _begin(mailbox, directory / "mailbox.log"))
        engine = connect(settings.database_url)
        stack.push_async_callback(engine.dispose)
        made = sessions(engine)
        async with made.begin() as session:
            await found(session, practice=True, begins=BEGINS)
        await temporal.wait_ready(settings.temporal_address)
        letters = await stack.enter_async_context(
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.mailbox_port}")
        )
        await _answers(letters)
        house = House(settings, made, await connect_temporal(settings), letters)
        await house.start_worker()
        stack.push_async_callback(house.stop_worker)
        yield house


def _settings(cluster: Running, database: str, directory: Path) -> Settings:
    port = free_port()
    return Settings(
        var=directory,
        database_url=cluster.url("ikm_app", database=database),
        temporal_port=port,
        temporal_ui_port=free_port(),
        temporal_address=f"127.0.0.1:{port}",
        smtp_port=free_port(),
        mailbox_port=free_port(),
        payload_key=SecretStr(cluster.kept.payload_key),
        code_key=SecretStr(cluster.kept.code_key),
        practice=True,
        sandbox=True,
    )


def _begin(argv: list[str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(argv, stdout=output, stderr=output, env=os.environ.copy(), cwd=Path.cwd())


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=10)
        return
    process.kill()
    process.wait()


async def _answers(mailbox: httpx.AsyncClient) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + 30
    while True:
        try:
            (await mailbox.get("/health")).raise_for_status()
        except httpx.TransportError:
            assert loop.time() < deadline, "the mailbox does not answer"
            await asyncio.sleep(0.05)
        else:
            return


DAY = timedelta(days=1)
