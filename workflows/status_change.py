"""A certificate's suspension, lifting or withdrawal, as it is decided: somebody reviews, somebody else decides."""

from typing import cast

from temporalio import workflow

from scheme.inbox import Carried
from scheme.news import News
from scheme.status_change import WORKFLOW, StatusChange, StatusHeard, hear, passed
from scheme.step import Submission
from workflows.desk import Desk


@workflow.defn(name=WORKFLOW)
class StatusChangeWorkflow:
    """Wait for the review, then for the decision; of a suspension wait for its last day too."""

    @workflow.init
    def __init__(self, case: StatusChange, carried: Carried) -> None:
        self.desk = Desk(case, case.opened_at, carried)

    @workflow.run
    async def run(self, case: StatusChange, carried: Carried) -> None:
        """Until it is decided and, if the certificate was suspended, that is over; or the farm stops."""
        while case.open:
            heard = await self.desk.next(until=case.next_at)
            if heard is None:
                case = await self.desk.record(passed(case, self.desk.now))
            else:
                case = await self.desk.record(hear(case, cast("Submission[StatusHeard] | News", heard)))
        await self.desk.leave()
