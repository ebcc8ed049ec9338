"""What a case says it did: one step, written by `record` in one transaction (design.md §4)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Generic, TypeVar

from scheme.errors import Refusal
from scheme.ids import BodyId, CaseId, NewsId, SubmissionId
from scheme.kinds import BY_KIND
from scheme.letter import LetterKind
from scheme.people import THE_HOUSE, Actor

Case_co = TypeVar("Case_co", covariant=True)
Facts_co = TypeVar("Facts_co", covariant=True)


class Act(StrEnum):
    """The trail's vocabulary, subject:what happened; its sentence stands in the catalogue under `act-<value>`."""

    FARM_REGISTERED = "farm:registered"
    FARM_CHANGED = "farm:changed"
    BODY_ADDED = "body:added"
    BODY_CHANGED = "body:changed"
    DAIRY_ADDED = "dairy:added"
    DAIRY_CHANGED = "dairy:changed"
    WEBHOOK_SET = "dairy:webhook-set"
    WEBHOOK_SECRET_MADE = "dairy:webhook-secret-made"  # noqa: S105  # the name of an act
    WEBHOOK_RESUMED = "dairy:webhook-resumed"
    CERTIFICATE_CHANGED = "farm:certificate-changed"
    CERTIFICATE_WARNED = "farm:certificate-warned"
    CERTIFICATE_ENDED = "farm:certificate-ended"
    CERTIFICATE_WITHDRAWN = "farm:certificate-withdrawn"
    FARM_STOPPED = "farm:stopped"
    # It stopped, for it was merged into another one.
    FARM_MERGED = "farm:merged"
    STOP_TAKEN_BACK = "farm:stop-taken-back"
    # Nothing of one farm is part of the other any more: on the page of the one that takes part again, and of the other
    # where the merger was decided about.
    MERGER_UNDONE = "farm:merger-undone"
    FARM_JOINED = "farm:joined-round"
    FARM_APPLIED = "farm:applied"
    CASE_OPENED = "farm:case-opened"
    CASE_CLOSED = "farm:case-closed"
    CHOICE_ASKED = "choice:asked"
    CHOICE_REMINDED = "choice:reminded"
    # The letter that asks had not left the house when a day came; and then it left.
    CHOICE_UNSENT = "choice:letter-unsent"
    CHOICE_LETTER_LEFT = "choice:letter-left"
    CHOICE_ANSWERED = "choice:answered"
    CHOICE_CHANGED = "choice:changed"
    CHOICE_CORRECTED = "choice:corrected"
    CHOICE_RUNS_AGAIN = "choice:runs-again"
    CHOICE_CHOSEN = "choice:chosen"
    CHOICE_ASSIGNED = "choice:assigned"
    CHOICE_STOPPED = "choice:stopped"
    CHOICE_CANCELLED = "choice:cancelled"
    CHOICE_ASKED_AGAIN = "choice:asked-again"
    CHOICE_REOPENED = "choice:reopened"
    BODY_LOST = "choice:body-lost"
    CHOICE_TAKEN_OVER = "choice:taken-over"
    MATTER_TAKEN_OVER = "matter:taken-over"
    MATTER_LATE = "matter:late"
    MATTER_CLOSED = "matter:closed"
    MATTER_STOPPED = "matter:stopped"
    CHOICE_WINDOW = "farm:choice-window"
    AUDIT_OPENED = "audit:opened"
    AUDIT_RUNS_AGAIN = "audit:runs-again"
    AUDIT_PLANNED = "audit:planned"
    AUDIT_MOVED = "audit:moved"
    AUDIT_PLAN_LATE = "audit:plan-late"
    # Of a farm without a certificate: nobody has held its first audit in time.
    FIRST_AUDIT_LATE = "audit:first-late"
    AUDIT_REPORTED = "audit:reported"
    AUDIT_REPORT_LATE = "audit:report-late"
    REPORT_TAKEN_BACK = "audit:report-taken-back"
    FOLLOW_UP_PLANNED = "audit:follow-up-planned"
    CORRECTION_PROVEN = "correction:proven"
    # It had come by post in time, and was keyed after its last day had passed.
    CORRECTION_IN_TIME = "correction:in-time"
    CORRECTION_ACCEPTED = "correction:accepted"
    CORRECTION_RETURNED = "correction:returned"
    CORRECTION_REMINDED = "correction:reminded"
    CORRECTION_OVERDUE = "correction:overdue"
    AUDIT_READY = "farm:audit-ready"
    AUDIT_DECIDED = "audit:decided"
    AUDIT_STOPPED = "audit:stopped"
    AUDIT_CANCELLED = "audit:cancelled"
    # It was refused, and the farm's next one opened: what was to be put right is history.
    AUDIT_FOLLOWED = "audit:followed"
    TIE_DECLARED = "farm:tie-declared"
    TIE_ENDED = "farm:tie-ended"
    # A case hears that somebody has a tie to its farm, or took part in what is decided about.
    TIE_HEARD = "case:tie-heard"
    CERTIFICATION_OPENED = "certification:opened"
    CERTIFICATION_REVIEWED = "certification:reviewed"
    CERTIFICATION_LATE = "certification:late"
    CERTIFICATE_ISSUED = "certification:issued"
    CERTIFICATE_REFUSED = "certification:refused"
    CERTIFICATION_STOPPED = "certification:stopped"
    CERTIFICATION_CANCELLED = "certification:cancelled"
    # A certificate's suspension, lifting or withdrawal.
    STATUS_ASKED = "farm:status-change-asked"
    STATUS_OPENED = "status-change:opened"
    STATUS_REVIEWED = "status-change:reviewed"
    STATUS_LATE = "status-change:late"
    STATUS_SUSPENDED = "status-change:suspended"
    STATUS_LIFTED = "status-change:lifted"
    STATUS_WITHDRAWN = "status-change:withdrawn"
    STATUS_DECLINED = "status-change:declined"
    STATUS_STOPPED = "status-change:stopped"
    SUSPENSION_PASSED = "status-change:suspension-passed"
    SUSPENSION_OVER = "status-change:suspension-over"
    # A farm went over to another holder.
    CHANGE_RECORDED = "farm:change-recorded"
    CHANGE_OPENED = "farm-change:opened"
    CHANGE_REVIEWED = "farm-change:reviewed"
    CHANGE_LATE = "farm-change:late"
    CHANGE_PASSED = "farm-change:passed"
    CHANGE_NEW_AUDIT = "farm-change:new-audit"
    CHANGE_STOPPED = "farm-change:stopped"
    MOVE_RECORDED = "farm:move-recorded"
    MOVE_PASSED = "farm-change:move-passed"
    MOVE_NEW_AUDIT = "farm-change:move-new-audit"
    # Another farm was merged into this one.
    MERGER_RECORDED = "farm:merger-recorded"
    MERGER_PASSED = "farm-change:merger-passed"
    MERGER_NEW_AUDIT = "farm-change:merger-new-audit"
    # The farm that was merged into this one takes part again: its stop was taken back before anybody decided.
    MERGER_FELL_THROUGH = "farm-change:merger-fell-through"
    # A part of this farm became a farm of its own.
    SPLIT_RECORDED = "farm:split-recorded"
    SPLIT_PASSED = "farm-change:split-passed"
    SPLIT_NEW_AUDIT = "farm-change:split-new-audit"
    # A choice or an audit that runs is that of the first audit from now on; or one is asked for.
    FIRST_AUDIT_HEARD = "case:first-audit-heard"
    FIRST_AUDIT_ASKED = "farm:first-audit-asked"
    ROUND_OPENED = "choice-round:opened"
    ROUND_ASKED = "choice-round:asked"
    ROUND_DONE = "choice-round:done"
    ROUND_CANCELLED = "choice-round:cancelled"
    OPENING_DONE = "house:opening-done"
    REFUSED = "submission:refused"
    # Sent again to another address: the first one had gone out, or had not yet.
    LETTER_REPLACED = "letter:replaced"
    LETTER_REDIRECTED = "letter:redirected"
    LETTERS_PRINTED = "letter:printed"
    LETTERS_REPRINTED = "letter:reprinted"
    TEST_LETTER_SENT = "letter:test-sent"
    LETTERS_RELEASED = "letter:released"
    LETTERS_HELD = "letter:held"
    LETTER_RETRIED = "letter:retried"
    CERTIFICATE_REVISED = "certificate:revised"
    CERTIFICATE_SIGNED = "certificate:signed"
    # A collective extension, or the way back from one; and what it did to a farm's certificate.
    EXTENSION_PROPOSED = "extension:proposed"
    EXTENSION_ACCEPTED = "extension:accepted"
    EXTENSION_DECLINED = "extension:declined"
    CERTIFICATE_EXTENDED = "certificate:extended"
    EXTENSION_TAKEN_BACK = "certificate:extension-taken-back"
    HOUSE_FOUNDED = "house:founded"
    # From a backup: every workflow begins again where its row stands.
    HOUSE_RESUMED = "house:resumed"
    PERSON_ADDED = "person:added"
    SIGNED_IN = "person:signed-in"
    PARAMETER_PROPOSED = "parameter:proposed"
    PARAMETER_CHANGED = "parameter:changed"
    PARAMETER_KEPT = "parameter:kept"
    LIST_PROPOSED = "requirement-list:proposed"
    LIST_ACCEPTED = "requirement-list:accepted"
    LIST_DECLINED = "requirement-list:declined"
    TASK_CLAIMED = "task:claimed"
    TASK_RELEASED = "task:released"
    TASK_ASSIGNED = "task:assigned"
    TASK_POSTPONED = "task:postponed"
    TASK_NOTED = "task:noted"
    TASK_CLOSED = "task:closed"
    SIGNED_OUT = "person:signed-out-everywhere"
    PASSWORD_CHANGED = "person:password-changed"  # noqa: S105  # the name of an act
    FACTOR_SET = "person:second-factor-set"
    FACTOR_REMOVED = "person:second-factor-removed"
    ACCOUNT_CHANGED = "person:account-changed"
    PERSON_CHANGED = "person:changed"
    PERSON_LOCKED = "person:locked"
    PERSON_UNLOCKED = "person:unlocked"
    PASSWORD_RESET = "person:password-reset"  # noqa: S105  # the name of an act
    ABSENCE_ADDED = "person:absence-added"
    ABSENCE_CANCELLED = "person:absence-cancelled"
    REGISTER_IMPORTED = "register:imported"


