"""`python -m commands.bench.bare`: the floor of bare workflows, one activity each that does a piece of the work."""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import local

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from commands.bench.hand import Hand
from settings import Settings

QUEUE = "bare"
# One typesets (which holds the interpreter's lock) while another waits for the mail server or the database.
THREADS = 2


@workflow.defn(name="Bare")
class BareWorkflow:
    """A letter, a certificate or a report."""

    @workflow.run
    async def run(self, name: str) -> None:
        """Deal with it."""
        await workflow.execute_activity("deal", name, start_to_close_timeout=timedelta(minutes=1))


class Hands:
    """A hand for each thread."""

    def __init__(self) -> None:
        self._mine = local()
        self._pieces = Hand(Settings()).pieces()

    def warm(self) -> None:
        """What the first piece costs more than the others is paid before the clock runs."""
        self._mine.hand = Hand(Settings())
        self._mine.hand.warm(self._pieces)

    @activity.defn
    def deal(self, name: str) -> None:
        """The work of a piece."""
        self._mine.hand.deal(self._pieces[name])


async def main() -> None:
    """Work until stdin ends."""
    settings, hands = Settings(), Hands()
    client = await Client.connect(settings.temporal_address, namespace=settings.temporal_namespace)
    with ThreadPoolExecutor(THREADS, initializer=hands.warm) as threads:
        worker = Worker(
            client,
            task_queue=QUEUE,
            workflows=[BareWorkflow],
            activities=[hands.deal],
            activity_executor=threads,
            max_concurrent_activities=THREADS,
            workflow_runner=UnsandboxedWorkflowRunner(),
        )
        for begun in [threads.submit(int) for _ in range(THREADS)]:
            begun.result()
        async with worker:
            sys.stdout.write("ready\n")
            sys.stdout.flush()
            await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
