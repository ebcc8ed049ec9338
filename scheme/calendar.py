"""The house's own procedure: it opens what concerns no single farm, such as the year's round of choices."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from scheme.choice_round import Start
from scheme.days import local_day
from scheme.errors import Refusal, Rule, RuleViolationError
from scheme.ids import CALENDAR, CaseId, round_case
from scheme.news import News
from scheme.people import Action, may
from scheme.step import Act, Dealt, Outcome, Step, Submission

WORKFLOW = "SchemeCalendar"


@dataclass(frozen=True)
class SchemeCalendar:
    """The state of the house's procedure; what it opened stands in the rows."""

    practice: bool
    began_at: datetime
    case_id: CaseId = CALENDAR
    revision: int = 1
    kind: Literal["calendar"] = "calendar"


def check_start(submission: Submission[Start]) -> None:
    """Raise RuleViolationError unless this person may start this year's round now."""
    if not may(submission.actor, Action.START_ROUND):
        raise RuleViolationError(Rule.NOT_ALLOWED)
    today = local_day(submission.received_at)
    if today.year != submission.facts.year:
        raise RuleViolationError(Rule.WRONG_YEAR, today)


def answered(calendar: SchemeCalendar, item: Submission[Start] | News, refused: Refusal | None) -> Step[SchemeCalendar]:
    """What became of a request: opened, or refused by a rule."""
    later = replace(calendar, revision=calendar.revision + 1)
    dealt = (Dealt(item.id, Outcome(refused)),)
    if isinstance(item, News):
        return Step(later, item.at, Act.REFUSED, dealt=dealt)
    act = Act.OPENING_DONE if refused is None else Act.REFUSED
    return Step(later, item.received_at, act, item.actor, dealt=dealt, about=round_case(item.facts.year))
