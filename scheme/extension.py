"""A collective extension: certificates of many farms get another last day, for a force majeure (domain.md §1).

In March 2020 audits stood still: certificates that ended from the 13th on counted until 31 May, and that day could be
moved again. One person proposes, a decision maker agrees (ISO/IEC 17065, 7.6). The old last day stays visible, and an
extension can be taken back in the same manner.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256

from scheme.certificate import Standing, Status
from scheme.days import add_months
from scheme.errors import Rule, RuleViolationError
from scheme.ids import BodyId, ExtensionId, FarmId, PersonId
from scheme.people import Action, Actor, may
from scheme.region import Province
from scheme.rules import Name, Setting, values_on


class Cause(StrEnum):
    """The force majeure; its words in letters stand under `cause`."""

    EPIDEMIC = "epidemic"
    ANIMAL_DISEASE = "animal-disease"
    NATURAL_DISASTER = "natural-disaster"
    NO_AUDITS = "no-audits"
    OTHER = "other"


class ExtensionState(StrEnum):
    """Where a proposal stands. taken-back: it was done, and another one took it back."""

    PROPOSED = "proposed"
    DECLINED = "declined"
    DONE = "done"
    TAKEN_BACK = "taken-back"


class Left(StrEnum):
    """Why a certificate is left as it is."""

    STOPPED = "stopped"
    LATER = "later"
    NOT_BEGUN = "not-begun"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    # The farm has another one that runs longer.
    RENEWED = "renewed"
    # It stands otherwise than when this was proposed, or than the extension had left it.
    CHANGED = "changed"
    # Whoever decides has a tie to the farm (ISO/IEC 17065, 4.2).
    TIED = "tied"


@dataclass(frozen=True)
class Selection:
    """Certificates whose last day lies from `first` to `last`, both counted; the rest narrows them where it is given.

    body: of the last audit.
    """

    first: date
    last: date
    province: Province | None = None
    dairy: str | None = None
    body: BodyId | None = None


@dataclass(frozen=True)
class Held:
    """A certificate as it stands today. key: its number, or what stands for one; renewed: another one runs longer."""

    key: str
    farm_id: FarmId
    standing: Standing
    renewed: bool


@dataclass(frozen=True)
class Move:
    """A certificate with its last day before and after; left: why it stays as it is instead."""

    held: Held
    to: date
    left: Left | None


_BY_STATUS = {
    Status.ENDED: Left.STOPPED,
    Status.NOT_BEGUN: Left.NOT_BEGUN,
    Status.EXPIRED: Left.EXPIRED,
    Status.WITHDRAWN: Left.WITHDRAWN,
    Status.REPLACED: Left.REPLACED,
}


def check_days(selection: Selection, to: date, today: date, settings: Iterable[Setting]) -> None:
    """Raise RuleViolationError unless the days can be: the new last day has not passed and lies after the first.

    Nor is any certificate of the selection moved by more months than the parameter of today allows; one that ended
    before today is not moved at all.
    """
    if selection.first > selection.last or to <= selection.first or to < today:
        raise RuleViolationError(Rule.EXTENSION_DAYS, today)
    most = values_on(today, settings)[Name.EXTENSION_MONTHS]
    latest = add_months(max(selection.first, today), most)
    if to > latest:
        raise RuleViolationError(Rule.EXTENSION_TOO_LONG, latest, most)


def extended(held: Held, to: date) -> Move:
    """What an extension to that day does to the certificate."""
    return Move(held, to, _left(held, to))


def _left(held: Held, to: date) -> Left | None:
    if why := _BY_STATUS.get(held.standing.status):
        return why
    if held.standing.valid_until >= to:
        return Left.LATER
    return Left.RENEWED if held.renewed else None


def taken_back(held: Held, was: Move) -> Move:
    """What the way back from an extension does to a certificate that it moved.

    Only what nobody changed since goes back: the last day that the extension set, in the state that it had then.
    """
    left = _BY_STATUS.get(held.standing.status) or (Left.RENEWED if held.renewed else None)
    same = held.standing.valid_until == was.to and held.standing.status is was.held.standing.status
    return Move(held, was.held.standing.valid_until, left or (None if same else Left.CHANGED))


def ended_by(moves: Iterable[Move], today: date) -> int:
    """How many certificates a way back ends at once: their earlier last day has passed."""
    return sum(one.left is None and one.to < today for one in moves)


def still(now: Move, proposed: Move) -> Move:
    """The move as it was proposed, if the certificate stands as it did then; otherwise it is left as it is."""
    if now.left is not None:
        return now
    if now.held.standing.valid_until != proposed.held.standing.valid_until or now.to != proposed.to:
        return Move(now.held, proposed.to, Left.CHANGED)
    return now


def impartial(judged: Iterable[Move], tied: Collection[FarmId]) -> tuple[Move, ...]:
    """What one person may decide of these moves; what is of a farm to which they have a tie is left as it is."""
    return tuple(
        replace(one, left=Left.TIED) if one.left is None and one.held.farm_id in tied else one for one in judged
    )


def check_impartial_list(judged: Iterable[Move]) -> None:
    """Raise RuleViolationError where nothing is left to decide but what the decider has a tie to."""
    left = {one.left for one in judged}
    if None not in left and Left.TIED in left:
        raise RuleViolationError(Rule.INVOLVED)


def seal(moves: Iterable[Move]) -> str:
    """Tells one list of moves from another, whatever its order; what was previewed is what is proposed."""
    said = sorted(f"{one.held.key} {one.held.standing.valid_until} {one.to} {one.left}" for one in moves)
    return sha256("\n".join(said).encode()).hexdigest()


def check_proposal(actor: Actor, moves: Iterable[Move], seen: str | None) -> None:
    """Raise RuleViolationError unless this person may propose it, and it is what they saw; seen: its seal, if told."""
    listed = tuple(moves)
    if not may(actor, Action.PROPOSE_EXTENSION):
        raise RuleViolationError(Rule.NOT_ALLOWED)
    if seen is not None and seen != seal(listed):
        raise RuleViolationError(Rule.NOT_AS_PREVIEWED)
    if all(one.left is not None for one in listed):
        raise RuleViolationError(Rule.NOTHING_TO_EXTEND)


def check_decision(proposed_by: PersonId, actor: Actor) -> None:
    """Raise RuleViolationError unless this person may decide: a decision maker who did not propose it."""
    if not may(actor, Action.DECIDE_EXTENSION):
        raise RuleViolationError(Rule.NOT_ALLOWED)
    if actor.person == proposed_by:
        raise RuleViolationError(Rule.SECOND_PERSON_NEEDED)


def check_withdrawal(proposed_by: PersonId, actor: Actor) -> None:
    """Raise RuleViolationError unless this person proposed it: nobody else takes a proposal away but by deciding."""
    if actor.person != proposed_by:
        raise RuleViolationError(Rule.NOT_ALLOWED)


def extension_id(place: int) -> ExtensionId:
    """The id of the house's extension of that place, from 1 on."""
    return ExtensionId(f"E-{place:03}")
