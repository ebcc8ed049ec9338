"""A farm's life in the scheme: it hears its cases open and end, takes in a stop, and alone decides what follows."""

from typing import cast

from temporalio import workflow

from scheme.certificate_end import certificate_passed
from scheme.correction import Asked, put_right, wanted
from scheme.farmer import WORKFLOW, Farmer, next_step, window_passed
from scheme.farmer_heard import choose_again, chosen_again, hear
from scheme.inbox import Carried, Item, Opened, OpenOne
from scheme.news import News
from scheme.next_case import next_case
from scheme.step import Submission
from scheme.stopping import Stop
from workflows.desk import Desk


@workflow.defn(name=WORKFLOW)
class FarmerLifecycleWorkflow:
    """One per farm, for as long as the farm's file exists."""

    @workflow.init
    def __init__(self, farmer: Farmer, carried: Carried) -> None:
        self.desk = Desk(farmer, farmer.registered_at, carried)

    @workflow.run
    async def run(self, farmer: Farmer, carried: Carried) -> None:
        """A loop over what comes in and what falls due; it begins a new history at rest."""
        while True:
            heard = await self.desk.next(until=farmer.next_at)
            if heard is not None:
                farmer = await self.take_in(farmer, heard)
            else:
                farmer = await self.fall_due(farmer)
            if self.desk.full:
                await self.desk.renew()

    async def take_in(self, farmer: Farmer, heard: Item) -> Farmer:
        """What came in; where the body of a closed choice was lost, the choice opens again first."""
        if isinstance(heard, Submission) and not isinstance(heard.facts, Stop):
            return await self.put_right(farmer, cast("Submission[Asked]", heard))
        told = cast("Submission[Stop] | News", heard)
        lost = choose_again(farmer, told)
        if lost is None:
            await self.open_next(farmer, told)
            return await self.desk.record(hear(farmer, told))
        opened = await self.desk.open(lost)
        return await self.desk.record(chosen_again(farmer, cast("News", heard), opened.refused))

    async def open_next(self, farmer: Farmer, told: Submission[Stop] | News) -> None:
        """What follows from a case that has come far enough opens before its news is settled."""
        request = None if isinstance(told, Submission) else next_case(farmer, told)
        if request is not None:
            await self.desk.open(request)

    async def put_right(self, farmer: Farmer, asked: Submission[Asked]) -> Farmer:
        """What the secretariat asks of this farm later than of the others opens its case first."""
        request = wanted(farmer, asked)
        opened = Opened() if request is None else await self.desk.open(request)
        return await self.desk.record(put_right(farmer, asked, opened.case_id, opened.refused))

    async def fall_due(self, farmer: Farmer) -> Farmer:
        """The day that came first: of its certificate's end, or of a choice nobody has asked for."""
        if farmer.certificate_first:
            return await self.desk.record(certificate_passed(farmer, self.desk.now))
        return await self.bring_in(farmer)

    async def bring_in(self, farmer: Farmer) -> Farmer:
        """Nine months before the certificate ends and nobody has asked: the farm joins the year's choices."""
        now = self.desk.now
        due = next_step(farmer, now)
        if due is not None:
            await self.desk.open(OpenOne(due.farm_id, due.at, farmer.case_id))
        return await self.desk.record(window_passed(farmer, now))
