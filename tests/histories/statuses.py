"""What happens to a certificate's suspension, lifting or withdrawal, as scripts to be recorded."""

from dataclasses import replace
from datetime import UTC, date, datetime

from temporalio.client import WorkflowHandle

from scheme import status_change as statuses
from scheme.days import end_of_day
from scheme.inbox import Carried
from scheme.news import FarmStopped, SuspensionOver, Tied, What
from scheme.people import Actor
from scheme.rules import status_rules_on
from scheme.status_change import DecideStatus, ReviewStatus, StatusChange, StatusHeard, Wanted, opened
from scheme.step import Submission
from tests.histories.recorder import Recorder, Script
from tests.scheme.test_status_change import AT, DECIDER, REVIEWER, a_case, asked
from tests.workflows.desk_world import DAY, hand_in, news
from tests.world import KEYS, SECRETARY, number

AT_HAND = Carried(at_hand=True)
CASE = a_case()
# Production runs on the server's clock, which only goes forwards.
ASKED_FOR_REAL = datetime(2027, 3, 3, 8, tzinfo=UTC)


def judged(key: int, facts: StatusHeard, actor: Actor, at: datetime) -> Submission[StatusHeard]:
    """Somebody reviews or decides."""
    return Submission(KEYS[key], CASE.case_id, actor, at, facts)


async def tell(running: WorkflowHandle, word: str, at: datetime, what: What) -> None:
    """It hears news."""
    await running.signal("hear", news(word, CASE.case_id, at, what))


async def lifted(recorder: Recorder) -> list[WorkflowHandle]:
    """A reviewer does not decide; the second person does, and another case lifts the suspension."""
    running = await recorder.office.start(statuses.WORKFLOW, CASE, carried=AT_HAND)
    await hand_in(running, judged(1, DecideStatus(grant=True), DECIDER, AT))
    await hand_in(running, judged(2, ReviewStatus(grant=True), REVIEWER, AT + DAY))
    await hand_in(running, judged(3, DecideStatus(grant=True), REVIEWER, AT + DAY))
    await hand_in(running, judged(4, DecideStatus(grant=True), DECIDER, AT + 2 * DAY))
    await tell(running, "over", AT + 60 * DAY, SuspensionOver())
    await running.result()
    return [running]


async def tied(recorder: Recorder) -> list[WorkflowHandle]:
    """Whoever reviewed turns out to have a tie: another reviews, and it is declined."""
    running = await recorder.office.start(statuses.WORKFLOW, CASE, carried=AT_HAND)
    await hand_in(running, judged(1, ReviewStatus(grant=False), REVIEWER, AT + DAY))
    await tell(running, "tied", AT + 2 * DAY, Tied(REVIEWER.person))
    await recorder.steps(2)
    await hand_in(running, judged(2, ReviewStatus(grant=True), REVIEWER, AT + 3 * DAY))
    await hand_in(running, judged(3, ReviewStatus(grant=True), DECIDER, AT + 3 * DAY))
    third = replace(REVIEWER, person=SECRETARY.person)
    await hand_in(running, judged(4, DecideStatus(grant=False), third, AT + 3 * DAY))
    other = replace(REVIEWER, person=type(REVIEWER.person)("P-0024"))
    await hand_in(running, judged(5, DecideStatus(grant=False), other, AT + 4 * DAY))
    await running.result()
    return [running]


async def late(recorder: Recorder) -> list[WorkflowHandle]:
    """Nobody decides in time; then it is withdrawn."""
    withdrawn = a_case(Wanted.WITHDRAW)
    running = await recorder.office.start(statuses.WORKFLOW, withdrawn)
    await running.signal("wake", end_of_day(CASE.decide_due))
    await recorder.steps(1)
    after = end_of_day(CASE.decide_due) + DAY
    await hand_in(running, judged(1, ReviewStatus(grant=True), REVIEWER, after))
    await hand_in(running, judged(2, DecideStatus(grant=True), DECIDER, after))
    await running.result()
    return [running]


async def stopped(recorder: Recorder) -> list[WorkflowHandle]:
    """The farm stops while its certificate is suspended."""
    running = await recorder.office.start(statuses.WORKFLOW, CASE, carried=AT_HAND)
    await hand_in(running, judged(1, ReviewStatus(grant=True), REVIEWER, AT + DAY))
    await hand_in(running, judged(2, DecideStatus(grant=True), DECIDER, AT + DAY))
    await tell(running, "stopped", AT + 9 * DAY, FarmStopped(date(2026, 3, 11)))
    await running.result()
    return [running]


async def for_real(recorder: Recorder) -> list[WorkflowHandle]:
    """On the server's clock: late, then suspended until its last day, across summer time."""
    case = _for_real()
    running = await recorder.office.start(statuses.WORKFLOW, case, carried=AT_HAND)
    await recorder.until(running, ASKED_FOR_REAL + 40 * DAY)
    await recorder.steps(1)
    for key, facts, actor in ((1, ReviewStatus(grant=True), REVIEWER), (2, DecideStatus(grant=True), DECIDER)):
        at = ASKED_FOR_REAL + 40 * DAY
        await hand_in(running, replace(judged(key, facts, actor, at), case_id=case.case_id))
    await recorder.until(running, ASKED_FOR_REAL + 240 * DAY)
    await running.result()
    return [running]


def _for_real() -> StatusChange:
    rules = status_rules_on(ASKED_FOR_REAL.date())
    return opened(number(1), asked(), SECRETARY.person, ASKED_FOR_REAL, rules, tied=(), practice=False).case


STATUSES: dict[str, Script] = {
    "status-lifted": lifted,
    "status-tied": tied,
    "status-late": late,
    "status-stopped": stopped,
    "status-for-real": for_real,
}
