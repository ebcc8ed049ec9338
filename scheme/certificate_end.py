"""A certificate comes to its end: the farm's workflow warns twice, and tells that it has ended (design.md §7)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum

from scheme.certificate_days import CertificateDay, next_day, reached
from scheme.certification import Certification
from scheme.choice import Choice
from scheme.days import local_day
from scheme.farmer import Farmer, deadlines
from scheme.inbox import OfFarm
from scheme.lastenboek.grade import Grade
from scheme.letter import LetterKind
from scheme.periodic_audit import ActionState, PeriodicAudit, State
from scheme.step import Act, Step


class Stage(StrEnum):
    """How far the farm is on its way to the next certificate, as its letter tells it: who has to act next."""

    # The farmer chooses an inspection body.
    CHOICE = "choice"
    # It chose; the body plans when the days to change its mind are over.
    CHOSEN = "chosen"
    PLAN = "plan"
    VISIT = "visit"
    # The auditor writes the report.
    REPORT = "report"
    # The farmer proves what was put right; the body judges what was proven.
    PROOF = "proof"
    VERDICT = "verdict"
    DECISION = "decision"
    # Nothing runs: the secretariat and the farmer have to begin it.
    NOTHING = "nothing"


def certificate_passed(farmer: Farmer, at: datetime) -> Step[Farmer]:
    """The latest of the certificate's days that has come: a warning, or that it has ended."""
    today = local_day(at)
    what = reached(farmer.expires_on, farmer.watch, today)
    due = next_day(farmer.expires_on, farmer.watch, today)
    told = replace(farmer, certificate_due=due, revision=farmer.revision + 1)
    act, kind = (
        (Act.CERTIFICATE_ENDED, LetterKind.ENDED)
        if what is CertificateDay.ENDED
        else (Act.CERTIFICATE_WARNED, LetterKind.EXPIRY)
    )
    letters = (kind,) if farmer.watch is not None and farmer.watch.letters else ()
    return Step(told, at, act, deadlines=deadlines(told), letters=letters, day=farmer.expires_on)


def last_warning(farmer: Farmer, today: date) -> bool:
    """Whether the warning that was given today is the last: the secretariat gets a task."""
    return reached(farmer.expires_on, farmer.watch, today) is CertificateDay.LAST_WARNING


def stage_of(cases: Iterable[OfFarm], at: datetime) -> Stage:
    """How far the farm is, by its open cases: what is furthest on the way to a certificate counts."""
    found = {_STAGES.index(stage): stage for case in cases if (stage := _stage(case, at)) is not None}
    return found[max(found)] if found else Stage.NOTHING


_STAGES = tuple(Stage)[:-1]


def _stage(case: OfFarm, at: datetime) -> Stage | None:
    match case:
        case Certification() if case.open:
            return Stage.DECISION
        case PeriodicAudit() if case.open:
            return _of_audit(case, at)
        case Choice() if case.open:
            return Stage.CHOICE if case.body is None else Stage.CHOSEN
        case _:
            return None


def _of_audit(audit: PeriodicAudit, at: datetime) -> Stage | None:
    if audit.state is State.TO_PLAN or audit.visit is None:
        return Stage.PLAN
    if audit.state is State.PLANNED:
        return Stage.VISIT if at < audit.visit.at else Stage.REPORT
    if audit.decided_at is not None:
        # It led to no certificate, or to one that ends: what is left of it leads to no other.
        return None
    waited_for = {one.state for one in audit.findings if one.grade is Grade.A and not one.settled}
    if not waited_for:
        return Stage.DECISION
    return Stage.PROOF if ActionState.OPEN in waited_for else Stage.VERDICT
