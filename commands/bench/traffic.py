"""The floor of traffic alone: our own starts, signals and activities with nothing in them (commands/bench/empty.py)."""

from collections.abc import Sequence

from google.protobuf.duration_pb2 import Duration
from sqlmodel import col, select
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client

from commands.bench.children import children
from commands.bench.floors import Floor, few_at_a_time, measured
from commands.bench.house import BenchHouse
from commands.bench.rest import resting
from connection import converter
from parts.temporal import wait_ready
from records.submission import OutboxRow
from records.wire import case_from, news_from
from scheme import post
from scheme.ids import POST
from scheme.inbox import WORKFLOWS, Carried

EMPTY = "empty"
RETENTION_SECONDS = 24 * 3600


async def empty(house: BenchHouse, farms: int) -> Floor:
    """(c) The traffic of a round, until every workflow rests."""
    client = await empty_namespace(house)
    rows = await told_by(house)
    farmers = [row for row in rows if row.kind == "start" and row.target.startswith("farmer:")]
    others = [row for row in rows if row not in farmers and row.target != "calendar" and row.kind != "letters-wait"]
    rest = {row.target for row in [*farmers, *others] if row.target != POST}
    queue = house.open.settings.task_queue

    async def give(row: OutboxRow) -> None:
        await deliver(client, queue, row)

    async def delivered() -> None:
        await few_at_a_time(give, others)
        await resting(client, queue, sorted(rest))

    async with children([("commands.bench.empty", str(farms))], TEMPORAL_NAMESPACE=EMPTY) as running:
        await few_at_a_time(give, farmers)
        await resting(client, queue, [row.target for row in farmers])
        return Floor(farms, await measured(house, running, delivered))


async def told_by(house: BenchHouse) -> Sequence[OutboxRow]:
    """All that cases told each other, starts too, in order."""
    async with house.open.sessions() as session:
        return (await session.exec(select(OutboxRow).order_by(col(OutboxRow.created_at), OutboxRow.news_id))).all()


async def deliver(client: Client, queue: str, row: OutboxRow) -> None:
    """As the relay does it."""
    if row.kind != "start":
        await client.get_workflow_handle(row.target).signal("hear", news_from(row.payload))
    elif row.target == POST:
        await client.start_workflow(post.WORKFLOW, id=POST, task_queue=queue)
    else:
        case = case_from(row.payload)
        begun = [case, Carried(at_hand=True)]
        await client.start_workflow(WORKFLOWS[case.kind], args=begun, id=row.target, task_queue=queue)


async def empty_namespace(house: BenchHouse) -> Client:
    """A part of the Temporal server that knows none of our workflows yet."""
    await house.client.workflow_service.register_namespace(
        RegisterNamespaceRequest(
            namespace=EMPTY, workflow_execution_retention_period=Duration(seconds=RETENTION_SECONDS)
        )
    )
    address = house.open.settings.temporal_address
    await wait_ready(address, EMPTY)
    sealed = converter(house.open.settings.payload_key.get_secret_value())
    return await Client.connect(address, namespace=EMPTY, data_converter=sealed)
