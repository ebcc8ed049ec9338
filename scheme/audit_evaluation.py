"""What is decided about: an audit as it stood when it was ready."""

from scheme import periodic_audit
from scheme.certification import Evaluation
from scheme.ids import PersonId
from scheme.lastenboek.outcome import Finding
from scheme.periodic_audit import PeriodicAudit


def evaluation(audit: PeriodicAudit, involved: tuple[PersonId, ...], number: int) -> Evaluation:
    """What its decision begins with. involved: who took part or has a tie to the farm; number: of the year's."""
    if audit.audited_on is None or audit.surroundings is None or audit.score is None:
        raise TypeError(audit.case_id)
    return Evaluation(
        farm_id=audit.farm_id,
        audit=audit.case_id,
        rules=audit.rules,
        audited_on=audit.audited_on,
        findings=tuple(map(_judged, audit.findings)),
        surroundings=audit.surroundings,
        score=audit.score,
        previous_until=audit.expires_on,
        involved=involved,
        number=number,
    )


def _judged(found: periodic_audit.Finding) -> Finding:
    return Finding(found.number, found.grade, visual=found.visual, corrected=found.corrected)
