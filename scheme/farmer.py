"""A farm's life in the scheme: it takes part, its cases open and end, it stops (domain.md §1.4)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from scheme.certificate_days import Watch, next_day
from scheme.days import add_days, add_months, end_of_day, local_day, start_of_day
from scheme.errors import Refusal, Rule, RuleViolationError
from scheme.ids import CaseId, FarmId, farmer_case, is_choice
from scheme.news import (
    AuditNeeded,
    AuditReady,
    BodyLost,
    CaseClosed,
    CaseOpened,
    CertificateWithdrawn,
    Merged,
    News,
    RegisterChanged,
)
from scheme.opening import OpenAgain
from scheme.people import Action, Actor, Role, may
from scheme.rules import Rules
from scheme.step import Act, Deadline, DeadlineKind, Dealt, End, Outcome, Step, Submission

WORKFLOW = "FarmerLifecycle"


class Standing(StrEnum):
    """Whether the farm takes part."""

    ACTIVE = "active"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Stop:
    """The farm stops delivering milk; stopped_on is the last day it took part."""

    stopped_on: date
    kind: Literal["stop"] = "stop"


@dataclass(frozen=True)
class Farmer:
    """What a farm's workflow keeps. cases: open ones, for display; the rows decide.

    expires_on: last day of the certificate; choice_due: the day from which the farm is brought into the
    year's round if no choice was opened or made for this certificate, None when there is nothing to do.
    watch: what the warnings before the certificate's last day go by; certificate_due: the next day on which there is
    something to tell of it. Both None for a farm of before there were warnings, until its certificate is another one.
    """

    case_id: CaseId
    farm_id: FarmId
    rules: Rules
    practice: bool
    registered_at: datetime
    expires_on: date | None
    choice_due: date | None
    standing: Standing = Standing.ACTIVE
    stopped_on: date | None = None
    cases: tuple[CaseId, ...] = ()
    revision: int = 1
    # What choice_due would be had the farm not stopped; it counts again when the stop is taken back.
    due_before_stop: date | None = None
    watch: Watch | None = None
    certificate_due: date | None = None
    kind: Literal["farmer"] = "farmer"

    @property
    def window_at(self) -> datetime | None:
        """The moment from which the farm brings itself into a round."""
        return None if self.choice_due is None else end_of_day(self.choice_due)

    @property
    def certificate_at(self) -> datetime | None:
        """The moment at which there is something to tell of the certificate's end; never while the farm has stopped."""
        if self.certificate_due is None or self.standing is Standing.STOPPED:
            return None
        return start_of_day(self.certificate_due)

    @property
    def next_at(self) -> datetime | None:
        """The moment at which it acts by itself if nothing comes in."""
        return min((deadline.due for deadline in deadlines(self)), default=None)

    @property
    def certificate_first(self) -> bool:
        """Whether the certificate's day comes before that of its own choice."""
        window, certificate = self.window_at, self.certificate_at
        return certificate is not None and (window is None or certificate < window)


@dataclass(frozen=True)
class OpenChoice:
    """What the farmer's workflow asks for when the certificate comes near and nobody asked for a choice."""

    farm_id: FarmId
    at: datetime


def registered(
    farm: FarmId,
    at: datetime,
    rules: Rules,
    *,
    expires_on: date | None,
    choice_made_on: date | None,
    writes_choice: bool,
    practice: bool,
    watch: Watch | None = None,
) -> Step[Farmer]:
    """The farm as it enters. writes_choice: whether the house itself asks this farm to choose.

    A choice made for this certificate (not before its window began) leaves nothing to ask.
    """
    known = RegisterChanged(expires_on, choice_made_on, writes_choice)
    due = _choice_due(known, rules, local_day(at))
    farmer = Farmer(farmer_case(farm), farm, rules, practice, at, expires_on, due)
    farmer = replace(farmer, watch=watch, certificate_due=next_day(expires_on, watch, local_day(at)))
    return Step(farmer, at, Act.FARM_REGISTERED, deadlines=deadlines(farmer), day=expires_on)


