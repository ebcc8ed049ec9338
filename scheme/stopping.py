"""A farm stops, by itself or because it was merged into another: its last day, and what it does no more."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from scheme.days import local_day
from scheme.errors import Rule, RuleViolationError
from scheme.farmer import Farmer, Standing, deadlines
from scheme.news import Merged, News
from scheme.people import Action, Actor, Role, may
from scheme.step import Act, Dealt, Outcome, Step, Submission


@dataclass(frozen=True)
class Stop:
    """The farm stops delivering milk; stopped_on is the last day it took part."""

    stopped_on: date
    kind: Literal["stop"] = "stop"


def check_stop(farmer: Farmer, submission: Submission[Stop]) -> None:
    """Raise RuleViolationError unless this person may record this stop now."""
    if not may(submission.actor, Action.STOP_FARM):
        raise RuleViolationError(Rule.NOT_ALLOWED)
    if farmer.standing is Standing.STOPPED:
        raise RuleViolationError(Rule.FARM_STOPPED, farmer.stopped_on)
    if submission.facts.stopped_on > local_day(submission.received_at):
        raise RuleViolationError(Rule.NOT_IN_THE_FUTURE, submission.facts.stopped_on)


def stop(farmer: Farmer, submission: Submission[Stop]) -> Step[Farmer]:
    """Take in that the farm stops, where a rule allows it."""
    try:
        check_stop(farmer, submission)
    except RuleViolationError as violation:
        unchanged = replace(farmer, revision=farmer.revision + 1)
        refused = Dealt(submission.id, Outcome(violation.refusal))
        return Step(
            unchanged, submission.received_at, Act.REFUSED, submission.actor, deadlines(unchanged), dealt=(refused,)
        )
    day, dealt = submission.facts.stopped_on, (Dealt(submission.id),)
    stopped = _stopped(farmer, day)
    return Step(stopped, submission.received_at, Act.FARM_STOPPED, submission.actor, dealt=dealt, day=day)


def merge(farmer: Farmer, item: News, merged: Merged) -> Step[Farmer]:
    """The rows say so already: a stop that came in meanwhile gives way to the day of the merger."""
    stopped, by = _stopped(farmer, merged.stopped_on), Actor(merged.asked_by, Role.SECRETARIAT)
    dealt, day, about = (Dealt(item.id),), merged.stopped_on, merged.change
    return Step(stopped, item.at, Act.FARM_MERGED, by, dealt=dealt, day=day, about=about)


def _stopped(farmer: Farmer, day: date) -> Farmer:
    due = farmer.choice_due if farmer.standing is Standing.ACTIVE else farmer.due_before_stop
    return replace(
        farmer,
        standing=Standing.STOPPED,
        stopped_on=day,
        choice_due=None,
        due_before_stop=due,
        revision=farmer.revision + 1,
    )
