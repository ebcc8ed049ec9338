"""Chapter 3 of docs/lastenboek.md: what a finding of each grade asks of the farm."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheme.lastenboek.grade import (
    GRADES,
    Grade,
    SupplementaryAudit,
    deadline_of,
    plan_deadline_of,
    supplementary_audit,
)
from scheme.rules import Name, Setting, Terms, audit_rules_on, terms_on

DAYS = st.dates(date(2015, 1, 1), date(2060, 1, 1))
TERMS = Terms(correction_a_months=3, correction_b_months=6, dispute_days=30, appeal_days=60, suspension_months=6)


@pytest.mark.parametrize(
    ("grade", "found_on", "expires_on", "due"),
    [
        pytest.param(Grade.A, date(2025, 3, 10), None, date(2025, 6, 10), id="3.1 A: 3 months"),
        pytest.param(Grade.A, date(2025, 11, 30), None, date(2026, 2, 28), id="3.1 A: to the month's end"),
        pytest.param(Grade.A, date(2025, 3, 10), date(2025, 5, 1), date(2025, 5, 1), id="3.2 at latest the last day"),
        pytest.param(Grade.A, date(2025, 3, 10), date(2025, 3, 10), date(2025, 3, 10), id="3.2 found on the last day"),
        pytest.param(Grade.A, date(2025, 3, 10), date(2025, 3, 9), date(2025, 6, 10), id="3.2 it had ended before"),
        pytest.param(Grade.A, date(2025, 3, 10), date(2027, 1, 1), date(2025, 6, 10), id="3.2 it ends later"),
        pytest.param(Grade.B, date(2025, 3, 10), None, date(2025, 9, 10), id="3.3 B: 6 months"),
        pytest.param(Grade.B, date(2025, 8, 31), None, date(2026, 2, 28), id="3.3 B: to the month's end"),
        pytest.param(Grade.B, date(2025, 3, 10), date(2025, 5, 1), date(2025, 9, 10), id="3.3 B: also after its end"),
        pytest.param(Grade.C, date(2025, 3, 10), date(2025, 5, 1), None, id="3.4 C: a recommendation has no day"),
    ],
)
def test_3_1_to_3_4_deadline(grade: Grade, found_on: date, expires_on: date | None, due: date | None) -> None:
    assert deadline_of(grade, found_on, TERMS, expires_on) == due


def test_3_1_and_3_3_the_months_are_those_the_case_carries() -> None:
    settings = [
        Setting(Name.CORRECTION_A_MONTHS, 1, date(2025, 1, 1)),
        Setting(Name.CORRECTION_B_MONTHS, 2, date(2025, 1, 1)),
    ]
    terms = terms_on(date(2025, 3, 10), settings)
    due = [deadline_of(grade, date(2025, 3, 10), terms) for grade in Grade]
    assert due == [date(2025, 4, 10), date(2025, 5, 10), None]
    rules = audit_rules_on(date(2025, 3, 10), settings)
    assert [deadline_of(grade, date(2025, 3, 10), rules) for grade in Grade] == due


@pytest.mark.parametrize(
    ("grade", "due"),
    [
        pytest.param(Grade.A, None, id="3.5 A: no plan, it is put right"),
        pytest.param(Grade.B, date(2025, 2, 28), id="3.5 B: a plan within a month"),
        pytest.param(Grade.C, None, id="3.5 C: no plan"),
    ],
)
def test_3_5_plan(grade: Grade, due: date | None) -> None:
    assert plan_deadline_of(grade, date(2025, 1, 31), audit_rules_on(date(2025, 1, 31))) == due


def test_3_5_the_months_are_those_the_case_carries() -> None:
    rules = audit_rules_on(date(2025, 1, 31), [Setting(Name.PLAN_B_MONTHS, 2, date(2025, 1, 1))])
    assert plan_deadline_of(Grade.B, date(2025, 1, 31), rules) == date(2025, 3, 31)


@pytest.mark.parametrize(
    ("grade", "seen", "read"),
    [
        pytest.param(Grade.A, SupplementaryAudit.ON_SITE, SupplementaryAudit.ON_PAPER, id="3.6 A"),
        pytest.param(Grade.B, SupplementaryAudit.ON_PAPER, SupplementaryAudit.ON_PAPER, id="3.6 B"),
        pytest.param(Grade.C, SupplementaryAudit.NONE, SupplementaryAudit.NONE, id="3.6 C"),
    ],
)
def test_3_6_supplementary_audit(grade: Grade, seen: SupplementaryAudit, read: SupplementaryAudit) -> None:
    assert (supplementary_audit(grade, visual=True), supplementary_audit(grade, visual=False)) == (seen, read)


@pytest.mark.parametrize("grade", ["A", "B", "C"])
def test_chapter_3_is_to_be_confirmed(grade: str) -> None:
    assert GRADES[Grade(grade)].source.to_be_confirmed


@settings(deadline=None)
@given(st.sampled_from([Grade.A, Grade.B]), DAYS, st.none() | DAYS)
def test_no_deadline_is_before_the_finding(grade: Grade, found_on: date, expires_on: date | None) -> None:
    due = deadline_of(grade, found_on, TERMS, expires_on)
    assert due is not None
    assert due >= found_on


@settings(deadline=None)
@given(DAYS, st.none() | DAYS)
def test_a_heavier_finding_is_never_due_later(found_on: date, expires_on: date | None) -> None:
    heavy, light = (deadline_of(grade, found_on, TERMS, expires_on) for grade in (Grade.A, Grade.B))
    assert heavy is not None
    assert light is not None
    assert heavy <= light
