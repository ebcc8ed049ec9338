"""When nothing moves any more: no row waits for the machine, no workflow for a worker."""

import asyncio
from collections.abc import Sequence

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from commands.open import Open
from parts.processes import until
from records.quiet import waiting

EVERY_SECONDS = 0.2
AT_ONCE = 32


async def at_rest(house: Open, workflows: Sequence[str]) -> float:
    """Wait until no row waits and all these workflows rest; the event loop's time when they did."""

    async def rows_quiet() -> bool:
        async with house.sessions() as session:
            return not await waiting(session)

    await until(rows_quiet, EVERY_SECONDS)
    return await resting(house.client, house.settings.task_queue, workflows)


async def resting(client: Client, queue: str, workflows: Sequence[str]) -> float:
    """Wait until no task waits for a worker and these workflows rest; the event loop's time when they did.

    The time is that of the look that found them all at rest, at its beginning: looking at each takes its time.
    """
    left, began = list(workflows), 0.0

    async def none_left() -> bool:
        nonlocal left, began
        if await backlog(client, queue):
            return False
        began = asyncio.get_running_loop().time()
        left = await _restless(client, left)
        return not left

    await until(none_left, EVERY_SECONDS)
    return began


async def backlog(client: Client, queue: str) -> int:
    """Tasks of workflows that wait for a worker, by Temporal's own count."""
    asked = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        report_stats=True,
    )
    return (await client.workflow_service.describe_task_queue(asked)).stats.approximate_backlog_count


async def _restless(client: Client, workflows: Sequence[str]) -> list[str]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(workflow: str) -> bool:
        async with gate:
            return await _rests(client, workflow)

    rests = await asyncio.gather(*(one(workflow) for workflow in workflows))
    return [workflow for workflow, still in zip(workflows, rests, strict=True) if not still]


async def _rests(client: Client, workflow: str) -> bool:
    try:
        described = (await client.get_workflow_handle(workflow).describe()).raw_description
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise
    return not described.HasField("pending_workflow_task") and not described.pending_activities
