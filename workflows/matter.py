"""A matter that ran before the house began: it waits for its day, then for the person who closes it."""

from datetime import datetime
from typing import cast

from temporalio import workflow

from scheme.inbox import Carried
from scheme.matter import WORKFLOW, Close, Matter, State, hear, late
from scheme.news import News
from scheme.step import Submission
from workflows.desk import Desk


@workflow.defn(name=WORKFLOW)
class MatterWorkflow:
    """Wait until the last day has passed, tell the secretariat, wait until somebody closes it or the farm stops."""

    @workflow.init
    def __init__(self, matter: Matter, carried: Carried) -> None:
        self.desk = Desk(matter, matter.taken_at, carried)
        self.matter = matter

    @workflow.run
    async def run(self, matter: Matter, carried: Carried) -> None:
        """Until it is closed, or the farm stops."""
        if matter.state is State.WAITING:
            await self.listen(until=matter.late_at)
            if self.matter.open:
                self.matter = await self.desk.record(late(self.matter, self.desk.now))
        await self.listen(until=None)
        await self.desk.leave()

    async def listen(self, until: datetime | None) -> None:
        """Take what comes in, until the moment or the matter's end."""
        while self.matter.open:
            heard = await self.desk.next(until=until)
            if heard is None:
                return
            self.matter = await self.desk.record(hear(self.matter, cast("Submission[Close] | News", heard)))
