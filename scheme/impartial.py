"""Who may review or decide about a certificate: whoever has the role, took no part and has no tie (ISO/IEC 17065)."""

from collections.abc import Collection

from scheme.errors import Rule, RuleViolationError
from scheme.ids import PersonId
from scheme.people import Action, Actor, may


def check_impartial(actor: Actor, involved: Collection[PersonId], *, deciding: bool) -> None:
    """Raise RuleViolationError for whoever may not review or decide, whatever the door: role, part taken, or a tie."""
    if not may(actor, Action.DECIDE_CERTIFICATION if deciding else Action.REVIEW_CERTIFICATION):
        raise RuleViolationError(Rule.NOT_ALLOWED)
    if actor.person in involved:
        raise RuleViolationError(Rule.INVOLVED)
