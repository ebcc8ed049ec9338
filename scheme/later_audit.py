"""An audit that comes after another of the same choice: the farm's stop had ended it, and is taken back."""

from dataclasses import replace
from datetime import datetime

from scheme.audit_settled import settled
from scheme.ids import CaseId
from scheme.letter import LetterKind
from scheme.periodic_audit import PeriodicAudit, State, deadlines
from scheme.step import Act, Step


def again(stopped: PeriodicAudit, case_id: CaseId, at: datetime) -> Step[PeriodicAudit]:
    """The audit goes on where it stood: what was planned, reported and found stays, with its days.

    Where it had not been decided about yet, review and decision begin anew.
    """
    running = replace(
        stopped,
        case_id=case_id,
        continues=(*stopped.continues, stopped.case_id),
        state=_state(stopped),
        ready_at=None if stopped.decided_at is None else stopped.ready_at,
        closed_at=None,
        revision=1,
    )
    return settled(
        Step(
            running,
            at,
            Act.AUDIT_RUNS_AGAIN,
            deadlines=deadlines(running),
            letters=_letters(running, at),
            body=running.body,
            about=stopped.case_id,
        )
    )


def _state(stopped: PeriodicAudit) -> State:
    if stopped.audited_on is not None:
        return State.REPORTED
    return State.TO_PLAN if stopped.visit is None else State.PLANNED


def _letters(running: PeriodicAudit, at: datetime) -> tuple[LetterKind, ...]:
    """The stop had kept back whatever had not gone out: the appointment, or what was found, is told once more."""
    if running.state is State.REPORTED:
        return (LetterKind.REPORT,)
    return (LetterKind.VISIT,) if running.visit is not None and running.visit.at > at else ()
