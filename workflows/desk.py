"""The desk each procedure works at: an inbox, the scheme's clock, and `record` (design.md §5).

Handlers only fill the inbox. `next` rests until something lies in it or the clock reaches a moment; `record`
writes what the rulebook decided and answers whoever waits. Time is told: in practice it is the greatest moment
heard so far, in production `workflow.now()` and a real timer; nothing else differs.
"""

from datetime import datetime
from typing import Generic, TypeVar, cast

from temporalio import workflow
from temporalio.exceptions import FailureError

from scheme.errors import Refusal, Rule
from scheme.ids import NewsId, SubmissionId
from scheme.inbox import (
    AnyCase,
    AnyStep,
    AnySubmission,
    Carried,
    Item,
    Known,
    Look,
    Opened,
    OpenRequest,
)
from scheme.news import News
from scheme.step import Dealt, Outcome, Step
from workflows import options

with workflow.unsafe.imports_passed_through():
    from activities.case import Cases

C = TypeVar("C", bound=AnyCase)
# Ids remembered over a continue-as-new; the relay repeats itself within seconds, so this is ample.
REMEMBERED = 200


class Desk(Generic[C]):
    """One workflow's desk."""

    def __init__(self, case: C, at: datetime, carried: Carried) -> None:
        self._case = case
        self._practice = case.practice
        self._at_hand = carried.at_hand
        self._heard_until = carried.heard_until or at
        self._inbox: list[Item] = list(carried.unread)
        self._outcomes: dict[SubmissionId | NewsId, Outcome] = {known.item: known.outcome for known in carried.known}
        self._looked_at: datetime | None = None
        workflow.set_update_handler("hand_in", self.hand_in)
        workflow.set_signal_handler("hear", self.hear)
        workflow.set_signal_handler("wake", self.wake)

    @property
    def now(self) -> datetime:
        """The scheme's moment."""
        return self._heard_until if self._practice else workflow.now()

    async def hand_in(self, submission: AnySubmission) -> Outcome:
        """What a person handed in; returns once its outcome is written. A known id is answered at once."""
        self._put(submission)
        await workflow.wait_condition(lambda: submission.id in self._outcomes)
        return self._outcomes[submission.id]

    async def hear(self, news: News) -> None:
        """News from another case, by the relay; the same id again is not news."""
        self._put(news)

    async def wake(self, as_of: datetime) -> None:
        """The practice clock was moved: only ever forwards, and never in production."""
        if self._practice:
            self._heard_until = max(self._heard_until, as_of)

    async def next(self, until: datetime | None) -> Item | None:
        """The oldest item in the inbox, or None once the clock has reached `until`.

        What lies in the inbox comes before a deadline, and a deadline counts only after a look at the rows for
        something received before it.
        """
        while not self._inbox:
            if until is not None and self.now >= until:
                if self._looked_at is not None and self._looked_at >= until:
                    return None
                await self._look()
            else:
                await self._rest(until)
        return self._inbox[0]

    @property
    def handed_in(self) -> AnySubmission | None:
        """The oldest unread thing a person handed in; None where there is none."""
        return next((item for item in self._inbox if not isinstance(item, News)), None)

    async def record(self, step: Step[C]) -> C:
        """Write the step; only then it is the case's state, and those who wait for it are answered."""
        written = self._at_hand and await self._written_at_hand(cast("AnyStep", step))
        if not written:
            await workflow.execute_activity_method(
                Cases.record,
                cast("AnyStep", step),
                start_to_close_timeout=options.ROWS_TIMEOUT,
                retry_policy=options.ROWS_RETRY,
                summary=step.act.value,
            )
        self._case = step.case
        for dealt in step.dealt:
            self._outcomes[dealt.item] = dealt.outcome
        self._inbox = [item for item in self._inbox if item.id not in self._outcomes]
        return step.case

    async def open(self, request: OpenRequest) -> Opened:
        """Open cases, through the one activity that may."""
        return await workflow.execute_activity_method(
            Cases.open_case,
            request,
            start_to_close_timeout=options.PAGE_TIMEOUT,
            heartbeat_timeout=options.PAGE_HEARTBEAT,
            retry_policy=options.ROWS_RETRY,
        )

    async def leave(self) -> None:
        """Before the workflow ends: whatever still lies in the inbox came too late, and is told so."""
        while self._inbox:
            dealt = tuple(Dealt(item.id, Outcome(Refusal(Rule.CASE_CLOSED))) for item in self._inbox)
            await workflow.execute_activity_method(
                Cases.turn_away,
                dealt,
                start_to_close_timeout=options.ROWS_TIMEOUT,
                retry_policy=options.ROWS_RETRY,
            )
            for one in dealt:
                self._outcomes[one.item] = one.outcome
            self._inbox = [item for item in self._inbox if item.id not in self._outcomes]
        await workflow.wait_condition(workflow.all_handlers_finished)

    @property
    def full(self) -> bool:
        """Whether the history is long enough to begin a new one."""
        return workflow.info().is_continue_as_new_suggested()

    async def renew(self) -> None:
        """Continue as new at rest: the state, what is unread, the ids that were dealt with.

        Returns without it while somebody who handed something in still waits: their item lies in the inbox, is
        dealt with first, and the next step tries again.
        """
        await workflow.wait_condition(lambda: bool(self._inbox) or workflow.all_handlers_finished())
        if not workflow.all_handlers_finished():
            return
        known = list(self._outcomes.items())[-REMEMBERED:]
        carried = Carried(
            unread=tuple(self._inbox),
            known=tuple(Known(item, outcome) for item, outcome in known),
            heard_until=self._heard_until,
            at_hand=self._at_hand,
        )
        workflow.continue_as_new(args=[self._case, carried])

    def _put(self, item: Item) -> None:
        moment = item.received_at if not isinstance(item, News) else item.at
        self._heard_until = max(self._heard_until, moment)
        if item.id not in self._outcomes and all(item.id != known.id for known in self._inbox):
            self._inbox.append(item)

    async def _written_at_hand(self, step: AnyStep) -> bool:
        """Whether the step was written as part of this task; its revision makes another attempt harmless."""
        try:
            await workflow.execute_local_activity_method(
                Cases.record,
                step,
                start_to_close_timeout=options.AT_HAND_TIMEOUT,
                retry_policy=options.AT_HAND_RETRY,
            )
        except FailureError:
            return False
        return True

    async def _look(self) -> None:
        """Take in what was received before now and has not arrived; a local activity, since it only reads.

        For a choice it may also find that its letter has not left.
        """
        now = self.now
        found = await workflow.execute_local_activity_method(
            Cases.look,
            Look(self._case.case_id, now),
            start_to_close_timeout=options.ROWS_TIMEOUT,
            retry_policy=options.ROWS_RETRY,
        )
        for item in found:
            self._put(item)
        self._looked_at = now

    async def _rest(self, until: datetime | None) -> None:
        """Wait for the inbox or the clock; only production needs a timer."""
        seen = self._heard_until
        timeout = None if self._practice or until is None else until - workflow.now()
        try:
            await workflow.wait_condition(lambda: bool(self._inbox) or self._heard_until > seen, timeout=timeout)
        except TimeoutError:
            return
