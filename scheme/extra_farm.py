"""A farm that joins the round after the others: left out, or new in the scheme (domain.md §2)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from scheme.choice_round import Candidate, Country, already_chosen
from scheme.errors import Rule, RuleViolationError
from scheme.rules import Rules


@dataclass(frozen=True)
class Join:
    """The farm is to be asked in the round that runs."""

    year: int
    kind: Literal["join"] = "join"


def check_extra(
    candidate: Candidate, day: date, rules: Rules, *, asked_on: date | None, stopped_on: date | None
) -> None:
    """Raise RuleViolationError unless the round may still write to this farm on `day`.

    asked_on: the day of the letter where this year's choice was asked already. The window of expiry dates does not
    bind: that is what makes the farm an extra one.
    """
    if not candidate.takes_part:
        raise RuleViolationError(Rule.FARM_STOPPED, stopped_on)
    if candidate.country is not Country.BE:
        raise RuleViolationError(Rule.DUTCH_FARM)
    if asked_on is not None:
        raise RuleViolationError(Rule.ALREADY_ASKED, asked_on)
    if candidate.expires_on is None or candidate.expires_on < day:
        raise RuleViolationError(Rule.NO_CERTIFICATE, candidate.expires_on)
    if already_chosen(candidate, rules):
        raise RuleViolationError(Rule.ALREADY_CHOSEN, candidate.choice_made_on)
