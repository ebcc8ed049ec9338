"""Chapter 4 of docs/lastenboek.md: what an audit leads to, and the rule that decided."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheme.edition import Edition
from scheme.lastenboek.outcome import (
    OUTCOMES,
    THRESHOLDS,
    Finding,
    Hygiene,
    Result,
    Surroundings,
    Thresholds,
    outcome,
)
from scheme.lastenboek.requirement import RequirementNumber, UnknownRequirementError
from scheme.source import assumed

CLEAN = Hygiene(Surroundings.GOOD, 80)
DIRTY = Hygiene(Surroundings.BAD, 80)
LAST_DAY_BEFORE, FIRST_DAY = date(2024, 2, 29), date(2024, 3, 1)
AUDITED_ON = date(2026, 5, 20)


def found(*numbers: str, corrected: bool = False) -> tuple[Finding, ...]:
    return tuple(Finding(RequirementNumber(number), corrected) for number in numbers)


FIVE_B = found("A1", "A2", "A3", "A4", "A5")
OPEN_A, CORRECTED_A, C = found("A6"), found("A6", corrected=True), found("D4")


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
        pytest.param((*FIVE_B, *found("A8")), CLEAN, "4.5", "eighteen-months", id="4.5 six B"),
        pytest.param((*FIVE_B, *CORRECTED_A), CLEAN, "4.5", "eighteen-months", id="4.5 a corrected A counts"),
        pytest.param(
            found("A1", "A2", "A3", "A4", "A5", "A8", corrected=True), CLEAN, "4.5", "eighteen-months",
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
    decided = outcome(findings, hygiene, AUDITED_ON, Edition.E12)
    assert (decided.rule, decided.result) == (rule, result)


@pytest.mark.parametrize(
    ("audited_on", "edition", "rule", "result"),
    [
        pytest.param(LAST_DAY_BEFORE, Edition.E11, "4.3", "eighteen-months", id="4.3 Thu 2024-02-29"),
        pytest.param(FIRST_DAY, Edition.E11_1, "4.1", "refusal", id="4.1 Fri 2024-03-01"),
        pytest.param(FIRST_DAY, Edition.E11, "4.1", "refusal", id="4.1 the day counts, not the edition of the case"),
        pytest.param(LAST_DAY_BEFORE, Edition.E11_1, "4.3", "eighteen-months", id="4.3 likewise"),
    ],
)
def test_4_1_bad_hygiene_refuses_from_1_march_2024(audited_on: date, edition: Edition, rule: str, result: str) -> None:
    decided = outcome((), DIRTY, audited_on, edition)
    assert (decided.rule, decided.result) == (rule, result)


def test_4_2_also_before_4_3() -> None:
    # The example of edition 11 has no requirement of grade A; the day alone is what matters here.
    assert outcome(OPEN_A, DIRTY, LAST_DAY_BEFORE, Edition.E11_1).rule == "4.2"


@pytest.mark.parametrize(
    ("edition", "least_score", "most_findings"),
    [
        pytest.param("10", 50, 5, id="4.4 and 4.5 in 10"),
        pytest.param("11", 50, 5, id="4.4 and 4.5 in 11"),
        pytest.param("11.1", 60, 5, id="4.4 and 4.5 in 11.1: stricter"),
        pytest.param("12", 60, 5, id="4.4 and 4.5 in 12"),
    ],
)
def test_4_4_and_4_5_thresholds(edition: str, least_score: int, most_findings: int) -> None:
    row = THRESHOLDS[Edition(edition)]
    assert (row.least_score, row.most_findings) == (least_score, most_findings)
    assert row.source.to_be_confirmed


@pytest.mark.parametrize(("edition", "rule"), [("10", "4.6"), ("11", "4.6"), ("11.1", "4.4"), ("12", "4.4")])
def test_4_4_the_same_score_is_judged_by_the_edition(edition: str, rule: str) -> None:
    assert outcome((), scored(55), AUDITED_ON, Edition(edition)).rule == rule


def test_4_4_and_4_5_go_by_the_thresholds_that_the_case_carries() -> None:
    own = Thresholds(least_score=90, most_findings=0, source=assumed("of the case"))
    assert outcome((), scored(89), AUDITED_ON, Edition.E12, own).rule == "4.4"
    assert outcome(found("A1"), scored(90), AUDITED_ON, Edition.E12, own).rule == "4.5"


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


def test_a_finding_on_what_the_edition_does_not_ask() -> None:
    with pytest.raises(UnknownRequirementError):
        outcome(found("A9"), CLEAN, AUDITED_ON, Edition.E12)


# One requirement of each grade that every complete edition has, and how heavy a finding on it is.
WEIGHTS = [*C, *found("A1", corrected=True), *found("A1"), *CORRECTED_A, *OPEN_A]
AUDITS = st.tuples(
    st.lists(st.sampled_from(range(len(WEIGHTS))), max_size=9),
    st.builds(Hygiene, st.sampled_from(Surroundings), st.integers(0, 100)),
    st.dates(date(2023, 1, 1), date(2027, 1, 1)),
    st.sampled_from([Edition.E11_1, Edition.E12]),
)


def badness(weights: list[int], hygiene: Hygiene, audited_on: date, edition: Edition) -> int:
    findings = [WEIGHTS[weight] for weight in weights]
    return list(Result).index(outcome(findings, hygiene, audited_on, edition).result)


@settings(deadline=None)
@given(AUDITS, st.data())
def test_a_heavier_finding_never_improves_the_outcome(
    audit: tuple[list[int], Hygiene, date, Edition], data: st.DataObject
) -> None:
    weights, hygiene, audited_on, edition = audit
    heavier = [data.draw(st.integers(weight, len(WEIGHTS) - 1)) for weight in weights]
    assert badness(heavier, hygiene, audited_on, edition) >= badness(weights, hygiene, audited_on, edition)


@settings(deadline=None)
@given(AUDITS, st.sampled_from(range(len(WEIGHTS))))
def test_one_finding_more_never_improves_the_outcome(
    audit: tuple[list[int], Hygiene, date, Edition], more: int
) -> None:
    weights, hygiene, audited_on, edition = audit
    assert badness([*weights, more], hygiene, audited_on, edition) >= badness(*audit)


@settings(deadline=None)
@given(AUDITS, st.integers(0, 100), st.booleans())
def test_worse_hygiene_never_improves_the_outcome(
    audit: tuple[list[int], Hygiene, date, Edition], less: int, bad: bool
) -> None:
    weights, hygiene, audited_on, edition = audit
    worse = replace(hygiene, score=max(0, hygiene.score - less))
    worse = replace(worse, surroundings=Surroundings.BAD) if bad else worse
    assert badness(weights, worse, audited_on, edition) >= badness(*audit)


@settings(deadline=None)
@given(AUDITS)
def test_the_order_of_the_findings_says_nothing(audit: tuple[list[int], Hygiene, date, Edition]) -> None:
    weights, *rest = audit
    assert badness(weights[::-1], *rest) == badness(weights, *rest)
