"""An audit whose farm's stop was a mistake goes on where it stood."""

from dataclasses import replace
from datetime import date

import pytest

from scheme.ids import CaseId, audit_case
from scheme.later_audit import again
from scheme.letter import LetterKind
from scheme.news import Decided, FarmStopped
from scheme.periodic_audit import PeriodicAudit, State
from scheme.step import Act, DeadlineKind, Step
from tests.scheme.audits import PLANNED_AT, REGISTERED, REPORTED_AT, after, an_audit, plan, report
from tests.world import news, number

SECOND = audit_case(2025, number(1), 2)


def stopped_and_again(audit: PeriodicAudit) -> Step[PeriodicAudit]:
    """The farm stops on the day of the report, and did not."""
    stopped = after(audit, news(FarmStopped(date(2025, 5, 6)), PLANNED_AT, audit.case_id)).case
    assert stopped.state is State.STOPPED
    return again(stopped, SECOND, PLANNED_AT)


@pytest.mark.parametrize(
    ("audit", "state", "letters", "deadline"),
    [
        pytest.param(an_audit(), State.TO_PLAN, (), DeadlineKind.PLAN, id="to plan"),
        pytest.param(
            after(an_audit(), plan()).case, State.PLANNED, (LetterKind.VISIT,), DeadlineKind.REPORT, id="planned"
        ),
        pytest.param(
            after(an_audit(), plan(), report(REGISTERED)).case, State.REPORTED, (LetterKind.REPORT,),
            DeadlineKind.CORRECTION_REMINDER, id="reported",
        ),
    ],
)  # fmt: skip
def test_it_goes_on_where_it_stood(
    audit: PeriodicAudit, state: State, letters: tuple[LetterKind, ...], deadline: DeadlineKind
) -> None:
    step = stopped_and_again(audit)
    assert (step.act, step.about, step.letters) == (Act.AUDIT_RUNS_AGAIN, audit.case_id, letters)
    assert step.deadlines[0].kind is deadline
    same = replace(step.case, case_id=audit.case_id, continues=(), revision=audit.revision, ready_at=audit.ready_at)
    assert (same, step.case.state, step.case.continues) == (audit, state, (audit.case_id,))


def test_what_was_not_decided_is_decided_anew_and_what_was_stays_so() -> None:
    reported = after(an_audit(), plan(), report(REGISTERED)).case
    assert stopped_and_again(reported).case.ready_at == PLANNED_AT
    decided = after(reported, news(Decided(REPORTED_AT), REPORTED_AT, CaseId(reported.case_id))).case
    assert stopped_and_again(decided).case.ready_at == decided.ready_at == REPORTED_AT
