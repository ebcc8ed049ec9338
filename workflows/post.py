"""The post: it hears that letters wait and sends them page by page, in real time, always (design.md §8)."""

import asyncio
from datetime import datetime

from temporalio import workflow

from scheme.news import News
from scheme.post import PAGE, WORKFLOW
from workflows import options

with workflow.unsafe.imports_passed_through():
    from activities.post import Letters


@workflow.defn(name=WORKFLOW)
class PostWorkflow:
    """Begins with the house and never ends. A page costs Temporal one activity, a letter nothing."""

    @workflow.init
    def __init__(self) -> None:
        self.letters_wait = True
        self.next_due: datetime | None = None

    @workflow.signal(name="hear")
    async def hear(self, news: News) -> None:  # that letters wait is all it says
        """Letters wait; which ones, the rows say."""
        self.letters_wait = True

    @workflow.run
    async def run(self) -> None:
        """Send what is due, rest until more comes or the next attempt is due; a new history begins by sending."""
        while True:
            self.letters_wait = False
            await asyncio.gather(*(self.send_pages() for _ in range(options.MAIL_PAGES)))
            if workflow.info().is_continue_as_new_suggested():
                # Not after a rest: the pages stop for it too, and letters may be left.
                workflow.continue_as_new()
            await self.rest()

    async def send_pages(self) -> None:
        """One lane: page after page until none is due."""
        while not workflow.info().is_continue_as_new_suggested():
            sent = await workflow.execute_activity_method(
                Letters.send_letters,
                PAGE,
                task_queue=options.MAIL_QUEUE,
                start_to_close_timeout=options.MAIL_TIMEOUT,
                heartbeat_timeout=options.MAIL_HEARTBEAT,
                retry_policy=options.ROWS_RETRY,
            )
            self.next_due = sent.next_due
            if sent.letters == 0:
                return

    async def rest(self) -> None:
        """Until somebody tells that letters wait, or the next attempt is due."""
        timeout = None if self.next_due is None else max(self.next_due - workflow.now(), options.SHORTEST_REST)
        try:
            await workflow.wait_condition(lambda: self.letters_wait, timeout=timeout)
        except TimeoutError:
            return
