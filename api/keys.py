"""Words that are stored as codes: the key under which each one's sentence stands in the catalogues."""

from collections.abc import Mapping
from enum import StrEnum

from records.letter import LetterChannel, LetterState
from records.queries.running import Runs
from records.queries.task_sight import TaskView
from records.queries.withdrawal import Withdrawal
from records.staff_mail import StaffMailState
from records.task import TaskKind
from scheme import (
    certificate,
    certification,
    choice,
    choice_round,
    extension,
    farm_change,
    farmer,
    matter,
    matter_kind,
    periodic_audit,
    projection,
    rules,
    status_change,
    webhook,
)
from scheme.audit_report import Assessment, Lack
from scheme.errors import Rule
from scheme.identifier import IdentifierKind
from scheme.language import Language
from scheme.lastenboek.grade import SupplementaryAudit
from scheme.lastenboek.outcome import Result, Surroundings
from scheme.letter import LetterKind
from scheme.people import Digest, Role
from scheme.reconciliation import Gap
from scheme.region import Province
from scheme.register import FileKind
from scheme.register_report import Effect
from scheme.requirement_difference import Alteration
from scheme.requirement_list import ListState
from scheme.step import Act, DeadlineKind, End
from scheme.stored_file import WhyNot
from scheme.writable import Obstacle

PREFIXES: Mapping[type[StrEnum], str] = {
    Act: "act",
    Rule: "rule",
    DeadlineKind: "deadline",
    End: "end",
    certificate.Status: "certificate",
    certificate.Reason: "certificate-reason",
    certificate.Trouble: "certificate-trouble",
    extension.Cause: "cause",
    extension.ExtensionState: "extension-state",
    extension.Left: "left",
    Province: "province",
    choice.State: "state",
    choice.Channel: "channel",
    choice_round.State: "round",
    choice_round.Country: "country",
    farmer.Standing: "standing",
    matter_kind.MatterKind: "matter",
    matter.State: "matter-state",
    periodic_audit.State: "audit-state",
    periodic_audit.ActionState: "correction",
    certification.State: "certification-state",
    status_change.State: "status-state",
    status_change.Wanted: "status-wanted",
    webhook.DeliveryState: "delivery",
    webhook.DeliveryTrouble: "delivery-trouble",
    farm_change.State: "change-state",
    farm_change.Change: "change",
    farm_change.Effect: "change-effect",
    Result: "result",
    Surroundings: "surroundings",
    SupplementaryAudit: "check",
    projection.Coming: "coming",
    Runs: "runs",
    rules.Name: "parameter",
    Role: "role",
    Digest: "digest",
    Language: "language",
    IdentifierKind: "identifier",
    LetterKind: "letter",
    Obstacle: "obstacle",
    LetterState: "letter-state",
    LetterChannel: "letter-channel",
    StaffMailState: "mail-state",
    FileKind: "file",
    Effect: "effect",
    Gap: "gap",
    ListState: "list-state",
    Alteration: "alteration",
    TaskKind: "task",
    TaskView: "task-view",
    Withdrawal: "withdrawal",
    WhyNot: "file-refused",
    Assessment: "assessment",
    Lack: "lack",
}


def key(word: StrEnum) -> str:
    """The msgid of a stored word, such as `state-asked`; KeyError for an enum that pages do not show."""
    return f"{PREFIXES[type(word)]}-{word.value}"


def every_key() -> tuple[str, ...]:
    """All of them, in the order of the table."""
    return tuple(key(word) for kind in PREFIXES for word in kind)
