"""Heartbeats while an activity waits for something slow: the press, a mail server, a lock."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from temporalio import activity

EVERY = timedelta(seconds=1)


@asynccontextmanager
async def beating() -> AsyncIterator[None]:
    """Tell Temporal every second that this process lives, however long a single step takes.

    Without it a busy machine's slow press looks like a killed worker, and the same page is begun again for ever.
    What hangs for good ends with the activity's own time-out.
    """
    beats = asyncio.create_task(_beat())
    try:
        yield
    finally:
        beats.cancel()


async def _beat() -> None:
    while True:
        activity.heartbeat()
        await asyncio.sleep(EVERY.total_seconds())
