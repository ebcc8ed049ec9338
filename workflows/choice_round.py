"""The yearly round of choices, as the office does it (domain.md §1.3)."""

from typing import cast

from temporalio import workflow

from scheme.choice_round import WORKFLOW, Cancel, ChoiceRound, State, asked, hear
from scheme.ids import FarmId
from scheme.inbox import Carried, OpenPage
from scheme.news import News
from scheme.step import Submission
from workflows import options
from workflows.desk import Desk


@workflow.defn(name=WORKFLOW)
class ChoiceRoundWorkflow:
    """Write to every farm of the round, page by page; then wait until each has a body or has stopped.

    The secretariat may cancel it at any time, also between two pages.
    """

    @workflow.init
    def __init__(self, choice_round: ChoiceRound, carried: Carried) -> None:
        self.desk = Desk(choice_round, choice_round.opened_at, carried)

    @workflow.run
    async def run(self, choice_round: ChoiceRound, carried: Carried) -> None:
        """Until the last choice of the round has ended, or the round is cancelled."""
        while choice_round.state is State.ASKING:
            handed_in = self.desk.handed_in
            if handed_in is not None:
                choice_round = await self.desk.record(hear(choice_round, cast("Submission[Cancel]", handed_in)))
                continue
            page = await self.desk.open(
                OpenPage(choice_round.case_id, choice_round.reached, options.PAGE_SIZE, self.desk.now)
            )
            reached = cast("FarmId", page.reached)
            choice_round = await self.desk.record(asked(choice_round, reached, last=page.last))
        while not choice_round.ended:
            heard = await self.desk.next(until=None)
            choice_round = await self.desk.record(hear(choice_round, cast("Submission[Cancel] | News", heard)))
        await self.desk.leave()
