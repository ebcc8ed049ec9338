"""Which farm may be merged into another one, which goes on (domain.md §1.4; how IKM does it is to be confirmed)."""

from dataclasses import dataclass
from datetime import date

from scheme.errors import Rule, RuleViolationError
from scheme.ids import FarmId


@dataclass(frozen=True)
class Absorbed:
    """A farm as the rows have it. since: its first day; stopped_on: its last one, None while it takes part.

    undecided: the day of what happened to it and is not decided about; changed: of what happened last and is.
    """

    farm_id: FarmId
    since: date
    stopped_on: date | None = None
    undecided: date | None = None
    changed: date | None = None


def check_absorbed(farm_id: FarmId, other: Absorbed | None, on: date) -> None:
    """Raise RuleViolationError unless `other` may be merged into the farm from the day `on` on; None: no such farm.

    A suspension of it, findings and a decision that is being made are no obstacle: who decides reads them.
    """
    if other is None:
        raise RuleViolationError(Rule.UNKNOWN_FARM)
    if other.farm_id == farm_id:
        raise RuleViolationError(Rule.SAME_FARM)
    if other.stopped_on is not None:
        raise RuleViolationError(Rule.OTHER_STOPPED, other.stopped_on)
    if other.undecided is not None:
        raise RuleViolationError(Rule.OTHER_UNDECIDED, other.undecided)
    if on <= other.since:
        raise RuleViolationError(Rule.MERGER_DAY, other.since)
    if other.changed is not None and on < other.changed:
        raise RuleViolationError(Rule.EARLIER_CHANGE, other.changed)