def hear(farmer: Farmer, item: Submission[Stop] | News) -> Step[Farmer]:
    """Take what came in: a stop, or the news that a case of this farm opened or ended."""
    if isinstance(item, Submission):
        return _stop(farmer, item)
    return _merged(farmer, item, item.what) if isinstance(item.what, Merged) else _news(farmer, item)


def _news(farmer: Farmer, item: News) -> Step[Farmer]:
    match item.what:
        case CaseOpened(case_id):
            return _step(farmer, item.at, Act.CASE_OPENED, item, cases=_with(farmer, case_id), about=case_id)
        case RegisterChanged() as known:
            return _certificate(farmer, item, known)
        case CertificateWithdrawn() as withdrawn:
            return _withdrawn(farmer, item, withdrawn)
        case AuditReady(about) | AuditNeeded(about):
            act = Act.AUDIT_READY if isinstance(item.what, AuditReady) else Act.FIRST_AUDIT_ASKED
            return _step(farmer, item.at, act, item, cases=farmer.cases, about=about)
        case CaseClosed() as ended:
            return _closed(farmer, item, ended)
        case _:
            return _step(farmer, item.at, Act.REFUSED, item, cases=farmer.cases)


def choose_again(farmer: Farmer, item: Submission[Stop] | News) -> OpenAgain | None:
    """What follows from the news that the body of a closed choice was lost: the choice opens again."""
    if isinstance(item, Submission) or not isinstance(item.what, BodyLost) or farmer.standing is Standing.STOPPED:
        return None
    lost = item.what
    return OpenAgain(farmer.farm_id, lost.choice, item.at, item.id, lost.bodies, lost.default_body, lost.body)


def chosen_again(farmer: Farmer, item: News, refused: Refusal | None) -> Step[Farmer]:
    """The request of `choose_again` was made; refused: the rule that forbade it."""
    heard = replace(farmer, choice_due=None, revision=farmer.revision + 1)
    lost = item.what if isinstance(item.what, BodyLost) else None
    return Step(
        heard,
        item.at,
        Act.BODY_LOST if refused is None else Act.REFUSED,
        deadlines=deadlines(heard),
        dealt=(Dealt(item.id, Outcome(refused)),),
        body=None if lost is None else lost.body,
        about=None if lost is None else lost.choice,
    )


def next_step(farmer: Farmer, at: datetime) -> OpenChoice | None:
    """What follows by itself now: the choice nobody asked for, nine months before the certificate ends."""
    due = farmer.window_at
    if farmer.standing is Standing.ACTIVE and due is not None and at >= due:
        return OpenChoice(farmer.farm_id, at)
    return None


def window_passed(farmer: Farmer, at: datetime) -> Step[Farmer]:
    """The request of `next_step` was made, with whatever outcome: the day has done its work."""
    passed = replace(farmer, choice_due=None, revision=farmer.revision + 1)
    return Step(passed, at, Act.CHOICE_WINDOW, deadlines=deadlines(passed), day=farmer.choice_due)


def check_stop(farmer: Farmer, submission: Submission[Stop]) -> None:
    """Raise RuleViolationError unless this person may record this stop now."""
    if not may(submission.actor, Action.STOP_FARM):
        raise RuleViolationError(Rule.NOT_ALLOWED)
    if farmer.standing is Standing.STOPPED:
        raise RuleViolationError(Rule.FARM_STOPPED, farmer.stopped_on)
    if submission.facts.stopped_on > local_day(submission.received_at):
        raise RuleViolationError(Rule.NOT_IN_THE_FUTURE, submission.facts.stopped_on)


def _stop(farmer: Farmer, submission: Submission[Stop]) -> Step[Farmer]:
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


def _merged(farmer: Farmer, item: News, merged: Merged) -> Step[Farmer]:
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


def _step(
    farmer: Farmer, at: datetime, act: Act, item: News, *, cases: tuple[CaseId, ...], about: CaseId | None = None
) -> Step[Farmer]:
    # A choice that runs makes the farm's own day of asking superfluous; another matter does not.
    asked = act is Act.CASE_OPENED and about is not None and is_choice(about)
    due = None if asked else farmer.choice_due
    heard = replace(farmer, cases=cases, choice_due=due, revision=farmer.revision + 1)
    return Step(heard, at, act, deadlines=deadlines(heard), dealt=(Dealt(item.id),), about=about)


