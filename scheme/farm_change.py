"""A farm has another holder or site, another farm in it, or a part less (domain.md §1.4): its certificate is decided.

A change that affects certification is evaluated, reviewed and decided (ISO/IEC 17065, 7.10). The register says so from
the day it is recorded; until the decision the certificate stays what it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from scheme.days import add_days, local_day
from scheme.errors import Rule, RuleViolationError
from scheme.ids import BodyId, CaseId, FarmId, PersonId, change_case
from scheme.judging import Judging, changed
from scheme.letter import LetterKind
from scheme.news import FarmStopped, MergerUndone, News, Tied
from scheme.rules import StatusRules
from scheme.step import Act, Deadline, Dealt, End, Step, Submission
from scheme.taking_part import check_takes_part

WORKFLOW = "FarmChange"


class State(StrEnum):
    """Where it stands; all but the first two are final."""

    TO_REVIEW = "to-review"
    TO_DECIDE = "to-decide"
    PASSED = "passed"
    NEW_AUDIT = "new-audit"
    STOPPED = "stopped"
    # A merger of which the other farm takes part again: nothing is decided about.
    FELL_THROUGH = "fell-through"


class Change(StrEnum):
    """What happened to the farm."""

    TAKEOVER = "takeover"
    MOVE = "move"
    # Another farm was merged into this one, and stopped.
    MERGER = "merger"
    # A part of this farm became a farm of its own.
    SPLIT = "split"


class Effect(StrEnum):
    """What it means for the certificate: it goes on in a new version, or a new audit is needed.

    After a takeover the certificate ends then; otherwise it runs on until that audit is decided about.
    """

    PASSES = "passes"
    NEW_AUDIT = "new-audit"


UNDECIDED = frozenset({State.TO_REVIEW, State.TO_DECIDE})
_STATES = {Effect.PASSES: State.PASSED, Effect.NEW_AUDIT: State.NEW_AUDIT}
_DECIDED = {
    (Change.TAKEOVER, Effect.PASSES): Act.CHANGE_PASSED,
    (Change.TAKEOVER, Effect.NEW_AUDIT): Act.CHANGE_NEW_AUDIT,
    (Change.MOVE, Effect.PASSES): Act.MOVE_PASSED,
    (Change.MOVE, Effect.NEW_AUDIT): Act.MOVE_NEW_AUDIT,
    (Change.MERGER, Effect.PASSES): Act.MERGER_PASSED,
    (Change.MERGER, Effect.NEW_AUDIT): Act.MERGER_NEW_AUDIT,
    (Change.SPLIT, Effect.PASSES): Act.SPLIT_PASSED,
    (Change.SPLIT, Effect.NEW_AUDIT): Act.SPLIT_NEW_AUDIT,
}
# What the form of a takeover or a merger says of the farm, by columns of the register; the others stay with the site.
OF_HOLDER = (
    "name",
    "holder",
    "street",
    "postcode",
    "city",
    "country",
    "language",
    "email",
    "phone",
    "enterprise_number",
)
# What the form of a move says of it: where the milk is produced from then on, and the numbers of that place.
OF_SITE = ("site_street", "site_postcode", "site_city", "establishment_unit", "herd_number")
STATED: Mapping[Change, tuple[str, ...]] = {
    Change.TAKEOVER: OF_HOLDER,
    Change.MOVE: OF_SITE,
    Change.MERGER: OF_HOLDER,
    Change.SPLIT: (),
}
# What the form of a split says of the new farm; it has no certificate.
OF_PART = (*OF_HOLDER, *OF_SITE, "dairy_id", "supplier_number", "vet_name", "vet_email", "vet_substitute")
OTHER_HOLDER = ("holder", "enterprise_number")
# The old holder's own, whom letters must not reach any more: empty unless stated. The address may be the site's.
OF_OLD_HOLDER = ("email", "phone")
NOT_KEPT: Mapping[Change, tuple[str, ...]] = {Change.TAKEOVER: OF_OLD_HOLDER}
# One of these is another one afterwards, or nothing happened; a merger or a split happened all the same.
DIFFERS = {Change.TAKEOVER: OTHER_HOLDER, Change.MOVE: OF_SITE}


@dataclass(frozen=True)
class AskChange:
    """What the secretariat records; the register's columns and the evidence stay with the submission's words.

    on: the first day of the new holder, at the new site, as one farm or as two, today or before; body: whom the farmer
    chose, should an audit be needed; other: the farm that was merged into this one, or the new one, once it is entered.
    """

    what: Change
    on: date
    body: BodyId
    other: FarmId | None = None
    kind: Literal["ask-change"] = "ask-change"


@dataclass(frozen=True)
class ReviewChange:
    """The file was read; advice: what follows from it. Remarks stay in the submission's words."""

    advice: Effect
    kind: Literal["review-change"] = "review-change"


@dataclass(frozen=True)
class DecideChange:
    """The decision; its grounds stay in the submission's words."""

    effect: Effect
    kind: Literal["decide-change"] = "decide-change"


ChangeHeard = ReviewChange | DecideChange


