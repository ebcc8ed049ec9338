"""A matter that ran before the house began, and is taken over as it stands (domain.md §1.3, §4).

It waits for its day; when that has passed, the secretariat gets a task; a person closes it. It writes to nobody.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from scheme.days import end_of_day, local_day
from scheme.errors import Refusal, Rule, RuleViolationError
from scheme.ids import BodyId, CaseId, FarmId, matter_case
from scheme.lastenboek.grade import Grade
from scheme.matter_kind import MatterKind
from scheme.news import FarmStopped, News
from scheme.people import THE_HOUSE, Action, Actor, may
from scheme.rules import Rules
from scheme.step import Act, Deadline, DeadlineKind, Dealt, End, Outcome, Step, Submission

WORKFLOW = "Matter"


class State(StrEnum):
    """Where a matter stands; the last two are final."""

    WAITING = "waiting"
    LATE = "late"
    CLOSED = "closed"
    STOPPED = "stopped"


OPEN = frozenset({State.WAITING, State.LATE})


@dataclass(frozen=True)
class Close:
    """A person says that the matter is settled; closed_on is the day on which it was."""

    closed_on: date
    kind: Literal["close-matter"] = "close-matter"


@dataclass(frozen=True)
class TakeOver:
    """A request to open a matter that runs already. began_on: the day from which its time counts."""

    farm_id: FarmId
    number: int
    what: MatterKind
    began_on: date
    due_on: date
    rules: Rules
    body: BodyId | None = None
    grade: Grade | None = None


@dataclass(frozen=True)
class Matter:
    """A farm's matter. due_on: the last day on which somebody acts in time, fixed when it was taken over."""

    case_id: CaseId
    farm_id: FarmId
    rules: Rules
    practice: bool
    taken_at: datetime
    what: MatterKind
    began_on: date
    due_on: date
    body: BodyId | None
    grade: Grade | None
    state: State = State.WAITING
    closed_on: date | None = None
    revision: int = 1
    kind: Literal["matter"] = "matter"

    @property
    def open(self) -> bool:
        """Whether somebody still has to act."""
        return self.state in OPEN

    @property
    def late_at(self) -> datetime:
        """The first moment after its last day."""
        return end_of_day(self.due_on)


def taken_over(request: TakeOver, at: datetime, *, practice: bool) -> Step[Matter]:
    """The matter as the house finds it: it waits for its day, or that has passed and it is late from the start."""
    matter = Matter(
        case_id=matter_case(request.farm_id, request.number),
        farm_id=request.farm_id,
        rules=request.rules,
        practice=practice,
        taken_at=at,
        what=request.what,
        began_on=request.began_on,
        due_on=request.due_on,
        body=request.body,
        grade=request.grade,
        state=State.LATE if at >= end_of_day(request.due_on) else State.WAITING,
    )
    return _step(matter, at, Act.MATTER_TAKEN_OVER)


def late(matter: Matter, at: datetime) -> Step[Matter]:
    """The day has passed and nobody closed it: the secretariat gets a task."""
    return _step(_next(matter, state=State.LATE), at, Act.MATTER_LATE)


def hear(matter: Matter, item: Submission[Close] | News) -> Step[Matter]:
    """Take what came in: somebody closes it, or the farm stopped."""
    if isinstance(item, Submission):
        return _close(matter, item)
    if isinstance(item.what, FarmStopped):
        stopped = _next(matter, state=State.STOPPED, closed_on=item.what.stopped_on)
        return _step(stopped, item.at, Act.MATTER_STOPPED, dealt=Dealt(item.id), end=End.STOPPED)
    return _refused(matter, item.at, THE_HOUSE, Dealt(item.id, Outcome(Refusal(Rule.NOT_UNDERSTOOD))))


def check_close(matter: Matter, submission: Submission[Close]) -> None:
    """Raise RuleViolationError unless this person may close it with that day."""
    day = submission.facts.closed_on
    if not may(submission.actor, Action.CLOSE_MATTER):
        raise RuleViolationError(Rule.NOT_ALLOWED)
    if not matter.open:
        raise RuleViolationError(Rule.CASE_CLOSED, matter.closed_on)
    if day > local_day(submission.received_at):
        raise RuleViolationError(Rule.NOT_IN_THE_FUTURE, day)
    if day < matter.began_on:
        raise RuleViolationError(Rule.BEFORE_IT_BEGAN, matter.began_on)


def _close(matter: Matter, submission: Submission[Close]) -> Step[Matter]:
    try:
        check_close(matter, submission)
    except RuleViolationError as violation:
        dealt = Dealt(submission.id, Outcome(violation.refusal))
        return _refused(matter, submission.received_at, submission.actor, dealt)
    closed = _next(matter, state=State.CLOSED, closed_on=submission.facts.closed_on)
    return _step(
        closed, submission.received_at, Act.MATTER_CLOSED, submission.actor, dealt=Dealt(submission.id), end=End.SETTLED
    )


def _refused(matter: Matter, at: datetime, actor: Actor, dealt: Dealt) -> Step[Matter]:
    return _step(_next(matter), at, Act.REFUSED, actor, dealt=dealt)


def _step(
    matter: Matter,
    at: datetime,
    act: Act,
    actor: Actor = THE_HOUSE,
    *,
    dealt: Dealt | None = None,
    end: End | None = None,
) -> Step[Matter]:
    return Step(
        matter,
        at,
        act,
        actor,
        deadlines=deadlines(matter),
        dealt=() if dealt is None else (dealt,),
        body=matter.body,
        day=matter.closed_on or matter.due_on,
        end=end,
    )


def deadlines(matter: Matter) -> tuple[Deadline, ...]:
    """The moment after which the matter is late, while it waits."""
    return (Deadline(DeadlineKind.LATE, matter.late_at),) if matter.state is State.WAITING else ()


def _next(matter: Matter, **changes: object) -> Matter:
    return replace(matter, revision=matter.revision + 1, **changes)  # type: ignore[arg-type]  # fields of Matter
