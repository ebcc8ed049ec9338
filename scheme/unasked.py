"""A farm whose day of asking had passed when the house came to know of it: nobody asks it by itself (decision 22)."""

from datetime import date

from scheme.choice_round import Candidate, Country, already_chosen
from scheme.days import add_months
from scheme.rules import Rules


def unasked(candidate: Candidate, today: date, rules: Rules, *, asks_itself: bool, chooses: bool) -> bool:
    """Whether neither a round nor the farm itself will ask it to choose before its certificate ends.

    asks_itself: whether its own day of asking still stands; chooses: whether a choice of it is open. The candidate's
    choice_made_on is the last one, of the register or of this house. records/queries/unasked.py says the same in SQL.
    """
    if not candidate.takes_part or candidate.country is not Country.BE or candidate.expires_on is None:
        return False
    # A round that writes today or later takes up no certificate that ends before this many months.
    too_late = today <= candidate.expires_on < add_months(today, rules.choice_lead_months)
    return too_late and not asks_itself and not chooses and not already_chosen(candidate, rules)


def was_due(expires_on: date, rules: Rules) -> date:
    """The day on which a farm with this certificate would have been asked."""
    return add_months(expires_on, -rules.choice_lead_months)
