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


def check_turn(actor: Actor, reviewed_by: PersonId | None, *, deciding: bool, reviewed: bool) -> None:
    """Raise RuleViolationError unless it is the turn of a review, or of a decision by somebody else than the reviewer.

    reviewed: whether the case waits for its decision; reviewed_by: who reviewed it, None while nobody has.
    """
    if reviewed and not deciding:
        raise RuleViolationError(Rule.ALREADY_REVIEWED)
    if deciding and not reviewed:
        raise RuleViolationError(Rule.NOT_REVIEWED)
    if deciding and actor.person == reviewed_by:
        raise RuleViolationError(Rule.SECOND_PERSON_NEEDED)
