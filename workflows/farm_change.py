"""A farm's takeover, as it is decided what becomes of its certificate: somebody reviews, somebody else decides."""

from typing import cast

from temporalio import workflow

from scheme.farm_change import WORKFLOW, ChangeHeard, FarmChange, hear, late
from scheme.inbox import Carried
from scheme.news import News
from scheme.step import Submission
from workflows.desk import Desk


@workflow.defn(name=WORKFLOW)
class FarmChangeWorkflow:
    """Wait for the review, then for the decision; tell the secretariat once when it is late."""

    @workflow.init
    def __init__(self, case: FarmChange, carried: Carried) -> None:
        self.desk = Desk(case, case.opened_at, carried)

    @workflow.run
    async def run(self, case: FarmChange, carried: Carried) -> None:
        """Until it is decided, or the farm stops."""
        while case.open:
            heard = await self.desk.next(until=case.next_at)
            if heard is None:
                case = await self.desk.record(late(case, self.desk.now))
            else:
                case = await self.desk.record(hear(case, cast("Submission[ChangeHeard] | News", heard)))
        await self.desk.leave()
