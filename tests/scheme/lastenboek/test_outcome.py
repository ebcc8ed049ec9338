"""Chapter 4 of docs/lastenboek.md: what an audit leads to, and the rule that decided."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheme.ids import RequirementNumber
from scheme.lastenboek.grade import Grade
from scheme.lastenboek.outcome import OUTCOMES, Finding, Hygiene, Result, Surroundings, outcome
from scheme.rules import AuditRules, Name, Setting, audit_rules_on

CLEAN = Hygiene(Surroundings.GOOD, 80)
DIRTY = Hygiene(Surroundings.BAD, 80)
LAST_DAY_BEFORE, FIRST_DAY = date(2024, 2, 29), date(2024, 3, 1)
AUDITED_ON = date(2026, 5, 20)
RULES = audit_rules_on(AUDITED_ON)


def found(grade: Grade, count: int = 1, *, corrected: bool = False) -> tuple[Finding, ...]:
    numbers = [RequirementNumber(f"A{place}") for place in range(1, count + 1)]
    return tuple(Finding(number, grade, visual=False, corrected=corrected) for number in numbers)


B, FIVE_B = found(Grade.B), found(Grade.B, 5)
OPEN_A, CORRECTED_A, C = found(Grade.A), found(Grade.A, corrected=True), found(Grade.C)


def scored(score: int) -> Hygiene:
    return Hygiene(Surroundings.GOOD, score)


@pytest.mark.parametrize(
    ("findings", "hygiene", "rule", "result"),
    [
        pytest.param((), DIRTY, "4.1", "refusal", id="4.1 bad surroundings"),
        pytest.param(OPEN_A, DIRTY, "4.1", "refusal", id="4.1 stands before 4.2"),
        pytest.param(OPEN_A, CLEAN, "4.2", "refusal", id="4.2 an open A"),
        pytest.param((*FIVE_B, *OPEN_A), scored(0), "4.2", "refusal", id="4.2 stands before 4.4 and 4.5"),
        pytest.param((), scored(59), "4.4", "eighteen-months", id="4.4 below the threshold"),
        pytest.param((), scored(60), "4.6", "three-years", id="4.4 at the threshold"),
        pytest.param((*FIVE_B, *B), CLEAN, "4.5", "eighteen-months", id="4.5 six B"),
        pytest.param((*FIVE_B, *CORRECTED_A), CLEAN, "4.5", "eighteen-months", id="4.5 a corrected A counts"),
        pytest.param(
            found(Grade.B, 6, corrected=True), CLEAN, "4.5", "eighteen-months",
            id="4.5 a corrected B counts",
        ),
        pytest.param(FIVE_B, CLEAN, "4.6", "three-years", id="4.5 five B are allowed"),
        pytest.param((*FIVE_B, *C), CLEAN, "4.6", "three-years", id="4.5 a recommendation does not count"),
        pytest.param(CORRECTED_A, CLEAN, "4.6", "three-years", id="4.6 an A that was put right"),
        pytest.param((), CLEAN, "4.6", "three-years", id="4.6 nothing found"),
    ],
)  # fmt: skip
def test_4_the_first_rule_that_applies_decides(
    findings: tuple[Finding, ...], hygiene: Hygiene, rule: str, result: str
) -> None:
    decided = outcome(findings, hygiene, AUDITED_ON, RULES)
    assert (decided.rule, decided.result) == (rule, result)


@pytest.mark.parametrize(
    ("audited_on", "rule", "result"),
    [
        pytest.param(LAST_DAY_BEFORE, "4.3", "eighteen-months", id="4.3 Thu 2024-02-29"),
        pytest.param(FIRST_DAY, "4.1", "refusal", id="4.1 Fri 2024-03-01"),
    ],
)
@pytest.mark.parametrize("opened_on", [date(2022, 1, 1), date(2026, 4, 1)])
def test_4_1_bad_hygiene_refuses_from_1_march_2024(audited_on: date, opened_on: date, rule: str, result: str) -> None:
    """The day of the audit counts, not that on which the case opened."""
    decided = outcome((), DIRTY, audited_on, audit_rules_on(opened_on))
    assert (decided.rule, decided.result) == (rule, result)


def test_4_2_also_before_4_3() -> None:
    assert outcome(OPEN_A, DIRTY, LAST_DAY_BEFORE, RULES).rule == "4.2"


@pytest.mark.parametrize(
    ("opened_on", "least_score", "most_findings"),
    [
        pytest.param(date(2020, 1, 1), 50, 5, id="4.4 and 4.5 in 10"),
        pytest.param(LAST_DAY_BEFORE, 50, 5, id="4.4 and 4.5 on the last day of 11"),
        pytest.param(FIRST_DAY, 60, 5, id="4.4 and 4.5 in 11.1: stricter"),
        pytest.param(date(2026, 4, 1), 60, 5, id="4.4 and 4.5 in 12"),
    ],
)
def test_4_4_and_4_5_thresholds(opened_on: date, least_score: int, most_findings: int) -> None:
    rules = audit_rules_on(opened_on)
    assert (rules.least_score, rules.most_findings) == (least_score, most_findings)


def test_4_4_the_same_score_is_judged_by_the_rules_of_the_case() -> None:
    decided = [outcome((), scored(55), AUDITED_ON, audit_rules_on(day)).rule for day in (LAST_DAY_BEFORE, FIRST_DAY)]
    assert decided == ["4.6", "4.4"]


def test_4_4_and_4_5_go_by_the_parameters() -> None:
    values = {Name.LEAST_SCORE: 90, Name.MOST_FINDINGS: 0}
    own = audit_rules_on(AUDITED_ON, [Setting(name, value, date(2026, 1, 1)) for name, value in values.items()])
    assert outcome((), scored(89), AUDITED_ON, own).rule == "4.4"
    assert outcome(B, scored(90), AUDITED_ON, own).rule == "4.5"


@pytest.mark.parametrize(
    ("rule", "result", "certainty"),
    [
        ("4.1", "refusal", "D"),
        ("4.2", "refusal", "A"),
        ("4.3", "eighteen-months", "A"),
        ("4.4", "eighteen-months", "D"),
        ("4.5", "eighteen-months", "A"),
        ("4.6", "three-years", "D"),
    ],
)
def test_4_the_table(rule: str, result: str, certainty: str) -> None:
    rows = [row for row in OUTCOMES if row.number == rule]
    assert [(row.result, row.source.certainty) for row in rows] == [(result, certainty)]


def test_4_the_rules_stand_in_their_order() -> None:
    assert [row.number for row in OUTCOMES] == ["4.1", "4.2", "4.3", "4.4", "4.5", "4.6"]


# A finding of each grade, by how heavy it is.
WEIGHTS = [*C, *found(Grade.B, corrected=True), *B, *CORRECTED_A, *OPEN_A]
AUDITS = st.tuples(
    st.lists(st.sampled_from(range(len(WEIGHTS))), max_size=9),
    st.builds(Hygiene, st.sampled_from(Surroundings), st.integers(0, 100)),
    st.dates(date(2023, 1, 1), date(2027, 1, 1)),
    st.sampled_from([audit_rules_on(day) for day in (LAST_DAY_BEFORE, FIRST_DAY)]),
)


def badness(weights: list[int], hygiene: Hygiene, audited_on: date, rules: AuditRules) -> int:
    findings = [WEIGHTS[weight] for weight in weights]
    return list(Result).index(outcome(findings, hygiene, audited_on, rules).result)


@settings(deadline=None)
@given(AUDITS, st.data())
def test_a_heavier_finding_never_improves_the_outcome(
    audit: tuple[list[int], Hygiene, date, AuditRules], data: st.DataObject
) -> None:
    weights, hygiene, audited_on, rules = audit
    heavier = [data.draw(st.integers(weight, len(WEIGHTS) - 1)) for weight in weights]
    assert badness(heavier, hygiene, audited_on, rules) >= badness(weights, hygiene, audited_on, rules)


@settings(deadline=None)
@given(AUDITS, st.sampled_from(range(len(WEIGHTS))))
def test_one_finding_more_never_improves_the_outcome(
    audit: tuple[list[int], Hygiene, date, AuditRules], more: int
) -> None:
    weights, hygiene, audited_on, rules = audit
    assert badness([*weights, more], hygiene, audited_on, rules) >= badness(*audit)


@settings(deadline=None)
@given(AUDITS, st.integers(0, 100), st.booleans())
def test_worse_hygiene_never_improves_the_outcome(
    audit: tuple[list[int], Hygiene, date, AuditRules], less: int, bad: bool
) -> None:
    weights, hygiene, audited_on, rules = audit
    worse = replace(hygiene, score=max(0, hygiene.score - less))
    worse = replace(worse, surroundings=Surroundings.BAD) if bad else worse
    assert badness(weights, worse, audited_on, rules) >= badness(*audit)


@settings(deadline=None)
@given(AUDITS)
def test_the_order_of_the_findings_says_nothing(audit: tuple[list[int], Hygiene, date, AuditRules]) -> None:
    weights, *rest = audit
    assert badness(weights[::-1], *rest) == badness(weights, *rest)
