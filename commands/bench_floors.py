"""The floors of `ikm bench choice-round`: the same letters without Temporal, with bare workflows, and traffic alone."""

import asyncio
import os
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from signal import SIGCONT, SIGSTOP, Signals
from typing import TypeVar

from google.protobuf.duration_pb2 import Duration
from sqlalchemy import func
from sqlmodel import col, select
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client

from commands.bench_bare import QUEUE as BARE_QUEUE
from commands.bench_bare import BareWorkflow
from commands.bench_children import asked, children
from commands.bench_cost import Cost, Meter
from commands.bench_hand import set_aside
from commands.bench_house import BenchHouse
from commands.bench_rest import resting
from connection import converter
from parts.processes import until
from parts.temporal import wait_ready
from records.letter import LetterRow
from records.submission import OutboxRow
from records.wire import case_from, news_from
from rehearsal.striking import family
from scheme import post
from scheme.ids import POST
from scheme.inbox import WORKFLOWS, Carried

# As many workers as production runs; a handful of letters needs one.
PROCESSES, HANDFUL = 2, 10
# As many at once as the relay starts and tells.
AT_ONCE = 16
EVERY_SECONDS = 0.05
EMPTY = "empty"
RETENTION_SECONDS = 24 * 3600

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Floor:
    """What a floor took, for so many letters or farms."""

    many: int
    cost: Cost

    @property
    def a_second(self) -> float:
        """Letters or farms a second."""
        return self.many / self.cost.seconds


@asynccontextmanager
async def frozen(house: BenchHouse) -> AsyncIterator[None]:
    """Our own worker and pages stand still meanwhile: the machine is the floors' alone."""
    pids = [pid for name in ("worker", "web") for pid in family(house.pids[name])]
    _send(pids, SIGSTOP)
    try:
        yield
    finally:
        _send(pids, SIGCONT)


async def loop(house: BenchHouse) -> Floor:
    """(a) A loop in two processes; nothing is durable but the rows."""
    many = await _noted(house)
    await asyncio.to_thread(set_aside, os.environ["DATABASE_OWNER_URL"])
    of = _processes(many)
    shares = [("commands.bench_loop", str(share), str(of)) for share in range(of)]
    async with children(shares) as running:

        async def dealt() -> None:
            await asyncio.gather(*(asked(process, b"go\n", b"done\n") for process in running))

        return Floor(many, await _measured(house, running, dealt))


async def bare(house: BenchHouse) -> Floor:
    """(b) A workflow for each letter, with one activity that does its work; two workers."""
    async with house.open.sessions() as session:
        keys = list(await session.exec(select(LetterRow.letter_key).order_by(LetterRow.letter_key)))
    await asyncio.to_thread(set_aside, os.environ["DATABASE_OWNER_URL"])
    client = await Client.connect(house.open.settings.temporal_address)

    async def start(key: str) -> None:
        await client.start_workflow(BareWorkflow.run, key, id=f"bare:{key}", task_queue=BARE_QUEUE)

    async def all_noted() -> bool:
        return await _noted(house) == len(keys)

    async def dealt() -> None:
        await _few_at_a_time(start, keys)
        await until(all_noted, EVERY_SECONDS)

    async with children([("commands.bench_bare",)] * _processes(len(keys))) as running:
        return Floor(len(keys), await _measured(house, running, dealt))


async def empty(house: BenchHouse, farms: int) -> Floor:
    """(c) Our own starts, signals and activities, with nothing in them, until every workflow rests."""
    client = await _empty_namespace(house)
    async with house.open.sessions() as session:
        rows = list(await session.exec(select(OutboxRow).order_by(col(OutboxRow.created_at), col(OutboxRow.news_id))))
    farmers = [row for row in rows if row.kind == "start" and row.target.startswith("farmer:")]
    others = [row for row in rows if row not in farmers and row.target != "calendar" and row.kind != "letters-wait"]
    rest = {row.target for row in [*farmers, *others] if row.target != POST}
    queue = house.open.settings.task_queue

    async def deliver(row: OutboxRow) -> None:
        await _deliver(client, queue, row)

    async def delivered() -> None:
        await _few_at_a_time(deliver, others)
        await resting(client, queue, sorted(rest))

    async with children([("commands.bench_empty", str(farms))], TEMPORAL_NAMESPACE=EMPTY) as running:
        await _few_at_a_time(deliver, farmers)
        await resting(client, queue, [row.target for row in farmers])
        return Floor(farms, await _measured(house, running, delivered))


async def _deliver(client: Client, queue: str, row: OutboxRow) -> None:
    if row.kind != "start":
        await client.get_workflow_handle(row.target).signal("hear", news_from(row.payload))
    elif row.target == POST:
        await client.start_workflow(post.WORKFLOW, id=POST, task_queue=queue)
    else:
        case = case_from(row.payload)
        begun = [case, Carried(at_hand=True)]
        await client.start_workflow(WORKFLOWS[case.kind], args=begun, id=row.target, task_queue=queue)


async def _empty_namespace(house: BenchHouse) -> Client:
    await house.client.workflow_service.register_namespace(
        RegisterNamespaceRequest(
            namespace=EMPTY, workflow_execution_retention_period=Duration(seconds=RETENTION_SECONDS)
        )
    )
    address = house.open.settings.temporal_address
    await wait_ready(address, EMPTY)
    sealed = converter(house.open.settings.payload_key.get_secret_value())
    return await Client.connect(address, namespace=EMPTY, data_converter=sealed)


async def _measured(house: BenchHouse, running: Sequence[Process], work: Callable[[], Awaitable[None]]) -> Cost:
    pids = {**house.pids, **{f"floor-{place}": process.pid for place, process in enumerate(running, 1)}}
    before = Meter.read(pids)
    await work()
    return Cost.between(before, Meter.read(pids))


def _processes(letters: int) -> int:
    return 1 if letters < HANDFUL else PROCESSES


async def _noted(house: BenchHouse) -> int:
    async with house.open.sessions() as session:
        return (await session.exec(select(func.count()).select_from(LetterRow))).one()


def _send(pids: Sequence[int], number: Signals) -> None:
    for pid in pids:
        os.kill(pid, number)


async def _few_at_a_time(do: Callable[[Thing], Awaitable[None]], things: Sequence[Thing]) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(thing: Thing) -> None:
        async with gate:
            await do(thing)

    await asyncio.gather(*(one(thing) for thing in things))
