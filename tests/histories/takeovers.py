"""A farm applies, and goes over to another holder: its own workflow and the case that is decided, to be recorded."""

from dataclasses import replace
from datetime import date

from temporalio.client import WorkflowHandle

from scheme import farm_change as changes
from scheme import farmer as farmers
from scheme.application import Apply
from scheme.correction import TakeBack
from scheme.farm_change import DecideChange, Effect, ReviewChange
from scheme.ids import PersonId, farmer_case
from scheme.inbox import Carried, Opened
from scheme.news import AuditNeeded, FarmStopped, Merged, Tied
from scheme.people import Actor, Role
from tests.histories.recorder import Recorder, Script, first_run
from tests.scheme.audits import an_audit
from tests.scheme.test_farm_change import ASKED as TAKEN_OVER
from tests.scheme.test_farm_change import AT, CASE, DECIDER, FIRST, MERGED, ON, REVIEWER, a_case, handed_in
from tests.workflows.desk_world import ASKED, AUDITOR, DAY, FARM, OTHER, farmer, hand_in, news, submission
from tests.world import KEYS, SECRETARY

AT_HAND = Carried(at_hand=True)
HERSELF = farmer_case(FARM)


async def change_passed(recorder: Recorder) -> list[WorkflowHandle]:
    """Late; its reviewer turns out to have a tie, so another one reviews, who does not decide: a third one does."""
    running = await recorder.office.start(changes.WORKFLOW, a_case(), carried=AT_HAND)
    await running.signal("wake", AT + 40 * DAY)
    await recorder.steps(1)
    await hand_in(running, handed_in(ReviewChange(Effect.NEW_AUDIT), REVIEWER))
    await running.signal("hear", news("tied", CASE, AT + 41 * DAY, Tied(REVIEWER.person)))
    await recorder.steps(3)
    third = Actor(PersonId("P-0029"), Role.DECISION_MAKER)
    passes = DecideChange(Effect.PASSES)
    for key, facts, who in ((2, ReviewChange(Effect.PASSES), DECIDER), (3, passes, DECIDER), (4, passes, third)):
        await hand_in(running, replace(handed_in(facts, who), id=KEYS[key]))
    await running.result()
    return [running]


async def farmer_taken_over(recorder: Recorder) -> list[WorkflowHandle]:
    """The farm applies, a planner may not; it is taken over, and a first audit is asked for."""
    recorder.world.opened = lambda _: Opened(case_id=CASE)
    running = await recorder.office.start(farmers.WORKFLOW, farmer(), carried=AT_HAND)
    applied = Apply(date(2025, 3, 1), OTHER)
    for number, (facts, actor) in enumerate(((applied, AUDITOR), (applied, SECRETARY), (TAKEN_OVER, SECRETARY)), 1):
        await hand_in(running, submission(number, facts, ASKED + DAY, actor, HERSELF))
    await running.signal("hear", news("needed", HERSELF, ASKED + 2 * DAY, AuditNeeded(CASE, ON, OTHER)))
    await recorder.steps(4)
    return [first_run(recorder, running)]


async def farmer_merged(recorder: Recorder) -> list[WorkflowHandle]:
    """Another farm is merged into it, a planner may not say so; later it is itself merged, which was a mistake."""
    recorder.world.opened = lambda _: Opened(case_id=CASE)
    running = await recorder.office.start(farmers.WORKFLOW, farmer(), carried=AT_HAND)
    for number, actor in enumerate((AUDITOR, SECRETARY), 1):
        await hand_in(running, submission(number, MERGED, ASKED + DAY, actor, HERSELF))
    told = Merged(CASE, ON, SECRETARY.person)
    await running.signal("hear", news("merged", HERSELF, ASKED + 2 * DAY, told))
    await recorder.steps(3)
    await hand_in(running, submission(3, TakeBack(ON), ASKED + 3 * DAY, SECRETARY, HERSELF))
    return [first_run(recorder, running)]


async def audit_taken_over(recorder: Recorder) -> list[WorkflowHandle]:
    """It is the first audit of the new holder; nobody plans it, and nobody holds it in time."""
    audit = an_audit()
    running = await recorder.office.start("PeriodicAudit", audit, carried=AT_HAND)
    await running.signal("hear", news("first", audit.case_id, AT, replace(FIRST, held_by=date(2025, 8, 1))))
    await recorder.steps(1)
    await running.signal("wake", AT + 200 * DAY)
    await recorder.steps(3)
    await running.signal("hear", news("stopped", audit.case_id, AT + 201 * DAY, FarmStopped(date(2025, 9, 20))))
    await running.result()
    return [running]


TAKEOVERS: dict[str, Script] = {
    "farm-change-passed": change_passed,
    "farmer-taken-over": farmer_taken_over,
    "farmer-merged": farmer_merged,
    "audit-taken-over": audit_taken_over,
}
