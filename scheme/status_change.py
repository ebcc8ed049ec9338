"""A certificate is suspended, valid again or withdrawn by decision (ISO/IEC 17065, 7.11): asked, reviewed, decided.

The secretariat asks; one decider reviews and another decides, neither with a tie to the farm nor the one who asked.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from scheme.certificate import Reason, Status
from scheme.days import add_days, add_months, end_of_day, local_day
from scheme.errors import Rule, RuleViolationError
from scheme.ids import CaseId, CertificateNumber, FarmId, PersonId, status_case
from scheme.judging import Judging, changed
from scheme.letter import LetterKind
from scheme.news import FarmStopped, News, SuspensionOver, Tied
from scheme.rules import StatusRules
from scheme.step import Act, Deadline, DeadlineKind, Dealt, End, Step, Submission

WORKFLOW = "StatusChange"


class State(StrEnum):
    """Where it stands; the last three are final."""

    TO_REVIEW = "to-review"
    TO_DECIDE = "to-decide"
    # Granted: the certificate is suspended, and the last day of that is waited for.
    SUSPENDED = "suspended"
    GRANTED = "granted"
    DECLINED = "declined"
    STOPPED = "stopped"


class Wanted(StrEnum):
    """What is asked."""

    SUSPEND = "suspend"
    LIFT = "lift"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class Turn:
    """From which statuses it may be asked, what the certificate becomes, and how the trail says so."""

    before: frozenset[Status]
    status: Status
    act: Act


TURNS: Mapping[Wanted, Turn] = {
    Wanted.SUSPEND: Turn(frozenset({Status.VALID}), Status.SUSPENDED, Act.STATUS_SUSPENDED),
    Wanted.LIFT: Turn(frozenset({Status.SUSPENDED}), Status.VALID, Act.STATUS_LIFTED),
    Wanted.WITHDRAW: Turn(frozenset({Status.VALID, Status.SUSPENDED}), Status.WITHDRAWN, Act.STATUS_WITHDRAWN),
}
_AGAINST = (
    Reason.UNANNOUNCED_AUDIT,
    Reason.ACCESS_REFUSED,
    Reason.ACTION_LATE,
    Reason.DISPUTE,
    Reason.OWN_REQUEST,
    Reason.CORRECTION,
)
# For which reasons each can be asked; the others are those of acts that set a status by themselves.
REASONS: Mapping[Wanted, tuple[Reason, ...]] = {
    Wanted.SUSPEND: _AGAINST,
    Wanted.LIFT: (Reason.REMEDIED, Reason.DISPUTE, Reason.OWN_REQUEST, Reason.CORRECTION),
    Wanted.WITHDRAW: _AGAINST,
}
# Somebody has to review or decide; a farm has one such case at a time.
UNDECIDED = frozenset({State.TO_REVIEW, State.TO_DECIDE})


@dataclass(frozen=True)
class AskStatus:
    """What the secretariat asks of a farm's certificate; the words stay with the submission."""

    certificate: CertificateNumber
    wanted: Wanted
    reason: Reason
    kind: Literal["ask-status"] = "ask-status"


@dataclass(frozen=True)
class ReviewStatus:
    """The file was read; grant: whether it should be done. Remarks stay in the submission's words."""

    grant: bool
    kind: Literal["review-status"] = "review-status"


@dataclass(frozen=True)
class DecideStatus:
    """The decision; its grounds stay in the submission's words."""

    grant: bool
    kind: Literal["decide-status"] = "decide-status"


StatusHeard = ReviewStatus | DecideStatus


@dataclass(frozen=True)
class StatusChange:
    """What is asked of a certificate, and what became of it. decide_due: the last day of the decision.

    involved: who may neither review nor decide: who asked, and who has a tie to the farm. suspended_until: the last day
    of a suspension, after which the secretariat is asked to lift it or to withdraw the certificate.
    """

    case_id: CaseId
    farm_id: FarmId
    rules: StatusRules
    practice: bool
    opened_at: datetime
    asked: AskStatus
    asked_by: PersonId
    involved: tuple[PersonId, ...]
    decide_due: date
    state: State = State.TO_REVIEW
    late: bool = False
    reviewed_by: PersonId | None = None
    advice: bool | None = None
    decided_by: PersonId | None = None
    decided_at: datetime | None = None
    suspended_until: date | None = None
    closed_at: datetime | None = None
    revision: int = 1
    kind: Literal["status-change"] = "status-change"

    @property
    def open(self) -> bool:
        """Whether something still comes."""
        return self.closed_at is None

    @property
    def next_at(self) -> datetime | None:
        """The moment at which it acts by itself if nothing comes in."""
        return min((deadline.due for deadline in deadlines(self)), default=None)


def check_status(wanted: Wanted, status: Status) -> None:
    """Raise RuleViolationError unless this may be asked, and done, of a certificate in that status."""
    if status not in TURNS[wanted].before:
        raise RuleViolationError(Rule.STATUS_DIFFERS)


