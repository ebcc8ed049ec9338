"""The choice of inspection body, as the office does it (domain.md §2)."""

from datetime import datetime
from typing import cast

from temporalio import workflow

from scheme.choice import WORKFLOW, Choice, close, remind
from scheme.choice_heard import Heard, hear
from scheme.inbox import Carried
from scheme.news import News
from scheme.step import Submission
from workflows.desk import Desk


@workflow.defn(name=WORKFLOW)
class InspectionBodyChoiceWorkflow:
    """Ask (the letter goes out as the case opens), remind who is silent, take answers until the day, close."""

    @workflow.init
    def __init__(self, choice: Choice, carried: Carried) -> None:
        self.desk = Desk(choice, choice.began_at, carried)
        self.choice = choice

    @workflow.run
    async def run(self, choice: Choice, carried: Carried) -> None:
        """Until a body is chosen or assigned, or the farm stops; from the beginning where it is asked again."""
        while self.choice.open:
            # A letter that has not left asked nobody: the days stand still until it has.
            if not await self.take_answers(None if self.choice.unsent_since else self.choice.remind_at):
                continue
            if self.choice.to_remind(self.desk.now):
                self.choice = await self.desk.record(remind(self.choice, self.desk.now))
            if await self.take_answers(self.choice.close_at):
                # The answer given, or the body that silence gives.
                self.choice = await self.desk.record(close(self.choice, self.desk.now))
        await self.desk.leave()

    async def take_answers(self, until: datetime | None) -> bool:
        """Whether the day came: an answer may be changed until then, a stop ends the choice, other news moves it."""
        days = self.choice.days
        while self.choice.open and self.choice.days == days:
            heard = await self.desk.next(until=until)
            if heard is None:
                return True
            self.choice = await self.desk.record(hear(self.choice, cast("Submission[Heard] | News", heard)))
        return False
