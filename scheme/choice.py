"""The choice of inspection body (domain.md §2): ask, remind, take answers until the day, else the default."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from scheme.days import add_days, end_of_day, local_day
from scheme.errors import Refusal, Rule, RuleViolationError
from scheme.ids import BodyId, CaseId, FarmId, NewsId, PersonId, SubmissionId, choice_case
from scheme.letter import LetterKind
from scheme.news import BodyLost, FarmStopped, News, RoundCancelled
from scheme.people import THE_HOUSE, Action, Actor, Role, may
from scheme.rules import Rules
from scheme.step import Act, Deadline, DeadlineKind, Dealt, End, Outcome, Step, Submission

WORKFLOW = "InspectionBodyChoice"


class State(StrEnum):
    """Where a choice stands; the last four are final."""

    ASKED = "asked"
    REMINDED = "reminded"
    ANSWERED = "answered"
    CHOSEN = "chosen"
    ASSIGNED = "assigned"
    STOPPED = "stopped"
    CANCELLED = "cancelled"


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
class Correction:
    """Another body was meant than the one that was keyed; why stays in the submission's words.

    instead_of: the body that stood there when the mistake was seen, so that two people cannot correct past each other.
    """

    choice: CaseId
    instead_of: BodyId
    body: BodyId
    channel: Channel
    kind: Literal["correction"] = "correction"


Heard = Answer | Correction


@dataclass(frozen=True)
class Request:
    """A request to open a choice, as the round or the farmer's workflow makes it.

    bodies: recognised on the day of the letter, in the order of the letter; default_body: what silence gives.
    replaces: the closed choice that this one, with its number, opens again; lost_body: why, if a body was lost.
    """

    year: int
    farm_id: FarmId
    rules: Rules
    bodies: tuple[BodyId, ...]
    default_body: BodyId
    previous_body: BodyId | None
    round_id: CaseId | None = None
    number: int = 1
    replaces: CaseId | None = None
    lost_body: BodyId | None = None


@dataclass(frozen=True)
class OpenAgain:
    """A request to open a closed choice of the farm again, in place of it.

    opened_by: the news or submission that asks; the same again is success. bodies: what is offered, () for all that
    are recognised; default_body: what silence gives, None for the rule's own; lost_body: why, if a body was lost.
    """

    farm_id: FarmId
    replaces: CaseId
    at: datetime
    opened_by: NewsId | SubmissionId
    bodies: tuple[BodyId, ...] = ()
    default_body: BodyId | None = None
    lost_body: BodyId | None = None
    kind: Literal["open-again"] = "open-again"


@dataclass(frozen=True)
class Choice:
    """A farm's choice. reminder_due and answer_due are the last days that count, in Brussels.

    asked_again: the moments at which the farmer was written to anew because a body was lost; lost_body: the last one.
    begun_at: when it began to run, where that was later than its letter: its farm's stop was taken back.
    """

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
    replaces: CaseId | None = None
    lost_body: BodyId | None = None
    asked_again: tuple[datetime, ...] = ()
    begun_at: datetime | None = None
    kind: Literal["choice"] = "choice"

    @property
    def open(self) -> bool:
        """Whether an answer still counts."""
        return self.state in OPEN

    @property
    def began_at(self) -> datetime:
        """When this choice began to run: with its letter, or later where it runs again."""
        return self.begun_at or self.asked_at

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
        replaces=request.replaces,
        lost_body=request.lost_body,
    )
    return Step(
        choice,
        at,
        Act.CHOICE_ASKED if request.replaces is None else Act.CHOICE_REOPENED,
        deadlines=deadlines(choice),
        letters=(LetterKind.CHOICE if request.lost_body is None else LetterKind.AGAIN,),
        body=request.lost_body,
        day=choice.answer_due,
        about=request.replaces,
    )


def remind(choice: Choice, at: datetime) -> Step[Choice]:
    """Nobody answered by the day of the reminder: write once more."""
    reminded = _next(choice, state=State.REMINDED, reminded_at=at)
    return Step(
        reminded,
        at,
        Act.CHOICE_REMINDED,
        deadlines=deadlines(reminded),
        letters=(LetterKind.REMINDER,),
        day=choice.answer_due,
    )


def hear(choice: Choice, item: Submission[Heard] | News) -> Step[Choice]:
    """Take what came in: an answer or its correction, or the news that the farm stopped or a body was lost."""
    if isinstance(item, Submission):
        return _answer(choice, item)
    if isinstance(item.what, BodyLost):
        return lose(choice, item, item.what)
    if isinstance(item.what, FarmStopped):
        stopped = _next(choice, state=State.STOPPED, closed_at=item.at)
        return Step(
            stopped, item.at, Act.CHOICE_STOPPED, dealt=(Dealt(item.id),), day=item.what.stopped_on, end=End.STOPPED
        )
    if isinstance(item.what, RoundCancelled):
        return _cancel(choice, item)
    return _refused(choice, item.at, THE_HOUSE, Dealt(item.id, Outcome(Refusal(Rule.NOT_UNDERSTOOD))))


def _cancel(choice: Choice, item: News) -> Step[Choice]:
    """Nobody was written to, and nobody will be: the choice ends without a body."""
    cancelled = _next(choice, state=State.CANCELLED, closed_at=item.at)
    return Step(cancelled, item.at, Act.CHOICE_CANCELLED, dealt=(Dealt(item.id),), end=End.CANCELLED)


def lose(choice: Choice, item: News, lost: BodyLost) -> Step[Choice]:
    """A body may not be chosen any more.

    Who answered for it, and who by silence would get it, is written to again, and the days count from that letter.
    For all others it only leaves the list: what they answered, or their default, stands.
    """
    left = tuple(body for body in choice.bodies if body != lost.body)
    given = choice.default_body if choice.body is None else choice.body
    if given == lost.body or not left:
        return _ask_again(choice, item, lost)
    default = choice.default_body
    if default == lost.body:
        default = lost.default_body if lost.default_body in left else left[0]
    kept = _next(choice, bodies=left, default_body=default)
    return Step(kept, item.at, Act.BODY_LOST, deadlines=deadlines(kept), dealt=(Dealt(item.id),), body=lost.body)


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


def check_answer(choice: Choice, submission: Submission[Heard]) -> None:
    """Raise RuleViolationError unless this person may give this answer, or correct it, now.

    The farmer of this farm may, with the letter's code; the secretariat may key what came by paper or phone.
    """
    answer = submission.facts
    if not _allowed(choice, submission):
        raise RuleViolationError(Rule.NOT_ALLOWED)
    if not choice.open:
        raise RuleViolationError(Rule.CASE_CLOSED, choice.answer_due)
    if submission.received_at >= choice.close_at:
        raise RuleViolationError(Rule.TOO_LATE, choice.answer_due)
    if answer.body not in choice.bodies:
        raise RuleViolationError(Rule.BODY_NOT_OFFERED)
    if isinstance(answer, Correction):
        check_correction(choice, answer)
    if choice.answered_at is not None and submission.received_at < choice.answered_at:
        # Delivered out of order after an outage: the later answer stands.
        raise RuleViolationError(Rule.SUPERSEDED, local_day(choice.answered_at))


def check_correction(choice: Choice, correction: Correction) -> None:
    """Raise RuleViolationError unless it changes what stands there, as it stood when the mistake was seen."""
    if choice.body != correction.instead_of:
        raise RuleViolationError(Rule.CHANGED_MEANWHILE)
    if (choice.body, choice.channel) == (correction.body, correction.channel):
        raise RuleViolationError(Rule.NOTHING_TO_CORRECT)


def _allowed(choice: Choice, submission: Submission[Heard]) -> bool:
    actor = submission.actor
    if isinstance(submission.facts, Correction):
        return may(actor, Action.CORRECT_CASE)
    if actor.role is Role.FARMER:
        return actor.person == PersonId(choice.farm_id) and may(actor, Action.ANSWER_CHOICE)
    return may(actor, Action.KEY_ANSWER)


def _answer(choice: Choice, submission: Submission[Heard]) -> Step[Choice]:
    try:
        check_answer(choice, submission)
    except RuleViolationError as violation:
        dealt = Dealt(submission.id, Outcome(violation.refusal))
        return _refused(choice, submission.received_at, submission.actor, dealt)
    answer = submission.facts
    # A correction says what was answered; the moment of the answer stays.
    corrects = isinstance(answer, Correction)
    answered_at = choice.answered_at if corrects else submission.received_at
    answered = _next(choice, state=State.ANSWERED, body=answer.body, channel=answer.channel, answered_at=answered_at)
    act = Act.CHOICE_ANSWERED if choice.body is None else Act.CHOICE_CHANGED
    act = Act.CHOICE_CORRECTED if corrects else act
    return Step(
        answered,
        submission.received_at,
        act,
        submission.actor,
        deadlines=deadlines(answered),
        dealt=(Dealt(submission.id),),
        body=answer.body,
    )


def _ask_again(choice: Choice, item: News, lost: BodyLost) -> Step[Choice]:
    asked_on = local_day(item.at)
    again = _next(
        choice,
        state=State.ASKED,
        body=None,
        channel=None,
        answered_at=None,
        reminded_at=None,
        reminder_due=add_days(asked_on, choice.rules.choice_reminder_days),
        answer_due=add_days(asked_on, choice.rules.choice_answer_days),
        bodies=lost.bodies,
        default_body=lost.default_body,
        lost_body=lost.body,
        asked_again=(*choice.asked_again, item.at),
    )
    return Step(
        again,
        item.at,
        Act.CHOICE_ASKED_AGAIN,
        deadlines=deadlines(again),
        letters=(LetterKind.AGAIN,),
        dealt=(Dealt(item.id),),
        body=lost.body,
        day=again.answer_due,
    )


def _refused(choice: Choice, at: datetime, actor: Actor, dealt: Dealt) -> Step[Choice]:
    unchanged = _next(choice)
    return Step(unchanged, at, Act.REFUSED, actor, deadlines=deadlines(unchanged), dealt=(dealt,))


def deadlines(choice: Choice) -> tuple[Deadline, ...]:
    """The moments at which the choice acts by itself, as it stands."""
    close_row = Deadline(DeadlineKind.CLOSE, choice.close_at)
    if choice.silent:
        return (Deadline(DeadlineKind.REMIND, choice.remind_at), close_row)
    return (close_row,) if choice.open else ()


def _next(choice: Choice, **changes: object) -> Choice:
    return replace(choice, revision=choice.revision + 1, **changes)  # type: ignore[arg-type]  # fields of Choice