class DeadlineKind(StrEnum):
    """What a case's next moment is for."""

    REMIND = "remind"
    CLOSE = "close"
    ASK = "ask"
    CHOICE_WINDOW = "choice-window"
    LATE = "late"
    PLAN = "plan"
    FIRST_AUDIT = "first-audit"
    REPORT = "report"
    CORRECTION_REMINDER = "correction-reminder"
    CORRECTION = "correction"
    DECISION = "decision"
    SUSPENSION = "suspension"
    CERTIFICATE_WARNING = "certificate-warning"
    CERTIFICATE_END = "certificate-end"


class End(StrEnum):
    """How a case of a farm ended."""

    CHOSEN = "chosen"
    ASSIGNED = "assigned"
    STOPPED = "stopped"
    # With its round, before anybody was written to.
    CANCELLED = "cancelled"
    SETTLED = "settled"
    ISSUED = "issued"
    REFUSED = "refused"


@dataclass(frozen=True)
class Submission(Generic[Facts_co]):
    """What a person handed in: the row's id (also its Idempotency-Key and update id), who, when, and the facts."""

    id: SubmissionId
    case_id: CaseId
    actor: Actor
    received_at: datetime
    facts: Annotated[Facts_co, BY_KIND]


@dataclass(frozen=True)
class Deadline:
    """A row that pages show, `step` moves to and `doctor` checks: the moment at which the case acts."""

    kind: DeadlineKind
    due: datetime


@dataclass(frozen=True)
class Outcome:
    """What became of something handed in; refused_by is None where it was taken."""

    refused_by: Refusal | None = None


@dataclass(frozen=True)
class Dealt:
    """An inbox item that this step settles."""

    item: SubmissionId | NewsId
    outcome: Outcome = Outcome()


@dataclass(frozen=True)
class Step(Generic[Case_co]):
    """One step of a case.

    case: the state after it, with its revision raised by one; an older or equal revision changes nothing.
    at: the scheme's moment of the event (what was handed in: when it was received).
    deadlines: replace those the case had. letters: planned for the case's farm.
    body: the inspection body the act is about, day the date it turns on, if any.
    """

    case: Annotated[Case_co, BY_KIND]
    at: datetime
    act: Act
    actor: Actor = THE_HOUSE
    deadlines: tuple[Deadline, ...] = ()
    letters: tuple[LetterKind, ...] = ()
    dealt: tuple[Dealt, ...] = ()
    body: BodyId | None = None
    day: date | None = None
    about: CaseId | None = None
    end: End | None = None