def check_reason(wanted: Wanted, reason: Reason) -> None:
    """Raise RuleViolationError unless the reason goes with what is asked: doors ask this before they take a request."""
    if reason not in REASONS[wanted]:
        raise RuleViolationError(Rule.REASON_DIFFERS)


def can_be_asked(statuses: Collection[Status]) -> tuple[Wanted, ...]:
    """What can be asked of certificates in these statuses."""
    return tuple(wanted for wanted, turn in TURNS.items() if not turn.before.isdisjoint(statuses))


def opened(  # what a request consists of
    farm_id: FarmId,
    asked: AskStatus,
    asked_by: PersonId,
    at: datetime,
    rules: StatusRules,
    *,
    tied: tuple[PersonId, ...],
    number: int = 1,
    practice: bool,
) -> Step[StatusChange]:
    """The case as it begins: somebody who did not ask and has no tie is asked to review it."""
    today = local_day(at)
    case = StatusChange(
        case_id=status_case(today.year, farm_id, number),
        farm_id=farm_id,
        rules=rules,
        practice=practice,
        opened_at=at,
        asked=asked,
        asked_by=asked_by,
        involved=tuple(sorted({asked_by, *tied})),
        decide_due=add_days(today, rules.decide_within_days),
    )
    return Step(case, at, Act.STATUS_OPENED, deadlines=deadlines(case), day=case.decide_due)


def hear(case: StatusChange, item: Submission[StatusHeard] | News) -> Step[StatusChange]:
    """Take what came in; what a rule forbids is a refusal, and changes nothing."""
    if isinstance(item, News):
        return _news(case, item)
    try:
        check(case, item)
    except RuleViolationError as violation:
        return JUDGING.refused(case, item, violation.refusal)
    match item.facts:
        case ReviewStatus(grant):
            return JUDGING.reviewed(case, item, grant, Act.STATUS_REVIEWED)
        case DecideStatus(grant):
            return _decide(case, item, grant=grant)


def check(case: StatusChange, submission: Submission[StatusHeard]) -> None:
    """Raise RuleViolationError unless this person may review, or decide, now."""
    deciding = isinstance(submission.facts, DecideStatus)
    over = None if case.decided_at is None else local_day(case.decided_at)
    JUDGING.check(case, submission.actor, deciding=deciding, over=over)


def passed(case: StatusChange, at: datetime) -> Step[StatusChange]:
    """A last day has passed, of the decision or of the suspension: the secretariat gets a task."""
    if case.state is State.SUSPENDED:
        over = changed(case, state=State.GRANTED, closed_at=at)
        return Step(over, at, Act.SUSPENSION_PASSED, day=case.suspended_until, end=End.SETTLED)
    told = changed(case, late=True)
    return Step(told, at, Act.STATUS_LATE, deadlines=deadlines(told), day=case.decide_due)


def deadlines(case: StatusChange) -> tuple[Deadline, ...]:
    """The moment after which the decision is late, or the suspension has lasted as long as it may."""
    if case.state is State.SUSPENDED and case.suspended_until is not None:
        return (Deadline(DeadlineKind.SUSPENSION, end_of_day(case.suspended_until)),)
    return JUDGING.decision(case)


def _decide(case: StatusChange, item: Submission[StatusHeard], *, grant: bool) -> Step[StatusChange]:
    at = item.received_at
    decided = changed(case, decided_by=item.actor.person, decided_at=at)
    if not grant:
        declined = replace(decided, state=State.DECLINED, closed_at=at)
        return replace(JUDGING.taken(declined, item, Act.STATUS_DECLINED), end=End.REFUSED)
    act = TURNS[case.asked.wanted].act
    if case.asked.wanted is Wanted.SUSPEND:
        until = add_months(local_day(at), case.rules.suspension_months)
        suspended = replace(decided, state=State.SUSPENDED, suspended_until=until)
        return replace(JUDGING.taken(suspended, item, act), day=until, letters=(LetterKind.STATUS,))
    granted = replace(decided, state=State.GRANTED, closed_at=at)
    return replace(JUDGING.taken(granted, item, act), letters=(LetterKind.STATUS,), end=End.SETTLED)


def _news(case: StatusChange, item: News) -> Step[StatusChange]:
    dealt = (Dealt(item.id),)
    match item.what:
        case FarmStopped(stopped_on):
            stopped = changed(case, state=State.STOPPED, closed_at=item.at)
            return Step(stopped, item.at, Act.STATUS_STOPPED, dealt=dealt, day=stopped_on, end=End.STOPPED)
        case SuspensionOver() if case.state is State.SUSPENDED:
            over = changed(case, state=State.GRANTED, closed_at=item.at)
            return Step(over, item.at, Act.SUSPENSION_OVER, dealt=dealt, end=End.SETTLED)
        case Tied(person):
            return JUDGING.tied(case, item, person)
        case _:
            return JUDGING.not_understood(case, item)


JUDGING: Judging[StatusChange] = Judging(State.TO_REVIEW, State.TO_DECIDE, deadlines)
