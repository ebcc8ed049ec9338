"""What waits for a person: a row opened and closed with the fact it is about (design.md §7, human task)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from records.table import json_column, maybe_moment, maybe_text, moment, text


class TaskKind(StrEnum):
    """What is to be done; its sentence stands in the catalogue under `task-<value>`."""

    LETTER_REFUSED = "letter-refused"
    LETTER_FAILED = "letter-failed"
    # The letter that asks has not left, and a day of its choice has come; or a reminder waits too long for the printer.
    LETTER_UNSENT = "letter-unsent"
    MATTER_LATE = "matter-late"
    CHOICE_REOPENED = "choice-reopened"
    ROUND_HELD = "round-held"
    # Of a periodic audit: its visit, its report, what is to be put right.
    AUDIT_PLAN = "audit-plan"
    AUDIT_PLAN_LATE = "audit-plan-late"
    # Of a farm without a certificate: nobody has visited it in time.
    FIRST_AUDIT_LATE = "first-audit-late"
    AUDIT_REPORT = "audit-report"
    AUDIT_REPORT_LATE = "audit-report-late"
    # A planned visit does not take place: the farm stopped, or has another body.
    VISIT_CALLED_OFF = "visit-called-off"
    CORRECTION_JUDGE = "correction-judge"
    CORRECTION_OVERDUE = "correction-overdue"
    # Of the decision about a certificate.
    CERTIFICATION_REVIEW = "certification-review"
    CERTIFICATION_DECIDE = "certification-decide"
    CERTIFICATION_LATE = "certification-late"
    # Of a certificate's suspension, lifting or withdrawal.
    STATUS_REVIEW = "status-review"
    STATUS_DECIDE = "status-decide"
    STATUS_LATE = "status-late"
    SUSPENSION_PASSED = "suspension-passed"
    # A certificate that ends soon, with no new one; and one that has ended.
    CERTIFICATE_ENDING = "certificate-ending"
    CERTIFICATE_ENDED = "certificate-ended"
    # A dairy's webhook takes nothing any more.
    WEBHOOK_FAILED = "webhook-failed"
    # Of what becomes of a certificate when its farm goes over to another holder.
    CHANGE_REVIEW = "change-review"
    CHANGE_DECIDE = "change-decide"
    CHANGE_LATE = "change-late"
    # The other farm takes part again, and its merger was decided about.
    MERGER_UNDONE = "merger-undone"


# Those that somebody may end by saying so; all others close with the fact they are about.
BY_HAND = frozenset(
    {
        TaskKind.LETTER_REFUSED,
        TaskKind.CHOICE_REOPENED,
        TaskKind.CORRECTION_OVERDUE,
        TaskKind.VISIT_CALLED_OFF,
        TaskKind.SUSPENSION_PASSED,
        TaskKind.CERTIFICATE_ENDING,
        TaskKind.CERTIFICATE_ENDED,
        TaskKind.WEBHOOK_FAILED,
        TaskKind.MERGER_UNDONE,
    }
)


class TaskRow(SQLModel, table=True):
    """One thing to do. role: the group it is for; body_id narrows that to an inspection body's people.

    person: who has claimed it, None while it is the group's. due_on: the last day; follow_up_on: hidden from
    "mine" until that day. facts: ids, codes and dates.
    """

    __tablename__ = "task"
    __table_args__ = (Index("ix_task_open", "role", "due_on", postgresql_where=sql("closed_at IS NULL")),)

    task_id: str = text(key=True)
    kind: str = text(index=True)
    role: str = text()
    body_id: str | None = maybe_text(to="inspection_body.body_id")
    person: str | None = maybe_text(index=True, to="person.person_id")
    farm_id: str | None = maybe_text(index=True, to="farm.farm_id")
    case_id: str | None = maybe_text(index=True)
    opened_at: datetime = moment()
    due_on: date
    follow_up_on: date | None = Field(default=None)
    closed_at: datetime | None = maybe_moment()
    closed_by: str | None = maybe_text()
    facts: dict[str, Any] = json_column()
    note: str | None = maybe_text()
    revision: int = Field(default=1)
