"""The post sends pages side by side until none is due, and rests until somebody tells it or an attempt is due."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from temporalio import activity
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from scheme.ids import POST
from scheme.news import LettersWait
from scheme.post import WORKFLOW, Sent
from tests.workflows.desk_world import ASKED, MINUTE, PATIENCE, events, news
from worker import WORKFLOWS, runner
from workflows import options

WAITING = news("letters", POST, ASKED, LettersWait())


@dataclass
class Tray:
    """Letters that are due; a page takes some. pages: how many each took; together: pages that wait for each other.

    held: an empty page waits for it, once.
    """

    letters: int = 0
    next_due: datetime | None = None
    pages: list[int] = field(default_factory=list)
    together: asyncio.Barrier | None = None
    held: asyncio.Event | None = None
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @activity.defn(name="send_letters")
    async def send_letters(self, size: int) -> Sent:
        """Take up to `size` letters."""
        taken = min(size, self.letters)
        self.letters -= taken
        async with self.changed:
            self.pages.append(taken)
            self.changed.notify_all()
        if self.together is not None:
            await asyncio.wait_for(self.together.wait(), PATIENCE)
        if taken == 0 and self.held is not None:
            held, self.held = self.held, None
            await held.wait()
        return Sent(taken) if taken else Sent(0, self.next_due)

    async def until(self, happened: Callable[["Tray"], bool]) -> None:
        """Return as soon as it is so; fails when it does not come."""
        async with asyncio.timeout(PATIENCE), self.changed:
            await self.changed.wait_for(lambda: happened(self))


@asynccontextmanager
async def post_with(client: Client, tray: Tray) -> AsyncIterator[WorkflowHandle]:
    """The post at work on the tray."""
    queue = f"post-{uuid.uuid4()}"
    async with (
        Worker(client, task_queue=queue, workflows=WORKFLOWS, workflow_runner=runner(sandbox=True)),
        Worker(client, task_queue=options.MAIL_QUEUE, activities=[tray.send_letters]),
    ):
        running = await client.start_workflow(WORKFLOW, id=POST, task_queue=queue)
        yield running
        await client.get_workflow_handle(POST).terminate()


async def test_pages_side_by_side_until_none_is_due(real_server: WorkflowEnvironment) -> None:
    tray = Tray(letters=50, together=asyncio.Barrier(2))
    async with post_with(real_server.client, tray):
        # One lane alone would wait for its neighbour for ever.
        await tray.until(lambda seen: seen.pages == [25, 25, 0, 0])


async def test_hears_while_it_sends(real_server: WorkflowEnvironment) -> None:
    tray = Tray(held=asyncio.Event())
    held = tray.held
    assert held is not None
    async with post_with(real_server.client, tray) as running:
        await tray.until(lambda seen: seen.pages == [0, 0])
        tray.letters = 30
        await running.signal("hear", WAITING)
        held.set()
        await tray.until(lambda seen: sorted(seen.pages) == [0, 0, 0, 0, 5, 25])


async def test_rests_until_it_hears(real_server: WorkflowEnvironment) -> None:
    tray = Tray()
    async with post_with(real_server.client, tray) as running:
        await tray.until(lambda seen: seen.pages == [0, 0])
        tray.letters = 1
        await running.signal("hear", WAITING)
        await tray.until(lambda seen: sorted(seen.pages) == [0, 0, 0, 0, 1])
        assert await events(running, EventType.EVENT_TYPE_TIMER_STARTED) == []


async def test_the_next_attempt_has_its_timer(skipping_server: WorkflowEnvironment) -> None:
    begins = await skipping_server.get_current_time()
    tray = Tray(next_due=begins + timedelta(hours=1))
    async with post_with(skipping_server.client, tray):
        await tray.until(lambda seen: seen.pages == [0, 0])
        await skipping_server.sleep(59 * MINUTE)
        assert tray.pages == [0, 0]
        tray.letters, tray.next_due = 1, None
        await skipping_server.sleep(2 * MINUTE)
        await tray.until(lambda seen: sorted(seen.pages) == [0, 0, 0, 0, 1])


async def test_a_letter_that_another_page_holds_is_looked_for_again(skipping_server: WorkflowEnvironment) -> None:
    """It is due already: the post does not spin, it looks again after a second."""
    tray = Tray(next_due=datetime(2025, 1, 1, tzinfo=UTC))
    async with post_with(skipping_server.client, tray) as running:
        await tray.until(lambda seen: seen.pages == [0, 0])
        await skipping_server.sleep(timedelta(seconds=3))
        tray.next_due = None
        await tray.until(lambda seen: len(seen.pages) >= 4)
        rests = await events(running, EventType.EVENT_TYPE_TIMER_STARTED)
        first = rests[0].timer_started_event_attributes.start_to_fire_timeout
        assert first.ToTimedelta() == timedelta(seconds=1)


async def test_continues_as_new_with_letters_left(real_server: WorkflowEnvironment) -> None:
    """More pages than a history holds: the new history begins by sending, nobody has to tell it again."""
    tray = Tray(letters=500)
    async with post_with(real_server.client, tray) as running:
        await tray.until(lambda seen: seen.letters == 0)
        assert sum(tray.pages) == 500
        first = real_server.client.get_workflow_handle(POST, run_id=running.first_execution_run_id)
        renewed = await events(first, EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW)
        assert len(renewed) == 1
