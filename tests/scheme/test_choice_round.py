"""The yearly round of choices (domain.md §1.3, §2): whom it writes to, and what silence gives."""

from dataclasses import replace
from datetime import date

import pytest

from scheme.choice_round import Body, Candidate, Country, Member, members, recognised, selected, window
from scheme.errors import Rule, RuleViolationError
from scheme.ids import BodyId, FarmId
from scheme.rules import Name, Setting, rules_on

LETTERS_ON = date(2025, 1, 15)
RULES = rules_on(LETTERS_ON)
ONE, TWO, OLD = BodyId("B-01"), BodyId("B-02"), BodyId("B-05")
IN_WINDOW = date(2026, 3, 1)


def candidate(
    number: int = 1,
    *,
    country: Country = Country.BE,
    takes_part: bool = True,
    expires_on: date | None = IN_WINDOW,
    previous: BodyId | None = ONE,
) -> Candidate:
    """A farm that the round writes to unless a keyword says otherwise."""
    return Candidate(FarmId(f"F-{number:06d}"), country, takes_part, expires_on, previous)


def test_window() -> None:
    assert window(LETTERS_ON, RULES) == (date(2025, 10, 15), date(2026, 10, 14))


def test_windows_of_two_years_meet() -> None:
    next_year = date(2026, 1, 15)
    assert window(next_year, rules_on(next_year))[0] == date(2026, 10, 15)


def test_window_by_the_parameter_in_force() -> None:
    rules = rules_on(LETTERS_ON, [Setting(Name.CHOICE_LEAD_MONTHS, 6, date(2025, 1, 1))])
    assert window(LETTERS_ON, rules) == (date(2025, 7, 15), date(2026, 7, 14))


@pytest.mark.parametrize(
    ("expires_on", "expected"),
    [
        pytest.param(date(2025, 10, 14), False, id="day before the window"),
        pytest.param(date(2025, 10, 15), True, id="first day"),
        pytest.param(date(2026, 10, 14), True, id="last day"),
        pytest.param(date(2026, 10, 15), False, id="day after the window"),
        pytest.param(date(2025, 1, 15), False, id="ends on the day of the letter"),
        pytest.param(None, False, id="no certificate"),
    ],
)
def test_expiry_in_the_window(expires_on: date | None, expected: bool) -> None:
    assert selected(candidate(expires_on=expires_on), LETTERS_ON, RULES) is expected


def test_dutch_farms_are_not_written_to() -> None:
    assert not selected(candidate(country=Country.NL), LETTERS_ON, RULES)


def test_stopped_farms_are_not_written_to() -> None:
    assert not selected(candidate(takes_part=False), LETTERS_ON, RULES)


@pytest.mark.parametrize(
    ("chosen_on", "expected"),
    [
        pytest.param(None, True, id="never"),
        pytest.param(date(2022, 2, 1), True, id="for an earlier certificate"),
        pytest.param(date(2024, 5, 31), True, id="day before the 21 months"),
        pytest.param(date(2024, 6, 1), False, id="21 months before the last day"),
        pytest.param(date(2025, 1, 10), False, id="just now"),
    ],
)
def test_a_choice_already_made(chosen_on: date | None, expected: bool) -> None:
    assert selected(replace(candidate(), choice_made_on=chosen_on), LETTERS_ON, RULES) is expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(date(2024, 2, 29), (OLD,), id="last day of the old one"),
        pytest.param(date(2024, 3, 1), (ONE, TWO), id="first day of the others"),
        pytest.param(date(2027, 2, 28), (ONE, TWO), id="last day of the others"),
        pytest.param(date(2027, 3, 1), (), id="nobody"),
    ],
)
def test_recognised(day: date, expected: tuple[BodyId, ...]) -> None:
    bodies = (
        Body(TWO, date(2024, 3, 1), date(2027, 2, 28)),
        Body(OLD, date(2021, 3, 1), date(2024, 2, 29)),
        Body(ONE, date(2024, 3, 1), date(2027, 2, 28)),
    )
    assert recognised(bodies, day) == expected


def test_silence_gives_the_previous_body_or_one_by_rank() -> None:
    farms = [
        candidate(4, previous=None),
        candidate(1, previous=TWO),
        candidate(2, previous=OLD),
        candidate(5, previous=OLD),
        candidate(3, previous=ONE),
        candidate(6, country=Country.NL),
    ]
    expected = (
        Member(1, FarmId("F-000001"), TWO, TWO),
        Member(2, FarmId("F-000002"), ONE, OLD),
        Member(3, FarmId("F-000003"), ONE, ONE),
        Member(4, FarmId("F-000004"), TWO, None),
        Member(5, FarmId("F-000005"), ONE, OLD),
    )
    assert members(farms, (ONE, TWO), LETTERS_ON, RULES) == expected
    assert members(reversed(farms), (ONE, TWO), LETTERS_ON, RULES) == expected


def test_no_round_without_a_recognised_body() -> None:
    with pytest.raises(RuleViolationError) as raised:
        members([candidate()], (), LETTERS_ON, RULES)
    assert raised.value.refusal.rule is Rule.NO_RECOGNISED_BODY
    assert raised.value.refusal.day == LETTERS_ON
