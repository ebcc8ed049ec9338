"""Which parts of the house answer, kept in this process's memory: the strip on pages needs no database."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from time import monotonic

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.service import RPCError

from api.parts import Parts

EVERY_SECONDS = 5.0
PATIENCE_SECONDS = 3.0
# A waiting worker asks again at least every 60 seconds; the server remembers gone ones for minutes.
ASKED_WITHIN = timedelta(seconds=75)


class Part(StrEnum):
    """Parts the house cannot do its work without."""

    DATABASE = "database"
    TEMPORAL = "temporal"
    WORKER = "worker"


@dataclass
class Pulse:
    """The last look: what was down, and when (monotonic seconds) it was taken."""

    down: frozenset[Part] = frozenset()
    looked_at: float = 0.0
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def watch(self, parts: Parts) -> None:
        """Look again and again until cancelled."""
        while True:
            await self.look(parts)
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self, parts: Parts) -> frozenset[Part]:
        """What is down now; a look less than a few seconds old is good enough, so nobody can hurry the parts."""
        async with self._one:
            if not self.looked_at or monotonic() - self.looked_at > PATIENCE_SECONDS:
                found = await asyncio.gather(_database(parts), _temporal(parts))
                self.down = frozenset().union(*found)
                self.looked_at = monotonic()
        return self.down


async def _database(parts: Parts) -> frozenset[Part]:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), parts.sessions() as session:
            await session.execute(text("SELECT 1"))
    except (SQLAlchemyError, TimeoutError, OSError):
        return frozenset({Part.DATABASE})
    return frozenset()


async def _temporal(parts: Parts) -> frozenset[Part]:
    asked = DescribeTaskQueueRequest(
        namespace=parts.settings.temporal_namespace,
        task_queue=TaskQueue(name=parts.settings.task_queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            answer = await parts.client.workflow_service.describe_task_queue(asked)
    # The SDK raises RuntimeError when a lazy client cannot connect.
    except (RPCError, RuntimeError, TimeoutError):
        return frozenset({Part.TEMPORAL})
    seen = [poller.last_access_time.ToDatetime(tzinfo=UTC) for poller in answer.pollers]
    awake = any(datetime.now(UTC) - moment < ASKED_WITHIN for moment in seen)
    return frozenset() if awake else frozenset({Part.WORKER})
