"""The floors of a bench: the same letters and papers without Temporal, and with bare workflows."""

import asyncio
import os
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from signal import SIGCONT, SIGSTOP, Signals
from typing import TypeVar

from sqlalchemy import TextClause, text
from temporalio.client import Client

from commands.bench.bare import QUEUE as BARE_QUEUE
from commands.bench.bare import BareWorkflow
from commands.bench.children import asked, children
from commands.bench.cost import Cost, Meter
from commands.bench.hand import set_aside
from commands.bench.house import BenchHouse
from commands.bench.rest import at_rest
from parts.processes import until
from rehearsal.striking import family

# As many workers as production runs; a handful of letters needs one.
PROCESSES, HANDFUL = 2, 10
# As many at once as the relay starts and tells.
AT_ONCE = 16
EVERY_SECONDS = 0.05

_NAMES = text("""
SELECT 'letter ' || letter_key AS name FROM bench_letter
UNION ALL SELECT 'certificate ' || number || '/' || version FROM certificate_version
UNION ALL SELECT DISTINCT 'report ' || case_id FROM report_answer ORDER BY name
""")
_TO_WRITE = text("""
SELECT (SELECT count(*) FROM bench_letter) + (SELECT count(*) FROM certificate_version)
     + (SELECT count(*) FROM report_answer)
""")
_WRITTEN = text("""
SELECT (SELECT count(*) FROM letter) + (SELECT count(*) FROM bench_version) + (SELECT count(*) FROM bench_answer)
""")

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Floor:
    """What a floor took, for so many letters, farms or audits."""

    many: int
    cost: Cost

    @property
    def a_second(self) -> float:
        """Letters, farms or audits a second."""
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
    """(a) A loop in two processes; nothing is durable but the rows. Counted by letter, certificate and report."""
    names = await _set_aside(house)
    of = _processes(len(names))
    shares = [("commands.bench.loop", str(share), str(of)) for share in range(of)]
    async with children(shares) as running:

        async def dealt() -> None:
            await asyncio.gather(*(asked(process, b"go\n", b"done\n") for process in running))

        return Floor(len(names), await measured(house, running, dealt))


async def bare(house: BenchHouse) -> Floor:
    """(b) A workflow for each of them, with one activity that does its work; two workers."""
    names = await _set_aside(house)
    client = await Client.connect(house.open.settings.temporal_address)
    to_write = await _number(house, _TO_WRITE)

    async def start(name: str) -> None:
        await client.start_workflow(BareWorkflow.run, name, id=f"bare:{name}", task_queue=BARE_QUEUE)

    async def all_written() -> bool:
        return await _number(house, _WRITTEN) == to_write

    async def dealt() -> None:
        await few_at_a_time(start, names)
        await until(all_written, EVERY_SECONDS)

    async with children([("commands.bench.bare",)] * _processes(len(names))) as running:
        return Floor(len(names), await measured(house, running, dealt))


async def measured(house: BenchHouse, running: Sequence[Process], work: Callable[[], Awaitable[None]]) -> Cost:
    """What this work costs, by part of the house and process of the floor."""
    pids = {**house.pids, **{f"floor-{place}": process.pid for place, process in enumerate(running, 1)}}
    before = Meter.read(pids)
    await work()
    return Cost.between(before, Meter.read(pids))


async def to_rest(house: BenchHouse, before: Meter, workflows: Sequence[str]) -> Cost:
    """What it cost since `before`, until nothing moves any more."""
    rested = await at_rest(house.open, workflows)
    # The look at each workflow is not part of it.
    whole = Cost.between(before, Meter.read(house.pids))
    overtime = asyncio.get_running_loop().time() - rested
    return Cost(whole.seconds - overtime, whole.parts, whole.others)


async def few_at_a_time(
    do: Callable[[Thing], Awaitable[None]], things: Sequence[Thing], at_once: int = AT_ONCE
) -> None:
    """Do it for all of them, so many at once."""
    gate = asyncio.Semaphore(at_once)

    async def one(thing: Thing) -> None:
        async with gate:
            await do(thing)

    await asyncio.gather(*(one(thing) for thing in things))


async def _set_aside(house: BenchHouse) -> list[str]:
    """Make room for all of it to be done again; its names."""
    await asyncio.to_thread(set_aside, os.environ["DATABASE_OWNER_URL"])
    async with house.open.sessions() as session:
        return list((await session.execute(_NAMES)).scalars())


async def _number(house: BenchHouse, asked_for: TextClause) -> int:
    async with house.open.sessions() as session:
        return int((await session.execute(asked_for)).scalar_one())


def _processes(letters: int) -> int:
    return 1 if letters < HANDFUL else PROCESSES


def _send(pids: Sequence[int], number: Signals) -> None:
    for pid in pids:
        os.kill(pid, number)
