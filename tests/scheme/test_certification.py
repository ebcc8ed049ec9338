"""Review and decision (domain.md §1, §7; docs/lastenboek.md, chapters 4 and 5): by two people who took no part."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheme.certification import (
    Certification,
    CertificationHeard,
    Decide,
    Evaluation,
    Review,
    State,
    hear,
    late,
    needs_grounds,
    opened,
)
from scheme.days import end_of_day
from scheme.errors import Refusal, Rule
from scheme.ids import CaseId, PersonId, RequirementNumber
from scheme.lastenboek.grade import Grade
from scheme.lastenboek.outcome import Finding, Result, Surroundings
from scheme.news import EvaluationChanged, FarmStopped, RoundDone, Tied
from scheme.people import ALLOWED, Action, Actor, Role
from scheme.rules import audit_rules_on
from scheme.step import Act, Deadline, DeadlineKind, End, Submission
from tests.world import KEYS, news, number

READY_AT = datetime(2025, 9, 2, 15, tzinfo=UTC)
REVIEWED_AT = datetime(2025, 9, 8, 9, tzinfo=UTC)
DECIDED_AT = datetime(2025, 9, 10, 9, tzinfo=UTC)
REVIEWER = Actor(PersonId("P-0021"), Role.DECISION_MAKER)
DECIDER = Actor(PersonId("P-0022"), Role.DECISION_MAKER)
AUDITOR, PLANNER = PersonId("P-0004"), PersonId("P-0003")
THREE, EIGHTEEN, NONE = Result
OPEN_A = Finding(RequirementNumber("C4"), Grade.A, visual=True)


def evaluation(**changes: object) -> Evaluation:
    """An audit of Mon 2025-09-01 without findings; the certificate before ends on Wed 2025-12-31."""
    values = {
        "farm_id": number(1), "audit": CaseId("periodic-audit:2025:F-000001"),
        "rules": audit_rules_on(date(2025, 2, 15)), "audited_on": date(2025, 9, 1), "findings": (),
        "surroundings": Surroundings.GOOD, "score": 80, "previous_until": date(2025, 12, 31),
        "involved": (PLANNER, AUDITOR),
    }  # fmt: skip
    return Evaluation(**(values | changes))  # type: ignore[arg-type]  # fields of Evaluation


def a_case(**changes: object) -> Certification:
    """Just opened, to be reviewed."""
    return opened(evaluation(**changes), READY_AT, practice=True).case


def handed_in(facts: CertificationHeard, actor: Actor, at: datetime = DECIDED_AT) -> Submission[CertificationHeard]:
    """Somebody reviews or decides."""
    return Submission(KEYS[1], a_case().case_id, actor, at, facts)


def reviewed(advice: Result = THREE, **changes: object) -> Certification:
    """Reviewed, to be decided."""
    return hear(a_case(**changes), handed_in(Review(advice), REVIEWER, REVIEWED_AT)).case


def rule_of(case: Certification, item: Submission[CertificationHeard]) -> Rule | None:
    """The rule that refused it."""
    refused = hear(case, item).dealt[0].outcome.refused_by
    return None if refused is None else refused.rule


def test_it_opens_with_a_review_to_be_made() -> None:
    step = opened(evaluation(), READY_AT, practice=True)
    assert (step.act, step.case.case_id, step.case.state) == (
        Act.CERTIFICATION_OPENED, "certification:2025:F-000001", State.TO_REVIEW,
    )  # fmt: skip
    assert step.deadlines == (Deadline(DeadlineKind.DECISION, end_of_day(date(2025, 10, 2))),)


def test_reviewed_by_one_and_decided_by_another_it_keeps_the_anniversary() -> None:
    case = reviewed()
    assert (case.state, case.reviewed_by, case.advice) == (State.TO_DECIDE, REVIEWER.person, THREE)
    assert hear(a_case(), handed_in(Review(THREE), REVIEWER)).act is Act.CERTIFICATION_REVIEWED
    step = hear(case, handed_in(Decide(THREE), DECIDER))
    assert (step.act, step.case.state, step.end) == (Act.CERTIFICATE_ISSUED, State.ISSUED, End.ISSUED)
    # Rules 5.1 and 5.3.
    assert (step.case.valid_from, step.case.valid_until) == (date(2026, 1, 1), date(2028, 12, 31))
    assert (step.case.decided_by, step.deadlines) == (DECIDER.person, ())


@pytest.mark.parametrize(
    ("changes", "best"),
    [
        pytest.param({}, THREE, id="4.6"),
        pytest.param({"score": 59}, EIGHTEEN, id="4.4"),
        pytest.param({"surroundings": Surroundings.BAD}, NONE, id="4.1"),
        pytest.param({"findings": (OPEN_A,)}, NONE, id="4.2"),
        pytest.param({"findings": (replace(OPEN_A, corrected=True),)}, THREE, id="an A that was put right"),
    ],
)
def test_a_decision_is_never_better_than_the_rules(changes: dict[str, object], best: Result) -> None:
    case = a_case(**changes)
    assert case.best.result is best
    for result in Result:
        better = list(Result).index(result) < list(Result).index(best)
        expected = Rule.BETTER_THAN_THE_RULES if better else None
        assert rule_of(case, handed_in(Review(result), REVIEWER)) is expected
        assert rule_of(reviewed(NONE, **changes), handed_in(Decide(result), DECIDER)) is expected


def test_it_is_refused() -> None:
    step = hear(reviewed(NONE), handed_in(Decide(NONE), DECIDER))
    assert (step.act, step.case.state, step.end) == (Act.CERTIFICATE_REFUSED, State.REFUSED, End.REFUSED)
    assert (step.case.valid_from, step.case.valid_until) == (None, None)


def test_eighteen_months_from_the_anniversary() -> None:
    step = hear(reviewed(EIGHTEEN, previous_until=date(2025, 8, 31), score=40), handed_in(Decide(EIGHTEEN), DECIDER))
    # The certificate had ended before the audit: counted from the decision (rule 5.4).
    assert (step.case.valid_from, step.case.valid_until) == (date(2025, 9, 10), date(2027, 3, 10))


@pytest.mark.parametrize(
    ("case", "item", "rule"),
    [
        (a_case(), handed_in(Decide(THREE), DECIDER), Rule.NOT_REVIEWED),
        (reviewed(), handed_in(Review(THREE), DECIDER), Rule.ALREADY_REVIEWED),
        (reviewed(), handed_in(Decide(THREE), REVIEWER), Rule.SECOND_PERSON_NEEDED),
        (a_case(involved=(REVIEWER.person,)), handed_in(Review(THREE), REVIEWER), Rule.INVOLVED),
        (reviewed(involved=(DECIDER.person,)), handed_in(Decide(THREE), DECIDER), Rule.INVOLVED),
        (hear(reviewed(), news(FarmStopped(date(2025, 9, 9)))).case, handed_in(Decide(THREE), DECIDER), Rule.CASE_CLOSED),
    ],
)  # fmt: skip
def test_what_a_rule_forbids(case: Certification, item: Submission[CertificationHeard], rule: Rule) -> None:
    assert rule_of(case, item) is rule


def test_the_decision_is_late_once() -> None:
    step = late(a_case(), end_of_day(date(2025, 10, 2)))
    assert (step.act, step.deadlines, step.case.next_at) == (Act.CERTIFICATION_LATE, (), None)


def test_a_review_by_somebody_with_a_tie_does_not_count() -> None:
    step = hear(reviewed(), news(Tied(REVIEWER.person)))
    assert (step.act, step.case.state, step.case.reviewed_by) == (Act.TIE_HEARD, State.TO_REVIEW, None)
    assert REVIEWER.person in step.case.involved
    other = hear(reviewed(), news(Tied(AUDITOR)))
    assert (other.case.state, other.case.reviewed_by) == (State.TO_DECIDE, REVIEWER.person)


def test_it_ends_with_its_farm_or_its_report() -> None:
    stopped = hear(a_case(), news(FarmStopped(date(2025, 9, 9))))
    assert (stopped.act, stopped.end) == (Act.CERTIFICATION_STOPPED, End.STOPPED)
    cancelled = hear(reviewed(), news(EvaluationChanged()))
    assert (cancelled.act, cancelled.end) == (Act.CERTIFICATION_CANCELLED, End.CANCELLED)
    assert hear(a_case(), news(RoundDone())).dealt[0].outcome.refused_by == Refusal(Rule.NOT_UNDERSTOOD)


PEOPLE = st.sampled_from([PLANNER, AUDITOR, *(PersonId(f"P-00{n}") for n in range(21, 26))])
ACTORS = st.builds(Actor, PEOPLE, st.sampled_from(Role))
ITEMS = st.lists(
    st.one_of(
        st.tuples(st.builds(Review, st.sampled_from(Result)) | st.builds(Decide, st.sampled_from(Result)), ACTORS),
        st.tuples(st.builds(Tied, PEOPLE), st.none()),
    ),
    max_size=12,
)


@given(st.sets(PEOPLE), ITEMS)
def test_nobody_involved_ever_reviews_or_decides(involved: set[PersonId], items: list) -> None:  # type: ignore[type-arg]
    case = a_case(involved=tuple(sorted({*involved, PLANNER, AUDITOR})))
    barred, did = set(case.involved), []
    for what, actor in items:
        if actor is None:
            case, barred = hear(case, news(what)).case, {*barred, what.person} if case.open else barred
            continue
        step = hear(case, handed_in(what, actor))
        if step.act is not Act.REFUSED:
            assert actor.person not in barred
            assert actor.role in ALLOWED[Action.DECIDE_CERTIFICATION]
            did.append(type(what))
        case = step.case
    if case.state in {State.ISSUED, State.REFUSED}:
        assert did[-1] is Decide
        assert case.decided_by != case.reviewed_by
        assert not {case.decided_by, case.reviewed_by} & barred


@pytest.mark.parametrize(
    ("result", "best", "needed"),
    [
        (THREE, THREE, False),
        (EIGHTEEN, THREE, True),
        (NONE, NONE, True),
        # Refused by the rule, and not for want of grounds.
        (THREE, NONE, False),
    ],
)
def test_less_than_the_rules_give_goes_with_its_grounds(result: Result, best: Result, needed: bool) -> None:
    assert needs_grounds(result, best) is needed
