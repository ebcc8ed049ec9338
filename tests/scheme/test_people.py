"""Who may do what: the table behind the one choke point (design.md §10)."""

import pytest

from scheme.people import ALLOWED, THE_HOUSE, Action, Actor, Role, farmer_of, may
from tests.world import PLANNER, SECRETARY, number

R = Role
EVERYBODY = frozenset(Role)
SIGNED_IN = EVERYBODY - {R.FARMER, R.HOUSE}
# As the office would say it; a change of the rulebook's table is made here too, on purpose.
SAID = {
    Action.SIGN_IN: EVERYBODY,
    Action.SEE_STATUS: EVERYBODY,
    Action.SEE_HOME: SIGNED_IN,
    Action.SEE_FARMS: SIGNED_IN,
    Action.SEE_LETTERS: {R.SECRETARIAT, R.OPERATIONS, R.ASSESSOR, R.ADMINISTRATOR},
    Action.SEE_ROUNDS: {R.SECRETARIAT, R.DECISION_MAKER, R.OPERATIONS, R.ASSESSOR, R.ADMINISTRATOR},
    Action.START_ROUND: {R.SECRETARIAT},
    Action.ANSWER_CHOICE: {R.FARMER},
    Action.KEY_ANSWER: {R.SECRETARIAT},
    Action.STOP_FARM: {R.SECRETARIAT},
    Action.PRINT_LETTERS: {R.SECRETARIAT},
    Action.RELEASE_LETTERS: {R.SECRETARIAT, R.OPERATIONS},
    Action.MOVE_CLOCK: {R.SECRETARIAT, R.OPERATIONS, R.ADMINISTRATOR},
}


@pytest.mark.parametrize("action", Action)
def test_the_table(action: Action) -> None:
    allowed = {role for role in Role if may(Actor(SECRETARY.person, role), action)}
    assert allowed == SAID[action]


def test_every_action_has_a_row() -> None:
    assert set(ALLOWED) == set(Action)


def test_the_assessor_reads_and_does_nothing() -> None:
    assessor = Actor(SECRETARY.person, Role.ASSESSOR)
    assert {action for action in Action if may(assessor, action)} == {
        Action.SIGN_IN, Action.SEE_STATUS, Action.SEE_HOME, Action.SEE_FARMS, Action.SEE_LETTERS, Action.SEE_ROUNDS,
    }  # fmt: skip


def test_a_farmer_is_known_by_the_farms_number() -> None:
    assert farmer_of(number(7)) == Actor("F-000007", Role.FARMER)
    assert Actor("house", Role.HOUSE) == THE_HOUSE
    assert PLANNER.role is Role.PLANNER
