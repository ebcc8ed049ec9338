"""What happens to an audit, to the decision after it, and to the farm that hears of both, as scripts to be recorded."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from temporalio.client import WorkflowHandle

from scheme import certification as certifications
from scheme import farmer as farmers
from scheme import periodic_audit as audits
from scheme.audit_facts import TakeReportBack
from scheme.certification import Decide, Review
from scheme.ids import farmer_case
from scheme.inbox import AnySubmission, Carried
from scheme.lastenboek.outcome import Result
from scheme.news import (
    AuditReady,
    CaseClosed,
    CaseOpened,
    ChoiceReplaced,
    Decided,
    EvaluationChanged,
    FarmStopped,
    RegisterChanged,
    Tied,
    What,
)
from scheme.step import End
from tests.histories.recorder import Recorder, Script, first_run
from tests.scheme.audits import (
    A21,
    AUDITED_ON,
    AUDITOR,
    COOLING,
    NUMBERS,
    OTHER_AUDITOR,
    PLANNED_AT,
    REGISTERED,
    REPORTED_AT,
    VISIT_AT,
    an_audit,
    handed_in,
    opening,
    plan,
    proof,
    report,
    verdict,
)
from tests.scheme.test_certification import DECIDED_AT, DECIDER, REVIEWED_AT, REVIEWER, a_case, evaluation
from tests.scheme.test_certification import handed_in as about_certificate
from tests.workflows.desk_world import ASKED, CASE, DAY, FARM, farmer, hand_in, news, stop
from tests.workflows.desk_world import AUDITOR as NOT_ALLOWED
from tests.world import KEYS, SECRETARY

AT_HAND = Carried(at_hand=True)
AUDIT, CERTIFICATION = an_audit(), a_case()
# Production runs on the server's clock, which only goes forwards.
OPENS_FOR_REAL = datetime(2027, 3, 3, 8, tzinfo=UTC)
VISIT_FOR_REAL = datetime(2027, 9, 1, 8, tzinfo=UTC)


async def tell(running: WorkflowHandle, word: str, at: datetime, what: What) -> None:
    """It hears news."""
    await running.signal("hear", news(word, AUDIT.case_id, at, what))


async def all_in(running: WorkflowHandle, items: Sequence[AnySubmission]) -> None:
    """One after the other, each with a number of its own."""
    for number, item in enumerate(items, 1):
        await hand_in(running, replace(item, id=KEYS[number]))


async def audit_returned_proof(recorder: Recorder) -> list[WorkflowHandle]:
    """Planned, moved, reported, decided about; a proof is sent back once, then accepted: done."""
    running = await recorder.office.start(audits.WORKFLOW, AUDIT, carried=AT_HAND)
    later = REPORTED_AT + 10 * DAY
    await all_in(running, [plan(), plan(VISIT_AT, who=OTHER_AUDITOR), plan(), report(REGISTERED, NUMBERS)])
    await tell(running, "decided", REPORTED_AT + DAY, Decided(REPORTED_AT + DAY))
    again = [proof(A21, later), verdict(A21, later, accepted=False), proof(A21, later), verdict(A21, later)]
    for number, item in enumerate(again, 5):
        await hand_in(running, replace(item, id=KEYS[number]))
    await running.result()
    return [running]


async def audit_overdue(recorder: Recorder) -> list[WorkflowHandle]:
    """Nothing comes in time: the plan, the report, the corrective action; it can be decided about all the same."""
    running = await recorder.office.start(audits.WORKFLOW, AUDIT, carried=AT_HAND)
    await running.signal("wake", datetime(2025, 7, 1, 22, tzinfo=UTC))
    await recorder.steps(1)
    await hand_in(running, plan(VISIT_AT))
    await running.signal("wake", VISIT_AT + 40 * DAY)
    await recorder.steps(3)
    await hand_in(running, report(COOLING, at=VISIT_AT + 41 * DAY))
    await running.signal("wake", VISIT_AT + 300 * DAY)
    await recorder.steps(5)
    at = VISIT_AT + 301 * DAY
    await tell(running, "decided", at, Decided(at))
    await running.result()
    return [running]


async def audit_taken_back(recorder: Recorder) -> list[WorkflowHandle]:
    """The report was of another farm, the auditor has a tie; the farm stops, and what comes then comes too late."""
    running = await recorder.office.start(audits.WORKFLOW, AUDIT)
    back = handed_in(TakeReportBack(AUDITED_ON), SECRETARY, REPORTED_AT)
    await all_in(running, [plan(by=NOT_ALLOWED), plan(), report(COOLING), back])
    await tell(running, "tied", REPORTED_AT, Tied(AUDITOR.person))
    await recorder.steps(5)
    await hand_in(running, replace(report(), id=KEYS[5]))
    await tell(running, "stopped", REPORTED_AT + DAY, FarmStopped(date(2025, 9, 3)))
    await running.result()
    return [running]


async def audit_replaced(recorder: Recorder) -> list[WorkflowHandle]:
    """Its choice was replaced before the visit."""
    running = await recorder.office.start(audits.WORKFLOW, AUDIT, carried=AT_HAND)
    await hand_in(running, plan())
    await tell(running, "replaced", PLANNED_AT + DAY, ChoiceReplaced(AUDIT.choice))
    await running.result()
    return [running]


async def real_audit(recorder: Recorder) -> list[WorkflowHandle]:
    """On the server's clock: planned late, reported, reminded, overdue, decided about."""
    begins = opening(expires_on=date(2027, 12, 31))
    case = audits.opened(begins, OPENS_FOR_REAL, practice=False).case
    running = await recorder.office.start(audits.WORKFLOW, case, carried=AT_HAND)
    await recorder.until(running, datetime(2027, 7, 2, 8, tzinfo=UTC))
    await recorder.steps(1)
    await hand_in(running, replace(plan(VISIT_FOR_REAL), received_at=datetime(2027, 7, 2, 8, tzinfo=UTC)))
    await recorder.until(running, VISIT_FOR_REAL + DAY)
    await hand_in(running, report(COOLING, on=VISIT_FOR_REAL.date(), at=VISIT_FOR_REAL + DAY))
    await recorder.until(running, VISIT_FOR_REAL + 250 * DAY)
    await recorder.steps(5)
    at = VISIT_FOR_REAL + 250 * DAY
    await running.signal("hear", news("decided", case.case_id, at, Decided(at)))
    await running.result()
    return [running]


