"""The choice of inspection body (domain.md §2): ask, remind, and close on the day; what it hears: choice_heard.py."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from scheme.days import add_days, end_of_day, local_day
from scheme.ids import BodyId, CaseId, FarmId, choice_case
from scheme.letter import LetterKind
from scheme.rules import Rules
from scheme.step import Act, Deadline, DeadlineKind, End, Step

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
    # Of a farm without a certificate: its form says which body.
    APPLICATION = "application"


@dataclass(frozen=True)
class Request:
    """A request to open a choice, as the round or the farmer's workflow makes it.

    bodies: recognised on the day of the letter, in the order of the letter; default_body: what silence gives.
    replaces: the closed choice that this one, with its number, opens again; lost_body: why, if a body was lost.
    applied_on: of a farm that has applied for its first audit.
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
    applied_on: date | None = None


@dataclass(frozen=True)
class Choice:
    """A farm's choice. reminder_due and answer_due are the last days that count, in Brussels.

    asked_again: the moments at which the farmer was written to anew because a body was lost; lost_body: the last one.
    begun_at: when it began to run, where that was later than its letter: its farm's stop was taken back.
    unsent_since: when its day came and its letter had not left the house; the days stand still until it has.
    applied_on: when the farm applied, where it has no certificate and the choice is for its first audit.
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
    unsent_since: datetime | None = None
    applied_on: date | None = None
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

    @property
    def next_at(self) -> datetime:
        """The moment at which it acts by itself if nothing comes in."""
        return self.remind_at if self.silent else self.close_at

    @property
    def days(self) -> tuple[object, ...]:
        """What its next moment hangs on; where one of these is another, waiting begins anew."""
        return self.asked_again, self.reminder_due, self.answer_due, self.unsent_since

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
        applied_on=request.applied_on,
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


def counted_from(choice: Choice, asked_on: date) -> Choice:
    """The choice with the last days that a letter of that day gives; nothing stands still any more."""
    return replace(
        choice,
        reminder_due=add_days(asked_on, choice.rules.choice_reminder_days),
        answer_due=add_days(asked_on, choice.rules.choice_answer_days),
        unsent_since=None,
    )


def remind(choice: Choice, at: datetime) -> Step[Choice]:
    """Nobody answered by the day of the reminder: write once more."""
    reminded = changed(choice, state=State.REMINDED, reminded_at=at)
    return Step(
        reminded,
        at,
        Act.CHOICE_REMINDED,
        deadlines=deadlines(reminded),
        letters=(LetterKind.REMINDER,),
        day=choice.answer_due,
    )


def close(choice: Choice, at: datetime) -> Step[Choice]:
    """The day has passed: the answer given, or the body that silence gives, told by letter."""
    if choice.body is not None:
        chosen = changed(choice, state=State.CHOSEN, closed_at=at)
        return Step(chosen, at, Act.CHOICE_CHOSEN, body=chosen.body, end=End.CHOSEN)
    assigned = changed(choice, state=State.ASSIGNED, closed_at=at, body=choice.default_body)
    return Step(
        assigned,
        at,
        Act.CHOICE_ASSIGNED,
        body=assigned.body,
        letters=(LetterKind.ASSIGNMENT,),
        end=End.ASSIGNED,
    )


def deadlines(choice: Choice) -> tuple[Deadline, ...]:
    """The moments at which the choice acts by itself, as it stands; none while its letter has not left."""
    if choice.unsent_since is not None:
        return ()
    close_row = Deadline(DeadlineKind.CLOSE, choice.close_at)
    if choice.silent:
        return (Deadline(DeadlineKind.REMIND, choice.remind_at), close_row)
    return (close_row,) if choice.open else ()


def changed(choice: Choice, **changes: object) -> Choice:
    """The choice with these changes, as its next revision."""
    return replace(choice, revision=choice.revision + 1, **changes)  # type: ignore[arg-type]  # fields of Choice
