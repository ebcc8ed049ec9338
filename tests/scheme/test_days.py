"""Days and months of the scheme (domain.md §12, scenario 10), in Brussels."""

from datetime import UTC, date, datetime

import pytest

from scheme.days import add_days, add_months, end_of_day, local_day, start_of_day


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        pytest.param(date(2025, 8, 31), 18, date(2027, 2, 28), id="shorter month"),
        pytest.param(date(2022, 8, 31), 18, date(2024, 2, 29), id="leap year"),
        pytest.param(date(2024, 2, 29), 36, date(2027, 2, 28), id="29 February"),
        pytest.param(date(2025, 1, 15), 9, date(2025, 10, 15), id="same year"),
        pytest.param(date(2025, 3, 31), 9, date(2025, 12, 31), id="to December"),
        pytest.param(date(2025, 4, 1), 9, date(2026, 1, 1), id="to January"),
        pytest.param(date(2025, 12, 31), -9, date(2025, 3, 31), id="back"),
        pytest.param(date(2026, 3, 31), -13, date(2025, 2, 28), id="back to a shorter month"),
        pytest.param(date(2025, 1, 31), 0, date(2025, 1, 31), id="none"),
    ],
)
def test_months(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(date(2025, 1, 15), datetime(2025, 1, 15, 23, tzinfo=UTC), id="winter"),
        pytest.param(date(2025, 7, 1), datetime(2025, 7, 1, 22, tzinfo=UTC), id="summer"),
        pytest.param(date(2025, 3, 29), datetime(2025, 3, 29, 23, tzinfo=UTC), id="Sat before summer time"),
        pytest.param(date(2025, 3, 30), datetime(2025, 3, 30, 22, tzinfo=UTC), id="Sun of 23 hours"),
        pytest.param(date(2025, 10, 25), datetime(2025, 10, 25, 22, tzinfo=UTC), id="Sat before winter time"),
        pytest.param(date(2025, 10, 26), datetime(2025, 10, 26, 23, tzinfo=UTC), id="Sun of 25 hours"),
        pytest.param(date(2025, 12, 31), datetime(2025, 12, 31, 23, tzinfo=UTC), id="end of the year"),
    ],
)
def test_end_of_day(day: date, expected: datetime) -> None:
    assert end_of_day(day) == expected
    assert end_of_day(day).tzinfo is UTC


def test_a_day_begins_where_the_one_before_ends() -> None:
    assert start_of_day(date(2025, 3, 30)) == datetime(2025, 3, 29, 23, tzinfo=UTC)
    assert start_of_day(date(2025, 10, 26)) == datetime(2025, 10, 25, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2025, 7, 1, 21, 59, 59, tzinfo=UTC), date(2025, 7, 1)),
        (datetime(2025, 7, 1, 22, tzinfo=UTC), date(2025, 7, 2)),
        (datetime(2025, 1, 1, 22, 59, tzinfo=UTC), date(2025, 1, 1)),
        (datetime(2024, 12, 31, 23, tzinfo=UTC), date(2025, 1, 1)),
    ],
)
def test_local_day(moment: datetime, expected: date) -> None:
    assert local_day(moment) == expected


def test_days_are_calendar_days() -> None:
    assert add_days(date(2025, 1, 15), 30) == date(2025, 2, 14)
    assert add_days(date(2025, 3, 16), 14) == date(2025, 3, 30)
