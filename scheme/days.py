"""Days and months as the scheme counts them: local dates in Europe/Brussels, to the end of the day."""

import calendar as gregorian
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Brussels")


def end_of_day(day: date) -> datetime:
    """The first moment after `day` in Brussels, in UTC: what is received before it is on time."""
    return datetime.combine(day + timedelta(days=1), time(), ZONE).astimezone(UTC)


def start_of_day(day: date) -> datetime:
    """Midnight at which `day` begins in Brussels, in UTC."""
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def local_day(moment: datetime) -> date:
    """The date in Brussels at `moment` (aware)."""
    return moment.astimezone(ZONE).date()


def add_days(day: date, days: int) -> date:
    """Calendar days; a due day on a weekend stays."""
    return day + timedelta(days=days)


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the last day of that month where it is shorter.

    31 Aug 2025 + 18 months = 28 Feb 2027 (domain.md §12, scenario 10).
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    last = gregorian.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
