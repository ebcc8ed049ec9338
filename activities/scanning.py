"""Files that came while the virus scanner was away are shown to it when it is back; a task beside the worker."""

import asyncio
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from records.database import Sessions
from records.rescanning import next_unscanned, note_scan
from records.scanner import Scanner
from scheme.stored_file import ScanState

# Between two looks where nothing is due, or the scanner or the database is away.
PAUSE_SECONDS = 10.0
log = structlog.get_logger()


@dataclass(frozen=True)
class Rescan:
    """What it needs: the database, and the scanner; None where the house has none, and nothing is ever due."""

    sessions: Sessions
    scanner: Scanner | None

    async def run(self, stop: asyncio.Event) -> None:
        """Scan until `stop`; a database or scanner that is away is waited for."""
        while not stop.is_set():
            if not await self._once():
                await _pause(stop)

    async def once(self) -> bool:
        """Scan one file that is due; whether the scanner said something of one."""
        if self.scanner is None:
            return False
        async with self.sessions.begin() as session:
            due = await next_unscanned(session)
        if due is None:
            return False
        scan = await self.scanner.scan(due[1])
        async with self.sessions.begin() as session:
            await note_scan(session, due[0], scan)
        log.info("scanned", sha256=due[0], state=scan.state.value)
        return scan.state is not ScanState.UNSCANNED

    async def _once(self) -> bool:
        try:
            return await self.once()
        except (OperationalError, InterfaceError, PoolTimeoutError):
            return False


async def _pause(stop: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop.wait(), PAUSE_SECONDS)
    except TimeoutError:
        return
