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


class Digest(StrEnum):
    """How often a person wants the mail that lists what waits."""

    NEVER = "never"
    DAILY = "daily"
    WEEKDAYS = "weekdays"


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
    # What is one's own: sessions, second factor, saved filters, digest.
    KEEP_ACCOUNT = "keep-account"
    SEE_REGISTER = "see-register"
    CHANGE_REGISTER = "change-register"
    # Where a dairy is told by machine, and the secret that signs it.
    KEEP_WEBHOOK = "keep-webhook"
    IMPORT_REGISTER = "import-register"
    EXPORT_FARMS = "export-farms"
    STEER_ROUND = "steer-round"
    STEER_LETTERS = "steer-letters"
    CORRECT_CASE = "correct-case"
    SEE_TASKS = "see-tasks"
    DO_TASKS = "do-tasks"
    ASSIGN_TASKS = "assign-tasks"
    CLOSE_MATTER = "close-matter"
    SEE_PARAMETERS = "see-parameters"
    CHANGE_PARAMETERS = "change-parameters"
    SEE_LASTENBOEK = "see-lastenboek"
    CHANGE_LASTENBOEK = "change-lastenboek"
    SEE_PEOPLE = "see-people"
    MANAGE_PEOPLE = "manage-people"
    SEE_FILES = "see-files"
    SEE_AUDITS = "see-audits"
    PLAN_AUDIT = "plan-audit"
    REPORT_AUDIT = "report-audit"
    PROVE_CORRECTION = "prove-correction"
    JUDGE_CORRECTION = "judge-correction"
    REVIEW_CERTIFICATION = "review-certification"
    REVISE_CERTIFICATE = "revise-certificate"
    SEE_EXTENSIONS = "see-extensions"
    PROPOSE_EXTENSION = "propose-extension"
    DECIDE_EXTENSION = "decide-extension"
    DECIDE_CERTIFICATION = "decide-certification"
    DECLARE_TIE = "declare-tie"
    ASK_STATUS = "ask-status"
    ENTER_APPLICATION = "enter-application"
    ASK_CHANGE = "ask-change"
    SEE_REPORT = "see-report"
    # All that is kept of a farm, in the order in which an assessor reads.
    SEE_ASSESSOR_FILE = "see-assessor-file"


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
    Action.KEEP_ACCOUNT: frozenset(Role) - {R.FARMER, R.HOUSE},
    Action.SEE_REGISTER: frozenset({R.SECRETARIAT, R.DECISION_MAKER, R.OPERATIONS, R.ASSESSOR, R.ADMINISTRATOR}),
    Action.CHANGE_REGISTER: frozenset({R.SECRETARIAT}),
    Action.KEEP_WEBHOOK: frozenset({R.SECRETARIAT, R.ADMINISTRATOR}),
    Action.IMPORT_REGISTER: frozenset({R.SECRETARIAT, R.ADMINISTRATOR}),
    Action.EXPORT_FARMS: frozenset(Role) - {R.FARMER, R.HOUSE},
    Action.STEER_ROUND: frozenset({R.SECRETARIAT}),
    Action.STEER_LETTERS: frozenset({R.SECRETARIAT, R.OPERATIONS}),
    Action.CORRECT_CASE: frozenset({R.SECRETARIAT}),
    Action.SEE_TASKS: frozenset(Role) - {R.FARMER, R.HOUSE},
    Action.DO_TASKS: frozenset(Role) - {R.FARMER, R.HOUSE, R.ASSESSOR},
    Action.ASSIGN_TASKS: frozenset({R.SECRETARIAT, R.PLANNER, R.OPERATIONS, R.ADMINISTRATOR}),
    Action.CLOSE_MATTER: frozenset({R.SECRETARIAT}),
    Action.SEE_PARAMETERS: frozenset({R.SECRETARIAT, R.DECISION_MAKER, R.OPERATIONS, R.ASSESSOR, R.ADMINISTRATOR}),
    Action.CHANGE_PARAMETERS: frozenset({R.SECRETARIAT, R.ADMINISTRATOR}),
    Action.SEE_LASTENBOEK: frozenset(Role) - {R.FARMER, R.HOUSE},
    Action.CHANGE_LASTENBOEK: frozenset({R.SECRETARIAT, R.ADMINISTRATOR}),
    Action.SEE_PEOPLE: frozenset({R.ADMINISTRATOR, R.ASSESSOR}),
    Action.MANAGE_PEOPLE: frozenset({R.ADMINISTRATOR}),
    # Photographs and papers of a farm: those who judge by them.
    Action.SEE_FILES: frozenset({R.SECRETARIAT, R.DECISION_MAKER, R.PLANNER, R.AUDITOR, R.ASSESSOR}),
    Action.SEE_AUDITS: frozenset(Role) - {R.FARMER, R.HOUSE},
    Action.PLAN_AUDIT: frozenset({R.PLANNER, R.SECRETARIAT}),
    Action.REPORT_AUDIT: frozenset({R.AUDITOR}),
    # A draft: of the auditors only the one who was planned (api/report_case.py).
    Action.SEE_REPORT: frozenset({R.AUDITOR, R.PLANNER, R.SECRETARIAT}),
    # The farmer by the link of a letter; the secretariat keys what came by post.
    Action.PROVE_CORRECTION: frozenset({R.FARMER, R.SECRETARIAT}),
    Action.JUDGE_CORRECTION: frozenset({R.AUDITOR, R.PLANNER}),
    # Never an administrator, and of the deciders only those who took no part (scheme/certification.py).
    Action.REVIEW_CERTIFICATION: frozenset({R.DECISION_MAKER}),
    Action.DECIDE_CERTIFICATION: frozenset({R.DECISION_MAKER}),
    Action.REVISE_CERTIFICATE: frozenset({R.SECRETARIAT, R.DECISION_MAKER}),
    Action.SEE_EXTENSIONS: frozenset({R.SECRETARIAT, R.DECISION_MAKER, R.OPERATIONS, R.ASSESSOR, R.ADMINISTRATOR}),
    Action.PROPOSE_EXTENSION: frozenset({R.SECRETARIAT}),
    Action.DECIDE_EXTENSION: frozenset({R.DECISION_MAKER}),
    Action.DECLARE_TIE: frozenset({R.ADMINISTRATOR, R.SECRETARIAT}),
    Action.ASK_STATUS: frozenset({R.SECRETARIAT}),
    Action.ENTER_APPLICATION: frozenset({R.SECRETARIAT}),
    Action.ASK_CHANGE: frozenset({R.SECRETARIAT}),
    Action.SEE_ASSESSOR_FILE: frozenset({R.ASSESSOR, R.SECRETARIAT, R.DECISION_MAKER, R.ADMINISTRATOR}),
}


# Whoever decides about certificates or about people proves it twice (design.md §10).
PROVES_TWICE = frozenset({R.DECISION_MAKER, R.ADMINISTRATOR})
OF_A_BODY = frozenset({R.PLANNER, R.AUDITOR})


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
