"""The clauses of ISO/IEC 17065 by which a farm's file is laid out for an assessor (domain.md §7)."""

from collections.abc import Mapping
from enum import StrEnum

from scheme.letter import LetterKind
from scheme.matter_kind import MatterKind
from scheme.step import Act


class Clause(StrEnum):
    """A clause, in the order in which an assessor reads; the value is its number."""

    AGREEMENT = "4.1.2"
    IMPARTIALITY = "4.2"
    APPLICATION = "7.2–7.3"
    EVALUATION = "7.4"
    REVIEW = "7.5"
    DECISION = "7.6"
    DOCUMENTS = "7.7"
    DIRECTORY = "7.8"
    SURVEILLANCE = "7.9"
    CHANGES = "7.10"
    TURNS = "7.11"
    RECORDS = "7.12"
    COMPLAINTS = "7.13"


_BY_ACT: Mapping[Clause, tuple[Act, ...]] = {
    Clause.IMPARTIALITY: (Act.TIE_DECLARED, Act.TIE_ENDED, Act.TIE_HEARD),
    Clause.APPLICATION: (
        Act.FARM_REGISTERED, Act.FARM_APPLIED, Act.FIRST_AUDIT_ASKED, Act.FIRST_AUDIT_HEARD, Act.FARM_JOINED,
        Act.CHOICE_ASKED, Act.CHOICE_REMINDED, Act.CHOICE_UNSENT,
        Act.CHOICE_LETTER_LEFT, Act.CHOICE_ANSWERED, Act.CHOICE_CHANGED, Act.CHOICE_CORRECTED, Act.CHOICE_RUNS_AGAIN,
        Act.CHOICE_CHOSEN, Act.CHOICE_ASSIGNED, Act.CHOICE_STOPPED, Act.CHOICE_CANCELLED, Act.CHOICE_ASKED_AGAIN,
        Act.CHOICE_REOPENED, Act.BODY_LOST, Act.CHOICE_TAKEN_OVER, Act.CHOICE_WINDOW,
    ),
    Clause.EVALUATION: (
        Act.AUDIT_OPENED, Act.AUDIT_RUNS_AGAIN, Act.AUDIT_PLANNED, Act.AUDIT_MOVED, Act.AUDIT_PLAN_LATE,
        Act.FIRST_AUDIT_LATE,
        Act.AUDIT_REPORTED, Act.AUDIT_REPORT_LATE, Act.REPORT_TAKEN_BACK, Act.FOLLOW_UP_PLANNED,
        Act.CORRECTION_PROVEN, Act.CORRECTION_IN_TIME, Act.CORRECTION_ACCEPTED, Act.CORRECTION_RETURNED,
        Act.CORRECTION_REMINDED, Act.CORRECTION_OVERDUE, Act.AUDIT_READY, Act.AUDIT_STOPPED, Act.AUDIT_CANCELLED,
        Act.AUDIT_FOLLOWED,
    ),
    Clause.REVIEW: (Act.CERTIFICATION_OPENED, Act.CERTIFICATION_REVIEWED, Act.CERTIFICATION_LATE),
    Clause.DECISION: (
        Act.CERTIFICATE_ISSUED, Act.CERTIFICATE_REFUSED, Act.CERTIFICATION_STOPPED, Act.CERTIFICATION_CANCELLED,
        Act.AUDIT_DECIDED,
    ),
    Clause.DOCUMENTS: (Act.CERTIFICATE_REVISED, Act.CERTIFICATE_SIGNED),
    Clause.CHANGES: (
        Act.FARM_CHANGED, Act.CERTIFICATE_CHANGED, Act.CHANGE_RECORDED, Act.CHANGE_OPENED, Act.CHANGE_REVIEWED,
        Act.CHANGE_LATE, Act.CHANGE_PASSED, Act.CHANGE_NEW_AUDIT, Act.CHANGE_STOPPED, Act.MOVE_RECORDED,
        Act.MOVE_PASSED, Act.MOVE_NEW_AUDIT, Act.MERGER_RECORDED, Act.MERGER_PASSED, Act.MERGER_NEW_AUDIT,
        Act.MERGER_FELL_THROUGH, Act.MERGER_UNDONE, Act.SPLIT_RECORDED, Act.SPLIT_PASSED, Act.SPLIT_NEW_AUDIT,
    ),
    Clause.TURNS: (
        Act.CERTIFICATE_WARNED, Act.CERTIFICATE_ENDED, Act.CERTIFICATE_WITHDRAWN,
        Act.FARM_STOPPED, Act.FARM_MERGED, Act.STOP_TAKEN_BACK, Act.CERTIFICATE_EXTENDED, Act.EXTENSION_TAKEN_BACK,
        Act.STATUS_ASKED,
        Act.STATUS_OPENED, Act.STATUS_REVIEWED, Act.STATUS_LATE, Act.STATUS_SUSPENDED, Act.STATUS_LIFTED,
        Act.STATUS_WITHDRAWN, Act.STATUS_DECLINED, Act.STATUS_STOPPED, Act.SUSPENSION_PASSED, Act.SUSPENSION_OVER,
    ),
}  # fmt: skip
_OF_ACT: Mapping[Act, Clause] = {act: clause for clause, acts in _BY_ACT.items() for act in acts}
_OF_MATTER: Mapping[MatterKind, Clause] = {
    MatterKind.PLANNED_AUDIT: Clause.EVALUATION,
    MatterKind.CORRECTIVE_ACTION: Clause.EVALUATION,
    MatterKind.DISPUTE: Clause.COMPLAINTS,
    MatterKind.APPEAL: Clause.COMPLAINTS,
    MatterKind.SUSPENSION: Clause.TURNS,
}
_OF_LETTER: Mapping[LetterKind, Clause] = {
    LetterKind.CERTIFICATE: Clause.DOCUMENTS,
    LetterKind.REFUSAL: Clause.DECISION,
    LetterKind.EXTENSION: Clause.TURNS,
    LetterKind.STATUS: Clause.TURNS,
    LetterKind.EXPIRY: Clause.TURNS,
    LetterKind.ENDED: Clause.TURNS,
}


def clause_of_act(act: Act, matter: MatterKind | None = None) -> Clause:
    """Where an entry of the trail is read; whatever belongs to no clause of its own is a record of the house."""
    return _OF_ACT.get(act, Clause.RECORDS) if matter is None else _OF_MATTER[matter]


def clause_of_matter(kind: MatterKind) -> Clause:
    """Where a matter is read."""
    return _OF_MATTER[kind]


def clause_of_letter(kind: LetterKind) -> Clause:
    """Where a letter is read: those of a choice with the agreement, those of an audit with the evaluation."""
    if kind.about_choice:
        return Clause.AGREEMENT
    return _OF_LETTER.get(kind, Clause.EVALUATION)
