"""A farm whose day of asking had passed when it entered, seen on Wed 2025-01-15: nine months end on 2025-10-15."""

from datetime import date

import pytest

from scheme.choice_round import Candidate, Country, selected
from scheme.unasked import unasked, was_due
from tests.world import RULES, number

TODAY = date(2025, 1, 15)


def candidate(**changes: object) -> Candidate:
    """A Flemish farm that takes part, its certificate until Thu 2025-07-31, nobody ever asked."""
    values = {
        "farm_id": number(1), "country": Country.BE, "takes_part": True, "expires_on": date(2025, 7, 31),
        "previous_body": None,
    }  # fmt: skip
    return Candidate(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "left"),
    [
        pytest.param({}, True, id="within nine months"),
        pytest.param({"expires_on": TODAY}, True, id="the last day of the certificate"),
        pytest.param({"expires_on": date(2025, 1, 14)}, False, id="the certificate has ended"),
        pytest.param({"expires_on": date(2025, 10, 14)}, True, id="a day before a round of today begins"),
        pytest.param({"expires_on": date(2025, 10, 15)}, False, id="a round of today still takes it up"),
        pytest.param({"expires_on": None}, False, id="no certificate"),
        pytest.param({"country": Country.NL}, False, id="the dairy acts for it"),
        pytest.param({"takes_part": False}, False, id="it stopped"),
        pytest.param({"choice_made_on": date(2023, 10, 31)}, False, id="chosen for this certificate"),
        pytest.param({"choice_made_on": date(2023, 10, 30)}, True, id="chosen for the one before"),
    ],
)
def test_nobody_asks_a_farm(changes: dict[str, object], left: bool) -> None:
    one = candidate(**changes)
    assert unasked(one, TODAY, RULES, asks_itself=False, chooses=False) is left
    assert not (left and selected(one, TODAY, RULES))


@pytest.mark.parametrize("what", ["asks_itself", "chooses"])
def test_a_farm_whose_day_stands_or_that_chooses_is_none_of_them(what: str) -> None:
    given = {"asks_itself": False, "chooses": False, what: True}
    assert not unasked(candidate(), TODAY, RULES, **given)


def test_the_day_on_which_it_would_have_been_asked() -> None:
    assert was_due(date(2025, 7, 31), RULES) == date(2024, 10, 31)
