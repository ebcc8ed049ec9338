"""What the secretariat asks of one farm: something put right, a late join, a first audit, another certificate status.

Each is a later step with its reason in the submission's words; nothing is overwritten.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from scheme.application import Apply
from scheme.choice_heard import Correction
from scheme.days import local_day
from scheme.errors import Refusal, Rule, RuleViolationError
from scheme.extra_farm import Join
from scheme.farm_change import AskChange, Change
from scheme.farmer import Farmer, Standing, deadlines
from scheme.ids import CaseId, is_choice
from scheme.opening import OpenApplied, OpenCorrected, OpenExtra, OpenFarmChange, OpenLater, OpenStatusChange, RunAgain
from scheme.people import Action, may
from scheme.status_change import AskStatus
from scheme.step import Act, Dealt, Outcome, Step, Submission


@dataclass(frozen=True)
class TakeBack:
    """The farm never stopped: another one was meant. stopped_on: the stop that is taken back."""

    stopped_on: date
    kind: Literal["take-back"] = "take-back"


_RECORDED = {
    Change.TAKEOVER: Act.CHANGE_RECORDED,
    Change.MOVE: Act.MOVE_RECORDED,
    Change.MERGER: Act.MERGER_RECORDED,
    Change.SPLIT: Act.SPLIT_RECORDED,
}
Asked = TakeBack | Correction | Join | AskStatus | Apply | AskChange


def check(farmer: Farmer, submission: Submission[Asked]) -> None:
    """Raise RuleViolationError unless this person may ask this of the farm now; the rows may still refuse it."""
    facts = submission.facts
    if not may(submission.actor, _action(facts)):
        raise RuleViolationError(Rule.NOT_ALLOWED)
    today = local_day(submission.received_at)
    if isinstance(facts, Join) and facts.year != today.year:
        raise RuleViolationError(Rule.WRONG_YEAR, today)
    if isinstance(facts, TakeBack) and farmer.standing is Standing.ACTIVE:
        raise RuleViolationError(Rule.NOTHING_TO_CORRECT)
    if isinstance(facts, TakeBack) and facts.stopped_on != farmer.stopped_on:
        raise RuleViolationError(Rule.CHANGED_MEANWHILE)
    if isinstance(facts, Apply) and facts.applied_on > today:
        raise RuleViolationError(Rule.NOT_IN_THE_FUTURE, facts.applied_on)
    if isinstance(facts, AskChange) and facts.on > today:
        raise RuleViolationError(Rule.NOT_IN_THE_FUTURE, facts.on)
    if isinstance(facts, AskStatus | Apply | AskChange) and farmer.standing is Standing.STOPPED:
        raise RuleViolationError(Rule.FARM_STOPPED, farmer.stopped_on)


def _action(facts: Asked) -> Action:
    match facts:
        case Join():
            return Action.STEER_ROUND
        case AskStatus():
            return Action.ASK_STATUS
        case Apply():
            return Action.ENTER_APPLICATION
        case AskChange():
            return Action.ASK_CHANGE
        case _:
            return Action.CORRECT_CASE


def wanted(farmer: Farmer, submission: Submission[Asked]) -> OpenLater | None:
    """What has to be opened for it, once, by the submission's own id; None where it is refused already."""
    if _refused(farmer, submission) is not None:
        return None
    given = (farmer.farm_id, submission.received_at, submission.id)
    match submission.facts:
        case TakeBack():
            return RunAgain(*given)
        case Correction() as correction:
            return OpenCorrected(*given, correction)
        case Join():
            return OpenExtra(*given)
        case AskStatus() | AskChange() as asked:
            return _to_decide(farmer, submission, asked)
        case Apply() as apply:
            return OpenApplied(*given, apply)


def _to_decide(
    farmer: Farmer, submission: Submission[Asked], asked: AskStatus | AskChange
) -> OpenStatusChange | OpenFarmChange:
    """What deciders review and decide."""
    given = (farmer.farm_id, submission.received_at, submission.id)
    if isinstance(asked, AskStatus):
        return OpenStatusChange(*given, asked, submission.actor.person)
    return OpenFarmChange(*given, asked, submission.actor.person)


def put_right(
    farmer: Farmer, submission: Submission[Asked], opened: CaseId | None, refused: Refusal | None
) -> Step[Farmer]:
    """What became of it. opened: the choice that was opened for it, if one was; refused: by the rows."""
    refused = refused or _refused(farmer, submission)
    at, actor = submission.received_at, submission.actor
    dealt = (Dealt(submission.id, Outcome(refused)),)
    same = replace(farmer, revision=farmer.revision + 1)
    if refused is not None:
        return Step(same, at, Act.REFUSED, actor, deadlines(same), dealt=dealt)
    match submission.facts:
        case TakeBack(stopped_on):
            again = _again(same, opened)
            return Step(
                again, at, Act.STOP_TAKEN_BACK, actor, deadlines(again), dealt=dealt, day=stopped_on, about=opened
            )
        case Correction(_, _, body):
            act = Act.CHOICE_CORRECTED
            return Step(same, at, act, actor, deadlines(same), dealt=dealt, body=body, about=opened)
        case Join():
            joined = _asked(same, opened)
            return Step(joined, at, Act.FARM_JOINED, actor, deadlines(joined), dealt=dealt, about=opened)
        case AskStatus() | AskChange() as facts:
            asked = _asked(same, opened)
            act, day = (_RECORDED[facts.what], facts.on) if isinstance(facts, AskChange) else (Act.STATUS_ASKED, None)
            return Step(asked, at, act, actor, deadlines(asked), dealt=dealt, day=day, about=opened)
        case Apply(applied_on, body):
            act = Act.FARM_APPLIED
            return Step(same, at, act, actor, deadlines(same), dealt=dealt, body=body, day=applied_on, about=opened)


def _refused(farmer: Farmer, submission: Submission[Asked]) -> Refusal | None:
    try:
        check(farmer, submission)
    except RuleViolationError as violation:
        return violation.refusal
    return None


def _again(farmer: Farmer, opened: CaseId | None) -> Farmer:
    active = replace(
        farmer,
        standing=Standing.ACTIVE,
        stopped_on=None,
        choice_due=farmer.due_before_stop,
        due_before_stop=None,
    )
    return _asked(active, opened)


def _asked(farmer: Farmer, opened: CaseId | None) -> Farmer:
    """A choice that runs makes the farm's own day of asking superfluous; an audit does not."""
    if opened is None:
        return farmer
    cases = farmer.cases if opened in farmer.cases else (*farmer.cases, opened)
    return replace(farmer, cases=cases, choice_due=None if is_choice(opened) else farmer.choice_due)
