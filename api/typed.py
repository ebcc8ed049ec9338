"""Farm numbers as people and hand scanners type them; years and days the house can have to do with."""

import re
from datetime import date, datetime
from typing import Annotated

from annotated_types import Interval
from pydantic import AwareDatetime, BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

from scheme.days import ZONE
from scheme.ids import FarmId

# The reference on a letter, "choice:2025:F-000123", is what a scanner types from a reply slip.
_SCANNED = re.compile(r"F.([0-9]{6})(?![0-9])", re.IGNORECASE)
_SHORT = re.compile(r"(?:F\W?)?([0-9]{1,6})", re.IGNORECASE)


def _written(given: object) -> object:
    if not isinstance(given, str | datetime):
        kind, message = "datetime_type", "a moment is written as 2025-01-31T14:03:00+01:00"
        raise PydanticCustomError(kind, message)
    return given


# The scheme began in 2000; what lies outside this century is a slip of the hand.
Year = Annotated[int, Interval(ge=2000, le=2099)]
# Free text: it stays in the database, in the row of what was handed in.
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
MOST_TEXT = 2_000
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MOST_TEXT)]
# Of a form that comes back with what was typed where it is longer than that.
AnyText = Annotated[str, StringConstraints(strip_whitespace=True)]
# A bare number would be read as seconds since 1970.
Moment = Annotated[AwareDatetime, BeforeValidator(_written)]
Day = Annotated[date, Interval(ge=date(2000, 1, 1), le=date(2099, 12, 31))]


def farm_number(typed: str) -> FarmId:
    """The farm's number in what was typed or scanned: F-000123, f 000123, 123, or a letter's reference.

    Raises ValueError when there is none.
    """
    found = _SCANNED.search(typed) or _SHORT.fullmatch(typed.strip())
    if found is None:
        message = f"{typed!r} holds no farm number"
        raise ValueError(message)
    return FarmId(f"F-{found[1].zfill(6)}")


def spoken_moment(typed: str) -> datetime:
    """The moment that a form's field for day and time holds, in Brussels.

    Raises ValueError where it holds none.
    """
    return datetime.fromisoformat(typed.strip()).replace(tzinfo=ZONE)
