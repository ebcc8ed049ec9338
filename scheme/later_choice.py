"""A choice that comes after another of the same farm and year: it runs again, or stands with what was meant."""

from dataclasses import replace
from datetime import datetime

from scheme.choice import Channel, Choice, State, counted_from, deadlines
from scheme.choice_heard import Correction, check_correction
from scheme.days import local_day
from scheme.errors import Rule, RuleViolationError
from scheme.ids import BodyId, CaseId
from scheme.letter import LetterKind
from scheme.step import Act, End, Step


def again(
    stopped: Choice, case_id: CaseId, at: datetime, recognised: tuple[BodyId, ...], *, written: bool
) -> Step[Choice]:
    """The choice that a stop had ended, as it runs again. written: whether its letter went out.

    An answer given before stands. Otherwise the days go on as they were, unless the last one has passed or no
    letter went out: then they count anew, from a new letter. Bodies no longer recognised are not offered.
    """
    offered = tuple(body for body in stopped.bodies if body in recognised) or recognised
    if not offered:
        raise RuleViolationError(Rule.NO_RECOGNISED_BODY, local_day(at))
    answered = stopped.body is not None
    anew = not answered and (at >= stopped.close_at or not written)
    running = replace(
        _after(stopped, case_id, at),
        state=_state(stopped, anew=anew),
        bodies=offered,
        default_body=stopped.default_body if stopped.default_body in offered else offered[0],
        closed_at=None,
    )
    if anew:
        running = _anew(running, at)
    letters = (LetterKind.CHOICE,) if anew else ()
    return Step(
        running, at, Act.CHOICE_RUNS_AGAIN, deadlines=deadlines(running), letters=letters, day=running.answer_due
    )


def corrected(ended: Choice, case_id: CaseId, at: datetime, correction: Correction, *, told: bool) -> Step[Choice]:
    """The choice with what was meant, closed as the wrong one was.

    told: whether a letter told the farmer of the wrong body; then another one tells of the right. About a body
    that the farmer chose there never was a letter. Raises RuleViolationError where there is nothing to put right.
    """
    if ended.open:
        raise RuleViolationError(Rule.CHANGED_MEANWHILE)
    if ended.state is State.STOPPED:
        raise RuleViolationError(Rule.FARM_STOPPED, None if ended.closed_at is None else local_day(ended.closed_at))
    if ended.state is State.CANCELLED:
        raise RuleViolationError(Rule.ROUND_CANCELLED, None if ended.closed_at is None else local_day(ended.closed_at))
    check_correction(ended, correction)
    if correction.body not in ended.bodies:
        raise RuleViolationError(Rule.BODY_NOT_OFFERED)
    right = replace(
        _after(ended, case_id, at),
        state=State.CHOSEN,
        body=correction.body,
        channel=ended.channel if ended.channel is Channel.APPLICATION else correction.channel,
        answered_at=ended.answered_at or at,
        closed_at=at,
    )
    # The farm's own workflow tells the correction; that this case opened is its echo.
    return Step(
        right,
        at,
        Act.CASE_OPENED,
        letters=(LetterKind.CORRECTION,) if told else (),
        body=right.body,
        about=case_id,
        end=End.CHOSEN,
    )


def _after(earlier: Choice, case_id: CaseId, at: datetime) -> Choice:
    return replace(
        earlier, case_id=case_id, replaces=earlier.case_id, begun_at=at, asked_again=(), unsent_since=None, revision=1
    )


def _state(stopped: Choice, *, anew: bool) -> State:
    if stopped.body is not None:
        return State.ANSWERED
    return State.REMINDED if stopped.reminded_at is not None and not anew else State.ASKED


def _anew(running: Choice, at: datetime) -> Choice:
    return counted_from(replace(running, asked_at=at, reminded_at=None), local_day(at))
