"""A new value for a parameter: proposed by one person, decided by another (design.md §6).

Running cases keep the values they began with, so a value can only count from today on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from scheme.errors import Rule, RuleViolationError
from scheme.ids import PersonId
from scheme.people import Action, Actor, may
from scheme.rules import DEFAULTS, Name, Setting, values_on


@dataclass(frozen=True)
class Limits:
    """The smallest and the largest value that makes sense, both allowed."""

    least: int
    most: int


# Wide enough for any decision of the scheme, narrow enough to catch a slip of the hand.
LIMITS: Mapping[Name, Limits] = {
    Name.CHOICE_LEAD_MONTHS: Limits(3, 17),
    Name.CHOICE_WINDOW_MONTHS: Limits(1, 18),
    Name.CHOICE_REMINDER_DAYS: Limits(1, 60),
    Name.CHOICE_ANSWER_DAYS: Limits(7, 90),
    Name.PRINT_WITHIN_DAYS: Limits(1, 30),
    Name.CORRECTION_A_MONTHS: Limits(1, 12),
    Name.CORRECTION_B_MONTHS: Limits(1, 24),
    Name.DISPUTE_DAYS: Limits(7, 180),
    Name.APPEAL_DAYS: Limits(7, 365),
    Name.APPEAL_TERM_DAYS: Limits(7, 365),
    Name.SUSPENSION_MONTHS: Limits(1, 24),
    Name.AUDITS_BEFORE: Limits(0, 99_999),
    Name.AUDIT_WINDOW_MONTHS: Limits(1, 17),
    Name.REPORT_WITHIN_DAYS: Limits(1, 60),
    Name.PLAN_WITHIN_DAYS: Limits(1, 180),
    Name.FIRST_AUDIT_MONTHS: Limits(1, 24),
    Name.DECIDE_WITHIN_DAYS: Limits(1, 180),
    Name.PLAN_B_MONTHS: Limits(1, 6),
    # Less than the shortest corrective action: one month.
    Name.CORRECTION_REMINDER_DAYS: Limits(1, 27),
    Name.LEAST_SCORE: Limits(0, 100),
    Name.MOST_FINDINGS: Limits(0, 150),
    Name.WARNING_DAYS: Limits(2, 365),
    Name.LAST_WARNING_DAYS: Limits(1, 180),
    Name.SAME_AUDITOR_AUDITS: Limits(1, 20),
    Name.EXTENSION_MONTHS: Limits(1, 36),
}


@dataclass(frozen=True)
class Proposal:
    """A value from a day on, with its source; confirmed_by: who at IKM confirmed it, None while nobody has."""

    setting: Setting
    source: str
    confirmed_by: str | None


def check_proposal(proposal: Proposal, actor: Actor, today: date, known: Iterable[Setting]) -> None:
    """Raise RuleViolationError unless this person may propose this value today."""
    setting = proposal.setting
    if not may(actor, Action.CHANGE_PARAMETERS):
        raise RuleViolationError(Rule.NOT_ALLOWED)
    limits = LIMITS[setting.name]
    if not limits.least <= setting.value <= limits.most:
        raise RuleViolationError(Rule.VALUE_OUT_OF_RANGE)
    if setting.valid_from < today:
        raise RuleViolationError(Rule.NOT_IN_THE_PAST, today)
    _check_days(setting, tuple(known))


def check_decision(proposed_by: PersonId, actor: Actor, *, accepted: bool) -> None:
    """Raise RuleViolationError unless this person may decide: whoever proposed may only withdraw."""
    if not may(actor, Action.CHANGE_PARAMETERS):
        raise RuleViolationError(Rule.NOT_ALLOWED)
    if accepted and actor.person == proposed_by:
        raise RuleViolationError(Rule.SECOND_PERSON_NEEDED)


def _check_days(setting: Setting, known: tuple[Setting, ...]) -> None:
    """A reminder or a plan after the last day would help nobody, on any day from which a value counts.

    Nor would a last warning that comes before the first.
    """
    with_it = (*(row for row in known if replace(row, value=0) != replace(setting, value=0)), setting)
    days = {row.valid_from for row in with_it if row.valid_from >= setting.valid_from}
    for day in sorted(days):
        values = values_on(day, with_it)
        if values[Name.CHOICE_REMINDER_DAYS] >= values[Name.CHOICE_ANSWER_DAYS]:
            raise RuleViolationError(Rule.REMINDER_AFTER_ANSWER, day)
        if values[Name.PLAN_B_MONTHS] > values[Name.CORRECTION_B_MONTHS]:
            raise RuleViolationError(Rule.PLAN_AFTER_CORRECTION, day)
        if values[Name.LAST_WARNING_DAYS] >= values[Name.WARNING_DAYS]:
            raise RuleViolationError(Rule.LAST_WARNING_FIRST, day)


DEFAULT = {parameter.name: parameter for parameter in DEFAULTS}
