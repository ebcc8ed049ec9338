"""A farm without a certificate applies: its farmer chose who holds the first audit (domain.md §1.2).

The application is a choice that was made: it ends as it begins, and the audit follows from it as from any other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from scheme.choice import Channel, Choice, State
from scheme.choice_round import Country
from scheme.days import add_days, add_months, local_day, start_of_day
from scheme.errors import Rule, RuleViolationError
from scheme.ids import BodyId, FarmId, choice_case
from scheme.rules import Name, Rules, Setting, values_on
from scheme.step import Act, End, Step


@dataclass(frozen=True)
class Apply:
    """What the application form says: when the farmer applied, and which recognised body is to hold the audit.

    moved_on: no form, but the decision that a farm which moved, or was merged or divided, needs an audit.
    """

    applied_on: date
    body: BodyId
    moved_on: date | None = None
    kind: Literal["apply"] = "apply"


@dataclass(frozen=True)
class Applicant:
    """How the farm stands in the rows, on the day on which its application is recorded.

    certified_until: last day of a certificate that is in use; running_since: of a choice or an audit that runs.
    recognised: bodies that may be chosen that day; previous_body: of its last audit. number: of the year's choice.
    refused: whether what was decided about it last is that there is no new certificate.
    """

    farm_id: FarmId
    country: Country
    certified_until: date | None
    running_since: date | None
    recognised: tuple[BodyId, ...]
    previous_body: BodyId | None
    number: int = 1
    refused: bool = False


def check_applicant(applicant: Applicant) -> None:
    """Raise RuleViolationError unless this farm may apply for an audit.

    A farm that was refused need not wait until the certificate of before has run out: there would be a gap.
    """
    if applicant.country is not Country.BE:
        raise RuleViolationError(Rule.DUTCH_FARM)
    if applicant.certified_until is not None and not applicant.refused:
        raise RuleViolationError(Rule.HAS_CERTIFICATE, applicant.certified_until)
    if applicant.running_since is not None:
        raise RuleViolationError(Rule.ALREADY_OPEN, applicant.running_since)


def check_applied_on(applied_on: date, today: date, follows: date | None, settings: Iterable[Setting]) -> None:
    """Raise RuleViolationError for a day on which nobody can have applied: a slip of the hand.

    follows: since when the farm is one of its own, or was refused; None for neither. An application of which the first
    audit should have been held before today is as good as none.
    """
    known = tuple(settings)
    if applied_on > today:
        raise RuleViolationError(Rule.NOT_IN_THE_FUTURE, applied_on)
    if follows is not None and applied_on < follows:
        raise RuleViolationError(Rule.APPLIED_BEFORE, follows)
    if held_by(applied_on, known) < today:
        raise RuleViolationError(Rule.APPLIED_LONG_AGO, _oldest(today, known))


def _oldest(today: date, settings: Iterable[Setting]) -> date:
    """The first day of an application of which the first audit is not late today; months differ in length."""
    known = tuple(settings)
    day = add_months(today, -values_on(today, known)[Name.FIRST_AUDIT_MONTHS])
    while held_by(day, known) < today:
        day = add_days(day, 1)
    return day


def applied(applicant: Applicant, apply: Apply, at: datetime, rules: Rules, *, practice: bool) -> Step[Choice]:
    """The choice that the application made, ended. Raises RuleViolationError where the farm may not apply so."""
    if apply.moved_on is None:
        check_applicant(applicant)
    if apply.body not in applicant.recognised:
        raise RuleViolationError(Rule.BODY_NOT_OFFERED)
    year = local_day(at).year
    choice = Choice(
        case_id=choice_case(year, applicant.farm_id, applicant.number),
        farm_id=applicant.farm_id,
        year=year,
        round_id=None,
        rules=rules,
        practice=practice,
        asked_at=at,
        reminder_due=apply.applied_on,
        answer_due=apply.applied_on,
        bodies=applicant.recognised,
        default_body=apply.body,
        previous_body=applicant.previous_body,
        state=State.CHOSEN,
        body=apply.body,
        channel=Channel.APPLICATION,
        answered_at=start_of_day(apply.applied_on),
        closed_at=at,
        applied_on=apply.applied_on,
    )
    # The farm's own workflow tells the application; that this case opened is its echo.
    return Step(choice, at, Act.CASE_OPENED, body=choice.body, about=choice.case_id, end=End.CHOSEN)


def held_by(applied_on: date, settings: Iterable[Setting]) -> date:
    """The last day on which the first audit should be held, by the rule of the day of the application."""
    return add_months(applied_on, values_on(applied_on, settings)[Name.FIRST_AUDIT_MONTHS])
