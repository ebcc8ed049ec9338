"""`python -m commands.bench.empty FARMS`: our own workflows with activities that do nothing: what the traffic costs."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

from temporalio import activity

from connection import connect
from scheme.ids import FarmId
from scheme.inbox import AnyStep, AnySubmission, Look, Opened, OpenPage, OpenRequest
from scheme.post import PAGE, Sent
from scheme.step import Dealt
from settings import Settings
from worker import case_worker, mail_worker


class Nothing:
    """The activities by their names. farms: how many letters and cases there would be."""

    def __init__(self, farms: int) -> None:
        self._letters, self._farms = farms, farms

    @activity.defn(name="record")
    async def record(self, step: AnyStep) -> None:
        """Write no row."""

    @activity.defn(name="look")
    async def look(self, _look: Look) -> list[AnySubmission]:
        """Find nothing."""
        return []

    @activity.defn(name="turn_away")
    async def turn_away(self, dealt: tuple[Dealt, ...]) -> None:
        """Settle nothing."""

    @activity.defn(name="open_case")
    async def open_case(self, request: OpenRequest) -> Opened:
        """Open nothing, in as many pages."""
        size = request.size if isinstance(request, OpenPage) else 1
        self._farms -= size
        return Opened(reached=FarmId("F-000001"), last=self._farms <= 0)

    @activity.defn(name="send_letters")
    async def send_letters(self, size: int) -> Sent:
        """Send nothing, in as many pages."""
        page = max(0, min(size, self._letters, PAGE))
        self._letters -= page
        return Sent(page)


async def main() -> None:
    """Work until stdin ends."""
    settings, nothing = Settings(), Nothing(int(sys.argv[1]))
    client = await connect(settings)
    rows: list[Callable[..., Any]] = [nothing.record, nothing.look, nothing.open_case, nothing.turn_away]
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(case_worker(client, settings, rows))
        await stack.enter_async_context(mail_worker(client, settings, [nothing.send_letters]))
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
