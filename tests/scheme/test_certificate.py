"""A certificate on every day of its life (ISO/IEC 17065, 7.7 to 7.11; domain.md §1.1, §5)."""

from datetime import date

import pytest

from scheme.certificate import (
    History,
    Standing,
    Status,
    Turn,
    certificate_number,
    place_in_year,
    standing_on,
    status_on,
)

FIRST, LAST = date(2023, 3, 14), date(2026, 3, 13)
ISSUED = History(FIRST, LAST)
SUSPENDED, LIFTED = Turn(date(2024, 5, 1), Status.SUSPENDED), Turn(date(2024, 6, 1), Status.VALID)
WITHDRAWN = Turn(date(2024, 7, 1), Status.WITHDRAWN)
LONGER = Turn(date(2026, 3, 20), Status.VALID, date(2026, 5, 31))


def history(*turns: Turn, stopped_on: date | None = None) -> History:
    return History(FIRST, LAST, turns, stopped_on)


@pytest.mark.parametrize(
    ("on", "status", "since"),
    [
        pytest.param(date(2023, 3, 13), Status.NOT_BEGUN, FIRST, id="the day before its first"),
        pytest.param(FIRST, Status.VALID, FIRST, id="its first day"),
        pytest.param(date(2024, 4, 30), Status.VALID, FIRST, id="the day before it was suspended"),
        pytest.param(date(2024, 5, 1), Status.SUSPENDED, date(2024, 5, 1), id="the day it was suspended"),
        pytest.param(date(2024, 5, 31), Status.SUSPENDED, date(2024, 5, 1), id="the last day of the suspension"),
        pytest.param(date(2024, 6, 1), Status.VALID, date(2024, 6, 1), id="the suspension is lifted"),
        pytest.param(LAST, Status.VALID, date(2024, 6, 1), id="its last day"),
        pytest.param(date(2026, 3, 14), Status.EXPIRED, date(2026, 3, 14), id="the day after its last"),
    ],
)
def test_the_status_of_each_day(on: date, status: Status, since: date) -> None:
    assert standing_on(history(SUSPENDED, LIFTED), on) == Standing(status, since, LAST)


@pytest.mark.parametrize(
    ("told", "on", "status"),
    [
        pytest.param(
            history(WITHDRAWN), date(2030, 1, 1), Status.WITHDRAWN, id="withdrawn stays so after the last day"
        ),
        pytest.param(
            history(SUSPENDED), date(2026, 3, 14), Status.EXPIRED, id="suspended until the last day, then expired"
        ),
        pytest.param(
            history(WITHDRAWN, Turn(date(2024, 8, 1), Status.VALID)),
            date(2024, 8, 1),
            Status.VALID,
            id="an appeal is upheld",
        ),
        pytest.param(
            history(LIFTED, SUSPENDED), date(2024, 5, 2), Status.SUSPENDED, id="the day counts, not when it was decided"
        ),
        pytest.param(
            history(SUSPENDED, Turn(date(2024, 5, 1), Status.WITHDRAWN)),
            date(2024, 5, 1),
            Status.WITHDRAWN,
            id="of one day the later decided",
        ),
        pytest.param(
            history(stopped_on=date(2025, 1, 20)), date(2025, 1, 20), Status.VALID, id="the last day with the scheme"
        ),
        pytest.param(history(stopped_on=date(2025, 1, 20)), date(2025, 1, 21), Status.ENDED, id="its farm stopped"),
        pytest.param(
            history(WITHDRAWN, stopped_on=date(2025, 1, 20)),
            date(2025, 1, 21),
            Status.WITHDRAWN,
            id="withdrawn before its farm stopped",
        ),
    ],
)
def test_what_was_decided(told: History, on: date, status: Status) -> None:
    assert status_on(told, on) is status


def test_no_certificate_ended_before_it_began() -> None:
    long_before = history(stopped_on=date(2001, 1, 1))
    assert standing_on(long_before, LAST) == Standing(Status.ENDED, FIRST, LAST)


def test_an_extension_moves_the_last_day_from_the_day_on_which_it_holds() -> None:
    """The collective extension of March 2020 was decided after certificates had expired."""
    extended = history(LONGER)
    days = [date(2026, 3, 13), date(2026, 3, 19), date(2026, 3, 20), date(2026, 6, 1)]
    assert [status_on(extended, day) for day in days] == [Status.VALID, Status.EXPIRED, Status.VALID, Status.EXPIRED]
    assert standing_on(extended, LAST).valid_until == LAST
    assert standing_on(extended, date(2026, 4, 1)).valid_until == date(2026, 5, 31)


def test_numbers_are_six_digits_within_their_year() -> None:
    assert certificate_number(2026, 123) == "IKM-2026-000123"
    assert place_in_year(certificate_number(2026, 123)) == 123
    with pytest.raises(ValueError, match="a year has at most 999,999"):
        certificate_number(2026, 1_000_000)
