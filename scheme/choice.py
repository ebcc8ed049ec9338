"""The choice of inspection body (domain.md §2): ask, remind, take answers until the day, else the default."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from scheme.days import add_days, end_of_day, local_day
from scheme.errors import Refusal, Rule, RuleViolationError
from scheme.ids import BodyId, CaseId, FarmId, PersonId, choice_case
from scheme.letter import LetterKind
from scheme.news import FarmStopped, News
from scheme.people import THE_HOUSE, Action, Actor, Role, may
from scheme.rules import Rules
from scheme.step import Act, Deadline, DeadlineKind, Dealt, End, Outcome, Step, Submission

WORKFLOW = "InspectionBodyChoice"


class State(StrEnum):
    """Where a choice stands; the last three are final."""

    ASKED = "asked"
    REMINDED = "reminded"
    ANSWERED = "answered"
    CHOSEN = "chosen"
    ASSIGNED = "assigned"
    STOPPED = "stopped"


OPEN = frozenset({State.ASKED, State.REMINDED, State.ANSWERED})


class Channel(StrEnum):
    """How an answer reached the house."""

    LINK = "link"
    CODE = "code"
    PAPER = "paper"
    PHONE = "phone"


@dataclass(frozen=True)
class Answer:
    """What a farmer chose."""

    body: BodyId
    channel: Channel
    kind: Literal["answer"] = "answer"


@dataclass(frozen=True)
class Request:
    """A request to open a choice, as the round or the farmer's workflow makes it.

    bodies: recognised on the day of the letter, in the order of the letter; default_body: what silence gives.
    """

    year: int
    farm_id: FarmId
    rules: Rules
    bodies: tuple[BodyId, ...]
    default_body: BodyId
    previous_body: BodyId | None
    round_id: CaseId | None = None
    number: int = 1


@dataclass(frozen=True)
class Choice:
    """A farm's choice. reminder_due and answer_due are the last days that count, in Brussels."""

    case_id: CaseId
    farm_id: FarmId
    year: int
    round_id: CaseId | None
    rules: Rules
    practice: bool
    asked_at: datetime
    reminder_due: date
    answer_due: date
    bodies: tuple[BodyId, ...]
    default_body: BodyId
    previous_body: BodyId | None
    state: State = State.ASKED
    body: BodyId | None = None
    channel: Channel | None = None
    answered_at: datetime | None = None
    reminded_at: datetime | None = None
    closed_at: datetime | None = None
    revision: int = 1
    kind: Literal["choice"] = "choice"

    @property
    def open(self) -> bool:
        """Whether an answer still counts."""
        return self.state in OPEN

    @property
    def silent(self) -> bool:
        """Whether nobody has answered yet."""
        return self.state is State.ASKED

    def to_remind(self, at: datetime) -> bool:
        """Whether a reminder still helps: nobody has answered, and the last day has not passed."""
        return self.silent and at < self.close_at

    @property
    def remind_at(self) -> datetime:
        """The first moment after the last day before the reminder."""
        return end_of_day(self.reminder_due)

    @property
    def close_at(self) -> datetime:
        """The first moment after the last day for an answer."""
        return end_of_day(self.answer_due)


def opened(request: Request, at: datetime, *, practice: bool) -> Step[Choice]:
    """The choice as it begins, with its letter and first deadlines.

    The days count from the day of the letter: opening and letter carry the same date.
    """
    asked_on = local_day(at)
    choice = Choice(
        case_id=choice_case(request.year, request.farm_id, request.number),
        farm_id=request.farm_id,
        year=request.year,
        round_id=request.round_id,
        rules=request.rules,
        practice=practice,
        asked_at=at,
        reminder_due=add_days(asked_on, request.rules.choice_reminder_days),
        answer_due=add_days(asked_on, request.rules.choice_answer_days),
        bodies=request.bodies,
        default_body=request.default_body,
        previous_body=request.previous_body,
    )
    return Step(
        choice, at, Act.CHOICE_ASKED, deadlines=_deadlines(choice), letters=(LetterKind.CHOICE,), day=choice.answer_due
    )


