"""Suspension, lifting and withdrawal (ISO/IEC 17065, 7.11): asked by one, reviewed by another, decided by a third."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from scheme.certificate import Reason, Status
from scheme.correction import put_right, wanted
from scheme.days import end_of_day
from scheme.errors import Rule, RuleViolationError
from scheme.farmer import Standing, registered
from scheme.ids import CaseId, CertificateNumber, PersonId, farmer_case
from scheme.letter import LetterKind
from scheme.news import FarmStopped, RoundDone, SuspensionOver, Tied
from scheme.opening import OpenStatusChange
from scheme.people import Actor, Role
from scheme.projection import Coming, foreseen
from scheme.rules import rules_on, status_rules_on
from scheme.status_change import (
    AskStatus,
    DecideStatus,
    ReviewStatus,
    State,
    StatusChange,
    StatusHeard,
    Wanted,
    check_status,
    hear,
    opened,
    passed,
)
from scheme.step import Act, Deadline, DeadlineKind, End, Step, Submission
from tests.scheme.test_projection import situation
from tests.world import KEYS, SECRETARY, news, number

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)  # Mon 2026-03-02
REVIEWER, DECIDER = (Actor(PersonId(f"P-00{n}"), Role.DECISION_MAKER) for n in (21, 22))
TIED = PersonId("P-0023")
NUMBER = CertificateNumber("IKM-2025-000001")


def asked(what: Wanted = Wanted.SUSPEND) -> AskStatus:
    """The secretariat asks this of the certificate."""
    return AskStatus(NUMBER, what, Reason.ACTION_LATE)


def a_case(what: Wanted = Wanted.SUSPEND) -> StatusChange:
    """Just opened, to be reviewed."""
    rules = status_rules_on(AT.date())
    return opened(number(1), asked(what), SECRETARY.person, AT, rules, tied=(TIED,), practice=True).case


def handed_in(facts: StatusHeard, actor: Actor) -> Submission[StatusHeard]:
    """Somebody reviews or decides."""
    return Submission(KEYS[1], a_case().case_id, actor, AT, facts)


def reviewed(what: Wanted = Wanted.SUSPEND) -> StatusChange:
    """Reviewed, to be decided."""
    return hear(a_case(what), handed_in(ReviewStatus(grant=True), REVIEWER)).case


def granted(what: Wanted = Wanted.SUSPEND) -> Step[StatusChange]:
    """Decided."""
    return hear(reviewed(what), handed_in(DecideStatus(grant=True), DECIDER))


def test_it_opens_with_a_review_to_be_made() -> None:
    rules = status_rules_on(AT.date())
    step = opened(number(1), asked(), SECRETARY.person, AT, rules, tied=(TIED,), number=2, practice=True)
    assert (step.act, step.case.case_id) == (Act.STATUS_OPENED, "status-change:2026:F-000001:2")
    assert step.case.involved == (SECRETARY.person, TIED)
    assert step.deadlines == (Deadline(DeadlineKind.DECISION, end_of_day(date(2026, 4, 1))),)


@pytest.mark.parametrize(
    ("what", "act", "state", "end"),
    [
        (Wanted.SUSPEND, Act.STATUS_SUSPENDED, State.SUSPENDED, None),
        (Wanted.LIFT, Act.STATUS_LIFTED, State.GRANTED, End.SETTLED),
        (Wanted.WITHDRAW, Act.STATUS_WITHDRAWN, State.GRANTED, End.SETTLED),
    ],
)
def test_reviewed_by_one_and_decided_by_another(what: Wanted, act: Act, state: State, end: End | None) -> None:
    assert hear(a_case(what), handed_in(ReviewStatus(grant=True), REVIEWER)).act is Act.STATUS_REVIEWED
    step = granted(what)
    assert (step.act, step.case.state, step.end, step.letters) == (act, state, end, (LetterKind.STATUS,))
    assert step.case.open is (end is None)


def test_it_is_declined_without_a_letter() -> None:
    step = hear(reviewed(), handed_in(DecideStatus(grant=False), DECIDER))
    assert (step.act, step.case.state, step.end, step.letters) == (Act.STATUS_DECLINED, State.DECLINED, End.REFUSED, ())


def test_a_suspension_has_a_last_day_after_which_the_secretariat_is_asked() -> None:
    case = granted().case
    assert case.suspended_until == date(2026, 9, 2)
    assert case.next_at == end_of_day(date(2026, 9, 2))
    step = passed(case, end_of_day(date(2026, 9, 2)))
    assert (step.act, step.case.open, step.end, step.deadlines) == (Act.SUSPENSION_PASSED, False, End.SETTLED, ())
    over = hear(case, news(SuspensionOver()))
    assert (over.act, over.case.open, over.end) == (Act.SUSPENSION_OVER, False, End.SETTLED)


def test_the_decision_is_late_once() -> None:
    step = passed(a_case(), end_of_day(date(2026, 4, 1)))
    assert (step.act, step.deadlines, step.case.next_at) == (Act.STATUS_LATE, (), None)


ASKER = Actor(SECRETARY.person, Role.DECISION_MAKER)
OFFICE = Actor(PersonId("P-0024"), Role.ADMINISTRATOR)


@pytest.mark.parametrize(
    ("case", "facts", "actor", "rule"),
    [
        (a_case(), DecideStatus(grant=True), DECIDER, Rule.NOT_REVIEWED),
        (a_case(), ReviewStatus(grant=True), ASKER, Rule.INVOLVED),
        (a_case(), ReviewStatus(grant=True), Actor(TIED, Role.DECISION_MAKER), Rule.INVOLVED),
        (a_case(), ReviewStatus(grant=True), SECRETARY, Rule.NOT_ALLOWED),
        (reviewed(), ReviewStatus(grant=True), DECIDER, Rule.ALREADY_REVIEWED),
        (reviewed(), DecideStatus(grant=True), REVIEWER, Rule.SECOND_PERSON_NEEDED),
        (reviewed(), DecideStatus(grant=True), ASKER, Rule.INVOLVED),
        (reviewed(), DecideStatus(grant=True), Actor(TIED, Role.DECISION_MAKER), Rule.INVOLVED),
        (reviewed(), DecideStatus(grant=True), OFFICE, Rule.NOT_ALLOWED),
        (granted().case, DecideStatus(grant=False), DECIDER, Rule.CASE_CLOSED),
    ],
)
def test_what_a_rule_forbids(case: StatusChange, facts: StatusHeard, actor: Actor, rule: Rule) -> None:
    step = hear(case, handed_in(facts, actor))
    refused = step.dealt[0].outcome.refused_by
    assert refused is not None
    assert (refused.rule, step.case) == (rule, replace(case, revision=case.revision + 1))


@pytest.mark.parametrize(
    ("what", "fits"),
    [
        (Wanted.SUSPEND, {Status.VALID}),
        (Wanted.LIFT, {Status.SUSPENDED}),
        (Wanted.WITHDRAW, {Status.VALID, Status.SUSPENDED}),
    ],
)
def test_it_fits_the_status_of_the_certificate(what: Wanted, fits: set[Status]) -> None:
    for status in Status:
        if status in fits:
            check_status(what, status)
        else:
            with pytest.raises(RuleViolationError) as violation:
                check_status(what, status)
            assert violation.value.refusal.rule is Rule.STATUS_DIFFERS


def test_a_review_by_somebody_with_a_tie_does_not_count_and_a_decision_stands() -> None:
    step = hear(reviewed(), news(Tied(REVIEWER.person)))
    assert (step.act, step.case.state, step.case.reviewed_by) == (Act.TIE_HEARD, State.TO_REVIEW, None)
    assert hear(granted().case, news(Tied(REVIEWER.person))).case.state is State.SUSPENDED


def test_it_ends_with_its_farm() -> None:
    step = hear(granted().case, news(FarmStopped(date(2026, 3, 9))))
    assert (step.act, step.case.state, step.end) == (Act.STATUS_STOPPED, State.STOPPED, End.STOPPED)
    refused = hear(a_case(), news(RoundDone())).dealt[0].outcome.refused_by
    assert refused is not None
    assert refused.rule is Rule.NOT_UNDERSTOOD


def test_the_secretariat_asks_it_of_a_farm_that_takes_part() -> None:
    farmer = registered(
        number(1), AT, rules_on(AT.date()), expires_on=None, choice_made_on=None, writes_choice=True, practice=True
    ).case
    item = Submission(KEYS[1], farmer_case(number(1)), SECRETARY, AT, asked())
    assert wanted(farmer, item) == OpenStatusChange(number(1), AT, KEYS[1], asked(), SECRETARY.person)
    case = CaseId("status-change:2026:F-000001")
    step = put_right(farmer, item, case, None)
    assert (step.act, step.about, step.case.cases) == (Act.STATUS_ASKED, case, (case,))
    for other, actor, rule in (
        (farmer, DECIDER, Rule.NOT_ALLOWED),
        (replace(farmer, standing=Standing.STOPPED), SECRETARY, Rule.FARM_STOPPED),
    ):
        refused = put_right(other, replace(item, actor=actor), None, None).dealt[0].outcome.refused_by
        assert refused is not None
        assert refused.rule is rule


@pytest.mark.parametrize(
    ("case", "coming"),
    [
        pytest.param(a_case(), [Coming.STATUS_LATE], id="nobody reviews"),
        pytest.param(hear(reviewed(), handed_in(DecideStatus(grant=True), DECIDER)).case, [Coming.SUSPENSION_PASSED], id="suspended"),
        pytest.param(passed(a_case(), end_of_day(a_case().decide_due)).case, [], id="late already"),
    ],
)  # fmt: skip
def test_its_last_days_are_foreseen(case: StatusChange, coming: list[Coming]) -> None:
    found = [one for one in foreseen(situation(cases=(case,)), AT) if one.case_id == case.case_id]
    assert [one.coming for one in found] == coming
    assert all(one.day in {case.decide_due, case.suspended_until} for one in found)
