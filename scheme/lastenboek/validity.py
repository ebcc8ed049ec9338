"""From when until when a certificate is valid (docs/lastenboek.md, chapter 5; domain.md §1.1, §1.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from scheme.days import add_days, add_months
from scheme.lastenboek.outcome import AuditOutcome, Result
from scheme.lastenboek.rule_number import RuleNumber
from scheme.source import Source, documented


@dataclass(frozen=True)
class Term:
    """How many months a certificate runs; None: there is none."""

    months: int | None
    source: Source


# Rule 5.1, and 5.5 for the refusal.
TERMS: Mapping[Result, Term] = {
    Result.THREE_YEARS: Term(36, documented("MCC17")),
    Result.EIGHTEEN_MONTHS: Term(18, documented("MCC17, MILKBE111, SB24")),
    Result.REFUSAL: Term(None, documented("MILKBE111, SB24, S0")),
}


@dataclass(frozen=True)
class Window:
    """The days around the anniversary on which an audit keeps it, both counted."""

    opens_on: date
    closes_on: date

    def holds(self, day: date) -> bool:
        """Whether an audit on that day keeps the anniversary."""
        return self.opens_on <= day <= self.closes_on


@dataclass(frozen=True)
class Validity:
    """First and last day of a certificate, both counted, and the number of the rule that set them."""

    valid_from: date
    valid_until: date
    rule: RuleNumber


def longest_before(expires_on: date) -> date:
    """The earliest day on which a certificate with that last day can have begun."""
    return add_days(add_months(expires_on, -max(term.months or 0 for term in TERMS.values())), 1)


def audit_window(expires_on: date, months: int) -> Window:
    """The window of a certificate whose last day is expires_on; months: those the case carries (rule 5.2)."""
    return Window(add_months(expires_on, -months), expires_on)


def validity(
    outcome: AuditOutcome,
    *,
    audited_on: date,
    decided_on: date,
    previous_until: date | None,
    window_months: int,
) -> Validity | None:
    """The days of the new certificate, None after a refusal (rules 5.1 to 5.5).

    previous_until: the last day of the certificate before, None for a first one. The new one never begins before it
    was decided (ISO/IEC 17065, 7.7.1): a decision after the certificate before had ended loses the anniversary.
    """
    months = TERMS[outcome.result].months
    if months is None:
        return None
    if previous_until is not None and audit_window(previous_until, window_months).holds(audited_on):
        begins_on = add_days(previous_until, 1)
        if decided_on <= begins_on:
            return Validity(begins_on, add_months(previous_until, months), RuleNumber.ANNIVERSARY_KEPT)
    return Validity(decided_on, add_months(decided_on, months), RuleNumber.FROM_THE_DECISION)
