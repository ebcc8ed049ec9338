"""Who acts, in which role, and what each role may do: the table behind the one choke point (design.md §10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from scheme.ids import HOUSE, FarmId, PersonId


class Role(StrEnum):
    """Roles of people who sign in, the farmer with a code, and the house itself acting by rule."""

    SECRETARIAT = "secretariat"
    DECISION_MAKER = "decision-maker"
    PLANNER = "planner"
    AUDITOR = "auditor"
    OPERATIONS = "operations"
    ASSESSOR = "assessor"
    ADMINISTRATOR = "administrator"
    FARMER = "farmer"
    HOUSE = "house"


class Action(StrEnum):
    """What can be asked of the house; every route names one."""

    SIGN_IN = "sign-in"
    SEE_HOME = "see-home"
    SEE_FARMS = "see-farms"
    SEE_LETTERS = "see-letters"
    SEE_ROUNDS = "see-rounds"
    SEE_STATUS = "see-status"
    START_ROUND = "start-round"
    ANSWER_CHOICE = "answer-choice"
    KEY_ANSWER = "key-answer"
    STOP_FARM = "stop-farm"
    PRINT_LETTERS = "print-letters"
    RELEASE_LETTERS = "release-letters"
    MOVE_CLOCK = "move-clock"


R = Role
ALLOWED: Mapping[Action, frozenset[Role]] = {
    Action.SIGN_IN: frozenset(Role),
    Action.SEE_STATUS: frozenset(Role),
    Action.SEE_HOME: frozenset(Role) - {R.FARMER, R.HOUSE},
    # Planners and auditors see the farms of their own body only: records/access.py narrows every query.
    Action.SEE_FARMS: frozenset(Role) - {R.FARMER, R.HOUSE},
    Action.SEE_LETTERS: frozenset({R.SECRETARIAT, R.OPERATIONS, R.ASSESSOR, R.ADMINISTRATOR}),
    Action.SEE_ROUNDS: frozenset({R.SECRETARIAT, R.DECISION_MAKER, R.OPERATIONS, R.ASSESSOR, R.ADMINISTRATOR}),
    Action.START_ROUND: frozenset({R.SECRETARIAT}),
    Action.ANSWER_CHOICE: frozenset({R.FARMER}),
    Action.KEY_ANSWER: frozenset({R.SECRETARIAT}),
    Action.STOP_FARM: frozenset({R.SECRETARIAT}),
    Action.PRINT_LETTERS: frozenset({R.SECRETARIAT}),
    Action.RELEASE_LETTERS: frozenset({R.SECRETARIAT, R.OPERATIONS}),
    Action.MOVE_CLOCK: frozenset({R.SECRETARIAT, R.OPERATIONS, R.ADMINISTRATOR}),
}


@dataclass(frozen=True)
class Actor:
    """Who acts: a person of the house or of a body, a farmer known by the farm's id, or the house."""

    person: PersonId
    role: Role


THE_HOUSE = Actor(HOUSE, Role.HOUSE)


def farmer_of(farm: FarmId) -> Actor:
    """The farmer, as known by a letter's code."""
    return Actor(PersonId(farm), Role.FARMER)


def may(actor: Actor, action: Action) -> bool:
    """Whether the role allows the action at all; which rows it covers is for the queries."""
    return actor.role in ALLOWED[action]
