"""When a periodic audit can be decided about, and when nothing is left of it."""

from dataclasses import replace

from scheme.lastenboek.grade import Grade
from scheme.periodic_audit import PeriodicAudit, State
from scheme.step import End, Step


def settled(step: Step[PeriodicAudit]) -> Step[PeriodicAudit]:
    """The step, with what follows from it: it can be decided about, or it ends."""
    audit = step.case
    if ready(audit) and audit.ready_at is None:
        audit = replace(audit, ready_at=step.at)
    if audit.decided_at is not None and all(finding.settled for finding in audit.findings):
        audit = replace(audit, state=State.DONE, closed_at=step.at)
        return replace(step, case=audit, deadlines=(), end=End.SETTLED)
    return replace(step, case=audit)


def ready(audit: PeriodicAudit) -> bool:
    """Whether it can be decided about: the report is there, and no finding of grade A is waited for (rule 4.2)."""
    return audit.state is State.REPORTED and all(one.settled for one in audit.findings if one.grade is Grade.A)
