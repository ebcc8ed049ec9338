"""Since when a farm takes part: nothing happened to it, and it did not stop, before that (domain.md §1.4)."""

from collections.abc import Collection
from datetime import date

from scheme.errors import Rule, RuleViolationError


def takes_part_since(registered_on: date, begins: Collection[date]) -> date:
    """The farm's first day.

    registered_on: since when it is in the register here; begins: of its certificates, and of the farm itself where it
    was a part of another one.
    """
    return min((registered_on, *begins))


def check_takes_part(on: date, first: date) -> None:
    """Raise RuleViolationError where the farm did not take part on that day yet: what was told of past days stands.

    first: the farm's first day. Doors ask this before they take a stop; the workflow takes what they took.
    """
    if on < first:
        raise RuleViolationError(Rule.STOP_DAY, first)
