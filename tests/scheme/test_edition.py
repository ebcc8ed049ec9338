"""Chapter 1 of docs/lastenboek.md: which edition is in force on a day."""

from datetime import date

import pytest

from scheme.edition import EDITIONS, Edition, edition_on


@pytest.mark.parametrize(
    ("day", "edition"),
    [
        pytest.param(date(2019, 12, 31), Edition.E10, id="1.1 earlier: the oldest one known"),
        pytest.param(date(2020, 1, 1), Edition.E10, id="1.1 the first day of 10"),
        pytest.param(date(2021, 12, 31), Edition.E10, id="1.1 the last day of 10"),
        pytest.param(date(2022, 1, 1), Edition.E11, id="1.1 the first day of 11"),
        pytest.param(date(2024, 2, 29), Edition.E11, id="1.1 the last day of 11"),
        pytest.param(date(2024, 3, 1), Edition.E11_1, id="1.1 the first day of 11.1"),
        pytest.param(date(2026, 3, 31), Edition.E11_1, id="1.1 the last day of 11.1"),
        pytest.param(date(2026, 4, 1), Edition.E12, id="1.1 the first day of 12, to be confirmed"),
    ],
)
def test_1_1_the_edition_in_force(day: date, edition: Edition) -> None:
    assert edition_on(day) is edition


@pytest.mark.parametrize(("edition", "certainty"), [("10", "D"), ("11", "D"), ("11.1", "D"), ("12", "A")])
def test_1_1_how_sure_each_day_is(edition: str, certainty: str) -> None:
    assert [row.source.certainty for row in EDITIONS if row.edition == edition] == [certainty]


def test_1_1_only_the_day_of_12_is_to_be_confirmed() -> None:
    assert [row.edition for row in EDITIONS if row.source.to_be_confirmed] == [Edition.E12]
