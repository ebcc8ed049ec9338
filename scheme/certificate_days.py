"""The days on which a farm's workflow acts on its certificate by itself: two warnings, and the day after the last.

Each acts at its beginning. A day that had come before the house knew of the certificate is nobody's: an import of a
register writes to nobody about what ended long ago.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from scheme.days import add_days
from scheme.rules import Name, Setting, values_on


class CertificateDay(StrEnum):
    """What such a day is for."""

    WARNING = "warning"
    LAST_WARNING = "last-warning"
    # The day after the last one: the certificate has ended.
    ENDED = "ended"


@dataclass(frozen=True)
class Watch:
    """What the warnings go by, for as long as the certificate keeps its last day.

    first_days, last_days: calendar days before the last day of the certificate. letters: whether the house writes to
    this farm; a Dutch one it does not write to (decision 1).
    """

    first_days: int
    last_days: int
    letters: bool


def watch_on(day: date, settings: Iterable[Setting] = (), *, letters: bool) -> Watch:
    """What counts for a certificate that the house comes to know on `day`."""
    values = values_on(day, settings)
    return Watch(values[Name.WARNING_DAYS], values[Name.LAST_WARNING_DAYS], letters)


def next_day(expires_on: date | None, watch: Watch | None, after: date) -> date | None:
    """The first of its days that comes later than `after`; None where none does, or where nobody watches it."""
    return min((day for day in _days(expires_on, watch) if day > after), default=None)


def reached(expires_on: date | None, watch: Watch | None, today: date) -> CertificateDay | None:
    """What the latest of its days that has come is for: of two that passed at once only the later one is told."""
    days = _days(expires_on, watch)
    come = [day for day in days if day <= today]
    return days[max(come)] if come else None


def _days(expires_on: date | None, watch: Watch | None) -> dict[date, CertificateDay]:
    if expires_on is None or watch is None:
        return {}
    return {
        add_days(expires_on, -watch.first_days): CertificateDay.WARNING,
        add_days(expires_on, -watch.last_days): CertificateDay.LAST_WARNING,
        add_days(expires_on, 1): CertificateDay.ENDED,
    }
