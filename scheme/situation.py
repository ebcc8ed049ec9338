"""How a farm stands when its days to come are foreseen: all that the projection looks at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from scheme.choice import State as ChoiceState
from scheme.choice_round import Body, Candidate
from scheme.farmer import Farmer
from scheme.ids import BodyId, CaseId, EditionCode, ListId
from scheme.inbox import OfFarm
from scheme.rules import Setting


@dataclass(frozen=True)
class AcceptedList:
    """A list of requirements that was accepted, and its first day."""

    list_id: ListId
    edition: EditionCode
    in_force: date


@dataclass(frozen=True)
class Situation:
    """How a farm stands. cases: the open ones; settings: later ones too.

    candidate: the farm as rounds see it, its last choice that of the register or of this house. choices: all it ever
    had, as they stand, in the order in which they were asked. by_itself: whether a letter to this farm leaves without
    a person; in_house: choices whose letter has not left and does not leave by itself. lists: of requirements, the one
    accepted last for a day last; audits: all audits and decisions there have been. waits: the body whose audit waits
    until an earlier one is decided about. changed_on: since when it is another one, by a move, a merger or a
    split after which an audit is due.
    """

    farmer: Farmer
    candidate: Candidate
    cases: Sequence[OfFarm]
    choices: Mapping[CaseId, ChoiceState]
    previous_body: BodyId | None
    bodies: Sequence[Body]
    settings: Sequence[Setting]
    by_itself: bool = True
    in_house: frozenset[CaseId] = frozenset()
    lists: Sequence[AcceptedList] = ()
    audits: frozenset[CaseId] = frozenset()
    waits: BodyId | None = None
    changed_on: date | None = None


def list_on(lists: Sequence[AcceptedList], day: date) -> AcceptedList | None:
    """The list that counts on a day, of one first day the last; for earlier days the oldest."""
    begun = [one for one in lists if one.in_force <= day]
    oldest = [one for one in lists if one.in_force == lists[0].in_force]
    return next(reversed(begun or oldest), None)
