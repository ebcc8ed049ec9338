"""The choice of inspection body, as the office does it (domain.md §2)."""

from datetime import datetime
from typing import cast

from temporalio import workflow

from scheme.choice import WORKFLOW, Answer, Choice, close, hear, remind
from scheme.inbox import Carried
from scheme.news import News
from scheme.step import Submission
from workflows.desk import Desk


@workflow.defn(name=WORKFLOW)
class InspectionBodyChoiceWorkflow:
    """Ask (the letter goes out as the case opens), remind who is silent, take answers until the day, close."""

    @workflow.init
    def __init__(self, choice: Choice, carried: Carried) -> None:
        self.desk = Desk(choice, choice.asked_at, carried)
        self.choice = choice

    @workflow.run
    async def run(self, choice: Choice, carried: Carried) -> None:
        """Until a body is chosen or assigned, or the farm stops."""
        await self.take_answers(until=choice.remind_at)
        if self.choice.to_remind(self.desk.now):
            self.choice = await self.desk.record(remind(self.choice, self.desk.now))
        await self.take_answers(until=choice.close_at)
        if self.choice.open:  # the answer given, or the body that silence gives
            self.choice = await self.desk.record(close(self.choice, self.desk.now))
        await self.desk.leave()

    async def take_answers(self, until: datetime) -> None:
        """An answer may be changed until the day; a stop ends the choice."""
        while self.choice.open:
            heard = await self.desk.next(until=until)
            if heard is None:
                return
            self.choice = await self.desk.record(hear(self.choice, cast("Submission[Answer] | News", heard)))
