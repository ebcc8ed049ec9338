"""The house's own procedure: it opens what concerns no single farm."""

from typing import cast

from temporalio import workflow

from scheme.calendar import WORKFLOW, SchemeCalendar, answered, check_start
from scheme.choice_round import Start
from scheme.errors import Refusal, RuleViolationError
from scheme.inbox import Carried, OpenRound
from scheme.news import News
from scheme.step import Submission
from workflows.desk import Desk


@workflow.defn(name=WORKFLOW)
class SchemeCalendarWorkflow:
    """Begins with the house and never ends."""

    @workflow.init
    def __init__(self, calendar: SchemeCalendar, carried: Carried) -> None:
        self.desk = Desk(calendar, calendar.began_at, carried)

    @workflow.run
    async def run(self, calendar: SchemeCalendar, carried: Carried) -> None:
        """A loop over requests; it begins a new history at rest."""
        while True:
            heard = cast("Submission[Start] | News", await self.desk.next(until=None))
            refused = None if isinstance(heard, News) else await self.start_round(heard)
            calendar = await self.desk.record(answered(calendar, heard, refused))
            if self.desk.full:
                await self.desk.renew()

    async def start_round(self, submission: Submission[Start]) -> Refusal | None:
        """Open the year's round, or say which rule forbids it."""
        try:
            check_start(submission)
        except RuleViolationError as violation:
            return violation.refusal
        opened = await self.desk.open(OpenRound(submission.facts.year, submission.received_at, submission.id))
        return opened.refused
