"""What a farm hears: that it stops or was merged, its cases that open and end, what the register says otherwise."""

from dataclasses import replace
from datetime import date, datetime

from scheme.certificate_days import next_day
from scheme.days import add_months, local_day
from scheme.errors import Refusal
from scheme.farmer import Farmer, Standing, day_of_asking, deadlines
from scheme.ids import CaseId, is_choice
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
from scheme.step import Act, Dealt, End, Outcome, Step, Submission
from scheme.stopping import Stop, merge, stop


def hear(farmer: Farmer, item: Submission[Stop] | News) -> Step[Farmer]:
    """Take what came in: a stop, or the news that a case of this farm opened or ended."""
    if isinstance(item, Submission):
        return stop(farmer, item)
    return merge(farmer, item, item.what) if isinstance(item.what, Merged) else _news(farmer, item)


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
        due = day_of_asking(known, farmer.rules, local_day(item.at))
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
    """The days of another last day are counted anew; while it is the same one, the day that waits still waits.

    A last day that was moved back behind today passed while the house watched another one: that it ended is told now.
    """
    watch = known.watch
    if watch and farmer.watch and known.expires_on == before and farmer.certificate_due is not None:
        return replace(farmer, watch=replace(farmer.watch, letters=watch.letters))
    after = today if known.back_from is None or known.expires_on is None else min(known.expires_on, today)
    return replace(farmer, watch=watch, certificate_due=next_day(known.expires_on, watch, after))


def _withdrawn(farmer: Farmer, item: News, what: CertificateWithdrawn) -> Step[Farmer]:
    """Nothing more is told of the last day of a certificate that no longer counts."""
    quiet = replace(farmer, watch=None, certificate_due=None, revision=farmer.revision + 1)
    dealt = (Dealt(item.id),)
    return Step(
        quiet, item.at, Act.CERTIFICATE_WITHDRAWN, deadlines=deadlines(quiet), dealt=dealt, day=what.withdrawn_on
    )


def _with(farmer: Farmer, case: CaseId) -> tuple[CaseId, ...]:
    return farmer.cases if case in farmer.cases else (*farmer.cases, case)
