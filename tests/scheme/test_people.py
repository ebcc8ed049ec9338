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
    Action.KEEP_ACCOUNT: SIGNED_IN,
    Action.SEE_REGISTER: {R.SECRETARIAT, R.DECISION_MAKER, R.OPERATIONS, R.ASSESSOR, R.ADMINISTRATOR},
    Action.CHANGE_REGISTER: {R.SECRETARIAT},
    Action.IMPORT_REGISTER: {R.SECRETARIAT, R.ADMINISTRATOR},
    Action.EXPORT_FARMS: SIGNED_IN,
    Action.STEER_ROUND: {R.SECRETARIAT},
    Action.STEER_LETTERS: {R.SECRETARIAT, R.OPERATIONS},
    Action.CORRECT_CASE: {R.SECRETARIAT},
    Action.SEE_TASKS: SIGNED_IN,
    Action.DO_TASKS: SIGNED_IN - {R.ASSESSOR},
    Action.ASSIGN_TASKS: {R.SECRETARIAT, R.PLANNER, R.OPERATIONS, R.ADMINISTRATOR},
    Action.CLOSE_MATTER: {R.SECRETARIAT},
    Action.SEE_PARAMETERS: {R.SECRETARIAT, R.DECISION_MAKER, R.OPERATIONS, R.ASSESSOR, R.ADMINISTRATOR},
    Action.CHANGE_PARAMETERS: {R.SECRETARIAT, R.ADMINISTRATOR},
    Action.SEE_LASTENBOEK: SIGNED_IN,
    Action.CHANGE_LASTENBOEK: {R.SECRETARIAT, R.ADMINISTRATOR},
    Action.SEE_PEOPLE: {R.ASSESSOR, R.ADMINISTRATOR},
    Action.MANAGE_PEOPLE: {R.ADMINISTRATOR},
    Action.SEE_AUDITS: SIGNED_IN,
    Action.SEE_FILES: {R.SECRETARIAT, R.DECISION_MAKER, R.PLANNER, R.AUDITOR, R.ASSESSOR},
    Action.PLAN_AUDIT: {R.PLANNER, R.SECRETARIAT},
    Action.REPORT_AUDIT: {R.AUDITOR},
    Action.SEE_REPORT: {R.SECRETARIAT, R.PLANNER, R.AUDITOR},
    Action.PROVE_CORRECTION: {R.FARMER, R.SECRETARIAT},
    Action.JUDGE_CORRECTION: {R.AUDITOR, R.PLANNER},
    Action.REVIEW_CERTIFICATION: {R.DECISION_MAKER},
    Action.DECIDE_CERTIFICATION: {R.DECISION_MAKER},
    Action.REVISE_CERTIFICATE: {R.SECRETARIAT, R.DECISION_MAKER},
    Action.SEE_EXTENSIONS: {R.SECRETARIAT, R.DECISION_MAKER, R.OPERATIONS, R.ASSESSOR, R.ADMINISTRATOR},
    Action.PROPOSE_EXTENSION: {R.SECRETARIAT},
    Action.DECIDE_EXTENSION: {R.DECISION_MAKER},
    Action.DECLARE_TIE: {R.SECRETARIAT, R.ADMINISTRATOR},
    Action.ASK_STATUS: {R.SECRETARIAT},
    Action.ENTER_APPLICATION: {R.SECRETARIAT},
    Action.ASK_CHANGE: {R.SECRETARIAT},
    Action.KEEP_WEBHOOK: {R.SECRETARIAT, R.ADMINISTRATOR},
    Action.SEE_ASSESSOR_FILE: {R.ASSESSOR, R.SECRETARIAT, R.DECISION_MAKER, R.ADMINISTRATOR},
}
# What the accreditation body's assessor keeps is their own account; all else they only read.
ASSESSORS = {
    Action.SIGN_IN, Action.SEE_STATUS, Action.SEE_HOME, Action.SEE_FARMS, Action.SEE_LETTERS, Action.SEE_ROUNDS,
    Action.SEE_REGISTER, Action.SEE_TASKS, Action.SEE_PARAMETERS, Action.SEE_PEOPLE, Action.EXPORT_FARMS,
    Action.KEEP_ACCOUNT, Action.SEE_LASTENBOEK, Action.SEE_AUDITS, Action.SEE_FILES, Action.SEE_EXTENSIONS,
    Action.SEE_ASSESSOR_FILE,
}  # fmt: skip


@pytest.mark.parametrize("action", Action)
def test_the_table(action: Action) -> None:
    allowed = {role for role in Role if may(Actor(SECRETARY.person, role), action)}
    assert allowed == SAID[action]


def test_every_action_has_a_row() -> None:
    assert set(ALLOWED) == set(Action)


def test_the_assessor_reads_and_does_nothing() -> None:
    assessor = Actor(SECRETARY.person, Role.ASSESSOR)
    assert {action for action in Action if may(assessor, action)} == ASSESSORS


def test_a_farmer_is_known_by_the_farms_number() -> None:
    assert farmer_of(number(7)) == Actor("F-000007", Role.FARMER)
    assert Actor("house", Role.HOUSE) == THE_HOUSE
    assert PLANNER.role is Role.PLANNER
