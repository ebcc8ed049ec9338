"""What a choice hears: an answer or its correction, that its farm stopped, that a body or the round was lost."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from scheme.choice import Channel, Choice, State, changed, counted_from, deadlines
from scheme.choice_letter import hear_of_letter
from scheme.choice_lost import lose
from scheme.days import local_day
from scheme.errors import Refusal, Rule, RuleViolationError
from scheme.ids import BodyId, CaseId, PersonId
from scheme.news import BodyLost, FarmStopped, FirstAudit, LetterLeft, LetterUnsent, News, RoundCancelled
from scheme.people import THE_HOUSE, Action, Actor, Role, may
from scheme.step import Act, Dealt, End, Outcome, Step, Submission


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


def hear(choice: Choice, item: Submission[Heard] | News) -> Step[Choice]:
    """Take what came in: an answer or its correction, or the news that the farm stopped or a body was lost."""
    return _answer(choice, item) if isinstance(item, Submission) else _news(choice, item)


def _news(choice: Choice, item: News) -> Step[Choice]:
    if isinstance(item.what, BodyLost):
        return lose(choice, item, item.what)
    if isinstance(item.what, FarmStopped):
        stopped = changed(choice, state=State.STOPPED, closed_at=item.at)
        return Step(
            stopped, item.at, Act.CHOICE_STOPPED, dealt=(Dealt(item.id),), day=item.what.stopped_on, end=End.STOPPED
        )
    if isinstance(item.what, RoundCancelled):
        return _cancel(choice, item)
    if isinstance(item.what, FirstAudit):
        # Its certificate ended with its holder: the days to choose go on, for another audit.
        first = changed(choice, applied_on=item.what.applied_on)
        return Step(first, item.at, Act.FIRST_AUDIT_HEARD, deadlines=deadlines(first), dealt=(Dealt(item.id),))
    if isinstance(item.what, LetterUnsent | LetterLeft):
        return hear_of_letter(choice, item, item.what)
    return _refused(choice, item.at, THE_HOUSE, Dealt(item.id, Outcome(Refusal(Rule.NOT_UNDERSTOOD))))


def _cancel(choice: Choice, item: News) -> Step[Choice]:
    """Nobody was written to, and nobody will be: the choice ends without a body."""
    cancelled = changed(choice, state=State.CANCELLED, closed_at=item.at)
    return Step(cancelled, item.at, Act.CHOICE_CANCELLED, dealt=(Dealt(item.id),), end=End.CANCELLED)


def check_answer(choice: Choice, submission: Submission[Heard]) -> None:
    """Raise RuleViolationError unless this person may give this answer, or correct it, now.

    The farmer of this farm may, with the letter's code; the secretariat may key what came by paper or phone.
    """
    answer = submission.facts
    if not _allowed(choice, submission):
        raise RuleViolationError(Rule.NOT_ALLOWED)
    if not choice.open:
        raise RuleViolationError(Rule.CASE_CLOSED, choice.answer_due)
    if choice.unsent_since is None and submission.received_at >= choice.close_at:
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
    answered = changed(choice, state=State.ANSWERED, body=answer.body, channel=answer.channel, answered_at=answered_at)
    if choice.unsent_since is not None:
        # Asked in another way than by letter: the farmer may change this answer as long as anybody else.
        answered = counted_from(answered, local_day(submission.received_at))
    # The same body once more changes nothing.
    act = Act.CHOICE_ANSWERED if choice.body in {None, answer.body} else Act.CHOICE_CHANGED
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


def _refused(choice: Choice, at: datetime, actor: Actor, dealt: Dealt) -> Step[Choice]:
    unchanged = changed(choice)
    return Step(unchanged, at, Act.REFUSED, actor, deadlines=deadlines(unchanged), dealt=(dealt,))