def remind(choice: Choice, at: datetime) -> Step[Choice]:
    """Nobody answered by the day of the reminder: write once more."""
    reminded = _next(choice, state=State.REMINDED, reminded_at=at)
    return Step(
        reminded,
        at,
        Act.CHOICE_REMINDED,
        deadlines=_deadlines(reminded),
        letters=(LetterKind.REMINDER,),
        day=choice.answer_due,
    )


def hear(choice: Choice, item: Submission[Answer] | News) -> Step[Choice]:
    """Take what came in: an answer, its change, or the news that the farm stopped."""
    if isinstance(item, Submission):
        return _answer(choice, item)
    if isinstance(item.what, FarmStopped):
        stopped = _next(choice, state=State.STOPPED, closed_at=item.at)
        return Step(
            stopped, item.at, Act.CHOICE_STOPPED, dealt=(Dealt(item.id),), day=item.what.stopped_on, end=End.STOPPED
        )
    return _refused(choice, item.at, THE_HOUSE, Dealt(item.id, Outcome(Refusal(Rule.NOT_UNDERSTOOD))))


def close(choice: Choice, at: datetime) -> Step[Choice]:
    """The day has passed: the answer given, or the body that silence gives, told by letter."""
    if choice.body is not None:
        chosen = _next(choice, state=State.CHOSEN, closed_at=at)
        return Step(chosen, at, Act.CHOICE_CHOSEN, body=chosen.body, end=End.CHOSEN)
    assigned = _next(choice, state=State.ASSIGNED, closed_at=at, body=choice.default_body)
    return Step(
        assigned,
        at,
        Act.CHOICE_ASSIGNED,
        body=assigned.body,
        letters=(LetterKind.ASSIGNMENT,),
        end=End.ASSIGNED,
    )


def check_answer(choice: Choice, submission: Submission[Answer]) -> None:
    """Raise RuleViolationError unless this person may give this answer now.

    The farmer of this farm may, with the letter's code; the secretariat may key what came by paper or phone.
    """
    actor, answer = submission.actor, submission.facts
    if actor.role is Role.FARMER:
        allowed = actor.person == PersonId(choice.farm_id) and may(actor, Action.ANSWER_CHOICE)
    else:
        allowed = may(actor, Action.KEY_ANSWER)
    if not allowed:
        raise RuleViolationError(Rule.NOT_ALLOWED)
    if not choice.open:
        raise RuleViolationError(Rule.CASE_CLOSED, choice.answer_due)
    if submission.received_at >= choice.close_at:
        raise RuleViolationError(Rule.TOO_LATE, choice.answer_due)
    if answer.body not in choice.bodies:
        raise RuleViolationError(Rule.BODY_NOT_OFFERED)
    if choice.answered_at is not None and submission.received_at < choice.answered_at:
        # Delivered out of order after an outage: the later answer stands.
        raise RuleViolationError(Rule.SUPERSEDED, local_day(choice.answered_at))


def _answer(choice: Choice, submission: Submission[Answer]) -> Step[Choice]:
    try:
        check_answer(choice, submission)
    except RuleViolationError as violation:
        dealt = Dealt(submission.id, Outcome(violation.refusal))
        return _refused(choice, submission.received_at, submission.actor, dealt)
    answer = submission.facts
    answered = _next(
        choice, state=State.ANSWERED, body=answer.body, channel=answer.channel, answered_at=submission.received_at
    )
    act = Act.CHOICE_ANSWERED if choice.body is None else Act.CHOICE_CHANGED
    return Step(
        answered,
        submission.received_at,
        act,
        submission.actor,
        deadlines=_deadlines(answered),
        dealt=(Dealt(submission.id),),
        body=answer.body,
    )


def _refused(choice: Choice, at: datetime, actor: Actor, dealt: Dealt) -> Step[Choice]:
    unchanged = _next(choice)
    return Step(unchanged, at, Act.REFUSED, actor, deadlines=_deadlines(unchanged), dealt=(dealt,))


def _deadlines(choice: Choice) -> tuple[Deadline, ...]:
    close_row = Deadline(DeadlineKind.CLOSE, choice.close_at)
    if choice.silent:
        return (Deadline(DeadlineKind.REMIND, choice.remind_at), close_row)
    return (close_row,) if choice.open else ()


def _next(choice: Choice, **changes: object) -> Choice:
    return replace(choice, revision=choice.revision + 1, **changes)  # type: ignore[arg-type]  # fields of Choice