async def certification_issued(recorder: Recorder) -> list[WorkflowHandle]:
    """A reviewer does not decide; the second person does."""
    running = await recorder.office.start(certifications.WORKFLOW, CERTIFICATION, carried=AT_HAND)
    best = Decide(Result.THREE_YEARS)
    review = about_certificate(Review(Result.THREE_YEARS), REVIEWER, REVIEWED_AT)
    await all_in(running, [review, about_certificate(best, REVIEWER), about_certificate(best, DECIDER)])
    await running.result()
    return [running]


async def certification_refused(recorder: Recorder) -> list[WorkflowHandle]:
    """Late, then refused."""
    running = await recorder.office.start(certifications.WORKFLOW, CERTIFICATION)
    await running.signal("wake", datetime(2025, 10, 2, 22, tzinfo=UTC))
    await recorder.steps(1)
    review = about_certificate(Review(Result.REFUSAL), REVIEWER, datetime(2025, 10, 3, 8, tzinfo=UTC))
    decided = about_certificate(Decide(Result.REFUSAL), DECIDER, datetime(2025, 10, 3, 9, tzinfo=UTC))
    await all_in(running, [review, decided])
    await running.result()
    return [running]


async def certification_tied(recorder: Recorder) -> list[WorkflowHandle]:
    """The reviewer turns out to have a tie: another one reviews; then the report is taken back."""
    running = await recorder.office.start(certifications.WORKFLOW, CERTIFICATION, carried=AT_HAND)
    await all_in(running, [about_certificate(Review(Result.THREE_YEARS), REVIEWER, REVIEWED_AT)])
    case = CERTIFICATION.case_id
    await running.signal("hear", news("tied", case, REVIEWED_AT + DAY, Tied(REVIEWER.person)))
    await recorder.steps(2)
    for number, who in enumerate((REVIEWER, DECIDER), 2):
        item = about_certificate(Review(Result.THREE_YEARS), who, DECIDED_AT)
        await hand_in(running, replace(item, id=KEYS[number]))
    await running.signal("hear", news("changed", case, DECIDED_AT + DAY, EvaluationChanged()))
    await running.result()
    return [running]


async def real_certification(recorder: Recorder) -> list[WorkflowHandle]:
    """On the server's clock: late, then the farm stops."""
    held = evaluation(audited_on=date(2027, 3, 1), previous_until=date(2027, 12, 31))
    case = certifications.opened(held, OPENS_FOR_REAL, practice=False).case
    running = await recorder.office.start(certifications.WORKFLOW, case, carried=AT_HAND)
    await recorder.until(running, OPENS_FOR_REAL + 40 * DAY)
    await recorder.steps(1)
    told = news("stopped", case.case_id, OPENS_FOR_REAL + 40 * DAY, FarmStopped(date(2027, 4, 12)))
    await running.signal("hear", told)
    await running.result()
    return [running]


async def farmer_with_an_audit(recorder: Recorder) -> list[WorkflowHandle]:
    """Its choice ends and an audit opens; that is ready, and its decision opens; both end, and it has a certificate."""
    running = await recorder.office.start(farmers.WORKFLOW, farmer(), carried=AT_HAND)
    heard = (
        CaseOpened(CASE), CaseClosed(CASE, End.ASSIGNED, audit=True), CaseOpened(AUDIT.case_id),
        AuditReady(AUDIT.case_id), CaseOpened(CERTIFICATION.case_id), CaseClosed(CERTIFICATION.case_id, End.ISSUED),
        RegisterChanged(date(2028, 12, 31), date(2025, 3, 5), writes_choice=True), CaseClosed(AUDIT.case_id, End.SETTLED),
        # An audit that was cancelled asks for no choice.
        CaseClosed(AUDIT.case_id, End.CANCELLED),
    )  # fmt: skip
    for number, what in enumerate(heard, 1):
        await running.signal("hear", news(f"heard-{number}", farmer_case(FARM), ASKED + number * DAY, what))
        await recorder.steps(number)
    await hand_in(running, stop(1, date(2025, 3, 20), ASKED + 20 * DAY))
    await running.signal("hear", news("late", farmer_case(FARM), ASKED + 21 * DAY, AuditReady(AUDIT.case_id)))
    await recorder.steps(len(heard) + 2)
    return [first_run(recorder, running), recorder.client.get_workflow_handle(running.id)]


AUDITS: dict[str, Script] = {
    "audit-returned-proof": audit_returned_proof,
    "audit-overdue": audit_overdue,
    "audit-taken-back": audit_taken_back,
    "audit-replaced": audit_replaced,
    "audit-for-real": real_audit,
    "certification-issued": certification_issued,
    "certification-refused": certification_refused,
    "certification-tied": certification_tied,
    "certification-for-real": real_certification,
    "farmer-with-an-audit": farmer_with_an_audit,
}
