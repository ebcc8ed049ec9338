"""Why somebody may not act on what is reviewed by one and decided by another: said on the page instead of its form."""

from api.door import Door
from api.sight import actor_of
from scheme.certification import Certification
from scheme.certification import State as CertificationState
from scheme.errors import Refusal, RuleViolationError
from scheme.farm_change import FarmChange
from scheme.farm_change import State as ChangeState
from scheme.impartial import check_impartial, check_turn
from scheme.status_change import State as StatusState
from scheme.status_change import StatusChange


def barred(door: Door, case: Certification | StatusChange | FarmChange) -> Refusal | None:
    """The rule that keeps this visitor from the act that is next; None for whoever may."""
    deciding = case.state in {CertificationState.TO_DECIDE, StatusState.TO_DECIDE, ChangeState.TO_DECIDE}
    try:
        check_impartial(actor_of(door), case.involved, deciding=deciding)
        check_turn(actor_of(door), case.reviewed_by, deciding=deciding, reviewed=deciding)
    except RuleViolationError as violation:
        return violation.refusal
    return None
