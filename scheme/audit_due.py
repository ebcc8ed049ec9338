"""What a periodic audit does by itself when a day has passed and nobody acted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from scheme.audit_settled import settled
from scheme.days import end_of_day
from scheme.letter import LetterKind
from scheme.periodic_audit import (
    BEFORE_THE_VISIT,
    ActionState,
    Finding,
    PeriodicAudit,
    changed,
    deadlines,
    reminder_on,
)
from scheme.step import Act, DeadlineKind, Step


def fall_due(audit: PeriodicAudit, at: datetime) -> Step[PeriodicAudit]:
    """The step of the first day that has passed at `at`: a late plan or report, a reminder, a last day."""
    if audit.state in BEFORE_THE_VISIT:
        return _late(audit, at)
    late = [one for one in audit.findings if one.state is ActionState.OPEN and _passed(one.due, at)]
    if late:
        overdue = _each(audit, late, lambda one: replace(one, state=ActionState.OVERDUE))
        return settled(_step(overdue, at, Act.CORRECTION_OVERDUE, day=late[0].due))
    return _remind(audit, at)


def _late(audit: PeriodicAudit, at: datetime) -> Step[PeriodicAudit]:
    """Of the days before the visit, the one that came first."""
    match min(deadlines(audit), key=lambda deadline: deadline.due).kind:
        case DeadlineKind.FIRST_AUDIT:
            return _step(changed(audit, held_late=True), at, Act.FIRST_AUDIT_LATE, day=audit.held_by)
        case DeadlineKind.PLAN:
            return _step(changed(audit, plan_late=True), at, Act.AUDIT_PLAN_LATE, day=audit.plan_due)
        case _:
            return _step(changed(audit, report_late=True), at, Act.AUDIT_REPORT_LATE, day=audit.report_due)


def _remind(audit: PeriodicAudit, at: datetime) -> Step[PeriodicAudit]:
    """One letter names all that is due soon."""
    soon = [one for one in audit.findings if _passed(reminder_on(one, audit), at)]
    reminded = _each(audit, soon, lambda one: replace(one, reminded=True))
    first = min((one.due for one in soon if one.due is not None), default=None)
    return _step(reminded, at, Act.CORRECTION_REMINDED, LetterKind.DUE, day=first)


def _each(audit: PeriodicAudit, which: list[Finding], change: Callable[[Finding], Finding]) -> PeriodicAudit:
    numbers = {one.number for one in which}
    return changed(audit, findings=tuple(change(one) if one.number in numbers else one for one in audit.findings))


def _passed(day: date | None, at: datetime) -> bool:
    return day is not None and at >= end_of_day(day)


def _step(audit: PeriodicAudit, at: datetime, act: Act, *letters: LetterKind, day: date | None) -> Step[PeriodicAudit]:
    return Step(audit, at, act, deadlines=deadlines(audit), letters=letters, body=audit.body, day=day)