def _closed(farmer: Farmer, item: News, ended: CaseClosed) -> Step[Farmer]:
    cases = tuple(case for case in farmer.cases if case != ended.case_id)
    closed = _step(farmer, item.at, Act.CASE_CLOSED, item, cases=cases, about=ended.case_id)
    # An audit or a decision that was cancelled leaves the choice as it is.
    cancelled = ended.end is End.CANCELLED and is_choice(ended.case_id)
    return _ask_itself(closed) if cancelled else closed


def _ask_itself(closed: Step[Farmer]) -> Step[Farmer]:
    """Its choice was cancelled before anybody wrote: the farm asks when its own day comes, today at the earliest."""
    farmer = closed.case
    if farmer.standing is Standing.STOPPED or farmer.expires_on is None or any(map(is_choice, farmer.cases)):
        return closed
    due = max(add_months(farmer.expires_on, -farmer.rules.choice_lead_months), local_day(closed.at))
    asks = replace(farmer, choice_due=due)
    return replace(closed, case=asks, deadlines=deadlines(asks))


def _certificate(farmer: Farmer, item: News, known: RegisterChanged) -> Step[Farmer]:
    """The register says otherwise: the day of asking is counted anew, unless a choice runs or the farm stopped."""
    due = None
    if not any(map(is_choice, farmer.cases)):
        due = _choice_due(known, farmer.rules, local_day(item.at))
    stopped = farmer.standing is Standing.STOPPED
    changed = replace(
        farmer,
        expires_on=known.expires_on,
        choice_due=None if stopped else due,
        due_before_stop=due if stopped else None,
        revision=farmer.revision + 1,
    )
    changed = _watched(changed, known, farmer.expires_on, local_day(item.at))
    return Step(
        changed,
        item.at,
        Act.CERTIFICATE_CHANGED,
        deadlines=deadlines(changed),
        dealt=(Dealt(item.id),),
        day=known.expires_on,
    )


def _watched(farmer: Farmer, known: RegisterChanged, before: date | None, today: date) -> Farmer:
    """The days of another last day are counted anew; while it is the same one, the day that waits still waits."""
    watch = known.watch
    if watch and farmer.watch and known.expires_on == before and farmer.certificate_due is not None:
        return replace(farmer, watch=replace(farmer.watch, letters=watch.letters))
    return replace(farmer, watch=watch, certificate_due=next_day(known.expires_on, watch, today))


def _withdrawn(farmer: Farmer, item: News, what: CertificateWithdrawn) -> Step[Farmer]:
    """Nothing more is told of the last day of a certificate that no longer counts."""
    quiet = replace(farmer, watch=None, certificate_due=None, revision=farmer.revision + 1)
    dealt = (Dealt(item.id),)
    return Step(
        quiet, item.at, Act.CERTIFICATE_WITHDRAWN, deadlines=deadlines(quiet), dealt=dealt, day=what.withdrawn_on
    )


def _choice_due(known: RegisterChanged, rules: Rules, today: date) -> date | None:
    """The day from which the farm asks for a choice by itself; None when there is nothing left to ask."""
    if not known.writes_choice or known.expires_on is None:
        return None
    due = add_months(known.expires_on, -rules.choice_lead_months)
    asked_from = add_months(due, -rules.choice_window_months)
    chosen = known.choice_made_on is not None and known.choice_made_on >= asked_from
    return None if chosen or due < today else due


def _with(farmer: Farmer, case: CaseId) -> tuple[CaseId, ...]:
    return farmer.cases if case in farmer.cases else (*farmer.cases, case)


def deadlines(farmer: Farmer) -> tuple[Deadline, ...]:
    """The day on which the farm brings itself into a round, if it still has to, and the next of its certificate."""
    found = []
    if farmer.window_at is not None:
        found.append(Deadline(DeadlineKind.CHOICE_WINDOW, farmer.window_at))
    if farmer.certificate_at is not None and farmer.expires_on is not None:
        ended = farmer.certificate_due == add_days(farmer.expires_on, 1)
        kind = DeadlineKind.CERTIFICATE_END if ended else DeadlineKind.CERTIFICATE_WARNING
        found.append(Deadline(kind, farmer.certificate_at))
    return tuple(found)
