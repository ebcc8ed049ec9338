"""Chapter 5 of docs/lastenboek.md: from when until when a certificate is valid."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheme.lastenboek.outcome import AuditOutcome, Result
from scheme.lastenboek.rule_number import RuleNumber
from scheme.lastenboek.validity import TERMS, Validity, audit_window, validity
from scheme.rules import audit_rules_on

LONG = AuditOutcome(Result.THREE_YEARS, RuleNumber.GOOD)
SHORT = AuditOutcome(Result.EIGHTEEN_MONTHS, RuleNumber.LOW_SCORE)
REFUSED = AuditOutcome(Result.REFUSAL, RuleNumber.OPEN_A)
KEPT, DECIDED = RuleNumber.ANNIVERSARY_KEPT, RuleNumber.FROM_THE_DECISION
MONTHS = 6
DAYS = st.dates(date(2015, 1, 1), date(2060, 1, 1))


@pytest.mark.parametrize(
    ("result", "months", "certainty"),
    [
        pytest.param("three-years", 36, "D", id="5.1 three years"),
        pytest.param("eighteen-months", 18, "D", id="5.1 eighteen months"),
        pytest.param("refusal", None, "D", id="5.5 none"),
    ],
)
def test_5_1_and_5_5_terms(result: str, months: int | None, certainty: str) -> None:
    row = TERMS[Result(result)]
    assert (row.months, row.source.certainty) == (months, certainty)


def test_5_2_the_window_is_a_parameter() -> None:
    assert audit_rules_on(date(2025, 3, 10)).window_months == MONTHS


@pytest.mark.parametrize(
    ("expires_on", "opens_on"),
    [
        pytest.param(date(2026, 11, 30), date(2026, 5, 30), id="5.2 six months before"),
        pytest.param(date(2026, 8, 31), date(2026, 2, 28), id="5.2 to the month's end"),
        pytest.param(date(2027, 2, 28), date(2026, 8, 28), id="5.2 the same day of the month"),
    ],
)
def test_5_2_window(expires_on: date, opens_on: date) -> None:
    window = audit_window(expires_on, MONTHS)
    assert (window.opens_on, window.closes_on) == (opens_on, expires_on)


@pytest.mark.parametrize(
    ("day", "inside"),
    [
        pytest.param(date(2026, 5, 29), False, id="5.2 the day before it opens"),
        pytest.param(date(2026, 5, 30), True, id="5.2 its first day"),
        pytest.param(date(2026, 11, 30), True, id="5.2 the last day of the certificate"),
        pytest.param(date(2026, 12, 1), False, id="5.2 the day after"),
    ],
)
def test_5_2_both_ends_are_inside(day: date, inside: bool) -> None:
    assert audit_window(date(2026, 11, 30), MONTHS).holds(day) is inside


@pytest.mark.parametrize(
    ("outcome", "decided_on", "until"),
    [
        pytest.param(LONG, date(2025, 3, 10), date(2028, 3, 10), id="5.4 three years"),
        pytest.param(SHORT, date(2025, 3, 10), date(2026, 9, 10), id="5.4 eighteen months"),
        pytest.param(SHORT, date(2025, 8, 31), date(2027, 2, 28), id="5.4 31 Aug 2025 + 18 months = 28 Feb 2027"),
        pytest.param(SHORT, date(2026, 8, 31), date(2028, 2, 29), id="5.4 in a leap year"),
        pytest.param(LONG, date(2024, 2, 29), date(2027, 2, 28), id="5.4 from a leap day"),
    ],
)
def test_5_4_a_first_certificate_begins_with_the_decision(outcome: AuditOutcome, decided_on: date, until: date) -> None:
    found = validity(outcome, audited_on=decided_on, decided_on=decided_on, previous_until=None, window_months=MONTHS)
    assert found == Validity(decided_on, until, DECIDED)


@pytest.mark.parametrize(
    ("audited_on", "decided_on", "expected"),
    [
        pytest.param(
            date(2025, 2, 28), date(2025, 4, 1), Validity(date(2025, 9, 1), date(2028, 8, 31), KEPT),
            id="5.3 on the first day of the window",
        ),
        pytest.param(
            date(2025, 8, 31), date(2025, 9, 1), Validity(date(2025, 9, 1), date(2028, 8, 31), KEPT),
            id="5.3 on the last day, decided on the next",
        ),
        pytest.param(
            date(2025, 8, 31), date(2025, 9, 2), Validity(date(2025, 9, 2), date(2028, 9, 2), DECIDED),
            id="5.4 decided too late to follow without a gap",
        ),
        pytest.param(
            date(2025, 2, 27), date(2025, 4, 1), Validity(date(2025, 4, 1), date(2028, 4, 1), DECIDED),
            id="5.4 audited before the window",
        ),
        pytest.param(
            date(2025, 9, 1), date(2025, 9, 1), Validity(date(2025, 9, 1), date(2028, 9, 1), DECIDED),
            id="5.4 audited after the certificate had ended",
        ),
    ],
)  # fmt: skip
def test_5_3_and_5_4_after_a_certificate_until_31_august_2025(
    audited_on: date, decided_on: date, expected: Validity
) -> None:
    days = {"audited_on": audited_on, "decided_on": decided_on, "previous_until": date(2025, 8, 31)}
    assert validity(LONG, **days, window_months=MONTHS) == expected


def test_5_3_eighteen_months_from_the_anniversary() -> None:
    days = {"audited_on": date(2025, 6, 2), "decided_on": date(2025, 7, 1), "previous_until": date(2025, 8, 31)}
    found = validity(SHORT, **days, window_months=MONTHS)
    assert found == Validity(date(2025, 9, 1), date(2027, 2, 28), KEPT)


def test_5_2_a_case_may_carry_another_window() -> None:
    days = {"audited_on": date(2025, 6, 2), "decided_on": date(2025, 7, 1), "previous_until": date(2025, 8, 31)}
    narrow = validity(LONG, **days, window_months=2)
    assert narrow == Validity(date(2025, 7, 1), date(2028, 7, 1), DECIDED)


def test_5_5_a_refusal_has_no_days() -> None:
    assert (
        validity(
            REFUSED, audited_on=date(2025, 6, 2), decided_on=date(2025, 7, 1), previous_until=None, window_months=MONTHS
        )
        is None
    )


@settings(deadline=None)
@given(st.sampled_from([LONG, SHORT]), DAYS, DAYS, st.none() | DAYS)
def test_no_certificate_ends_before_it_begins_or_begins_before_it_is_decided(
    outcome: AuditOutcome, audited_on: date, decided_on: date, previous_until: date | None
) -> None:
    days = {"audited_on": audited_on, "decided_on": decided_on, "previous_until": previous_until}
    found = validity(outcome, **days, window_months=MONTHS)
    assert found is not None
    assert decided_on <= found.valid_from <= found.valid_until


@settings(deadline=None)
@given(DAYS, DAYS, st.none() | DAYS)
def test_a_better_outcome_is_never_shorter(audited_on: date, decided_on: date, previous_until: date | None) -> None:
    days = {"audited_on": audited_on, "decided_on": decided_on, "previous_until": previous_until}
    long, short = (validity(outcome, **days, window_months=MONTHS) for outcome in (LONG, SHORT))
    assert long is not None
    assert short is not None
    assert long.valid_until > short.valid_until