@dataclass(frozen=True)
class FarmChange:
    """What happened to a farm, and what was decided about its certificate. decide_due: the last day of the decision.

    involved: who may neither review nor decide: who asked, and who has a tie to the farm.
    """

    case_id: CaseId
    farm_id: FarmId
    rules: StatusRules
    practice: bool
    opened_at: datetime
    asked: AskChange
    asked_by: PersonId
    involved: tuple[PersonId, ...]
    decide_due: date
    state: State = State.TO_REVIEW
    late: bool = False
    reviewed_by: PersonId | None = None
    advice: Effect | None = None
    decided_by: PersonId | None = None
    decided_at: datetime | None = None
    closed_at: datetime | None = None
    revision: int = 1
    kind: Literal["farm-change"] = "farm-change"

    @property
    def open(self) -> bool:
        """Whether somebody still has to act."""
        return self.state in UNDECIDED

    @property
    def next_at(self) -> datetime | None:
        """The moment at which it acts by itself if nothing comes in."""
        return min((deadline.due for deadline in deadlines(self)), default=None)


def check_day(on: date, today: date, first: date, earlier: date | None) -> None:
    """Raise RuleViolationError where `on` cannot be the first day of what happened to a farm, whatever it was.

    first: since when the farm takes part; earlier: the day of what happened to it last and is decided about, None where
    nothing did. On the very day of something else it may be.
    """
    if on > today:
        raise RuleViolationError(Rule.NOT_IN_THE_FUTURE, on)
    check_takes_part(on, first)
    if earlier is not None and on < earlier:
        raise RuleViolationError(Rule.EARLIER_CHANGE, earlier)


def opened(  # what a request consists of
    farm_id: FarmId,
    asked: AskChange,
    asked_by: PersonId,
    at: datetime,
    rules: StatusRules,
    *,
    tied: tuple[PersonId, ...],
    number: int = 1,
    practice: bool,
) -> Step[FarmChange]:
    """The case as it begins: somebody who did not ask and has no tie is asked to review it."""
    today = local_day(at)
    case = FarmChange(
        case_id=change_case(today.year, farm_id, number),
        farm_id=farm_id,
        rules=rules,
        practice=practice,
        opened_at=at,
        asked=asked,
        asked_by=asked_by,
        involved=tuple(sorted({asked_by, *tied})),
        decide_due=add_days(today, rules.decide_within_days),
    )
    return Step(case, at, Act.CHANGE_OPENED, deadlines=deadlines(case), day=asked.on)


def hear(case: FarmChange, item: Submission[ChangeHeard] | News) -> Step[FarmChange]:
    """Take what came in; what a rule forbids is a refusal, and changes nothing."""
    if isinstance(item, News):
        return _news(case, item)
    try:
        check(case, item)
    except RuleViolationError as violation:
        return JUDGING.refused(case, item, violation.refusal)
    match item.facts:
        case ReviewChange(advice):
            return JUDGING.reviewed(case, item, advice, Act.CHANGE_REVIEWED)
        case DecideChange(effect):
            return _decide(case, item, effect)


def check(case: FarmChange, submission: Submission[ChangeHeard]) -> None:
    """Raise RuleViolationError unless this person may review, or decide, now."""
    deciding = isinstance(submission.facts, DecideChange)
    over = None if case.decided_at is None else local_day(case.decided_at)
    JUDGING.check(case, submission.actor, deciding=deciding, over=over)


def late(case: FarmChange, at: datetime) -> Step[FarmChange]:
    """The day of the decision has passed: the secretariat gets a task."""
    told = changed(case, late=True)
    return Step(told, at, Act.CHANGE_LATE, deadlines=deadlines(told), day=case.decide_due)


def deadlines(case: FarmChange) -> tuple[Deadline, ...]:
    """The moment after which the decision is late."""
    return JUDGING.decision(case)


def _decide(case: FarmChange, item: Submission[ChangeHeard], effect: Effect) -> Step[FarmChange]:
    act, at = _DECIDED[case.asked.what, effect], item.received_at
    decided = changed(case, state=_STATES[effect], decided_by=item.actor.person, decided_at=at, closed_at=at)
    return replace(JUDGING.taken(decided, item, act), day=case.asked.on, letters=(LetterKind.STATUS,), end=End.SETTLED)


def _news(case: FarmChange, item: News) -> Step[FarmChange]:
    dealt = (Dealt(item.id),)
    match item.what:
        case FarmStopped(stopped_on):
            stopped = changed(case, state=State.STOPPED, closed_at=item.at)
            return Step(stopped, item.at, Act.CHANGE_STOPPED, dealt=dealt, day=stopped_on, end=End.STOPPED)
        case MergerUndone():
            undone = changed(case, state=State.FELL_THROUGH, closed_at=item.at)
            return Step(undone, item.at, Act.MERGER_FELL_THROUGH, dealt=dealt, day=case.asked.on, end=End.CANCELLED)
        case Tied(person):
            return JUDGING.tied(case, item, person)
        case _:
            return JUDGING.not_understood(case, item)


JUDGING: Judging[FarmChange] = Judging(State.TO_REVIEW, State.TO_DECIDE, deadlines)
