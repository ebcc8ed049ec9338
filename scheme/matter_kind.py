"""What can be running when the house begins, and how long each may take (domain.md §1.3, §4)."""

from datetime import date
from enum import StrEnum

from scheme.days import add_days, add_months
from scheme.rules import Terms


class MatterKind(StrEnum):
    """What can be running when the house begins, beside choices of inspection body."""

    PLANNED_AUDIT = "planned-audit"
    CORRECTIVE_ACTION = "corrective-action"
    DISPUTE = "dispute"
    APPEAL = "appeal"
    SUSPENSION = "suspension"


class Grade(StrEnum):
    """How heavy a finding is; a recommendation (C) has no day and is no matter (domain.md §1.3)."""

    A = "A"
    B = "B"


def last_day(
    what: MatterKind, began_on: date, terms: Terms, *, grade: Grade | None = None, expires_on: date | None = None
) -> date | None:
    """The last day that the rulebook gives; None for a planned audit, whose day was agreed with the farm.

    Months and days count from began_on. A finding of grade A is put right while the certificate still runs.
    """
    match what:
        case MatterKind.CORRECTIVE_ACTION if grade is Grade.A:
            due = add_months(began_on, terms.correction_a_months)
            return due if expires_on is None or expires_on < began_on else min(due, expires_on)
        case MatterKind.CORRECTIVE_ACTION:
            return add_months(began_on, terms.correction_b_months)
        case MatterKind.DISPUTE:
            return add_days(began_on, terms.dispute_days)
        case MatterKind.APPEAL:
            return add_days(began_on, terms.appeal_days)
        case MatterKind.SUSPENSION:
            return add_months(began_on, terms.suspension_months)
        case MatterKind.PLANNED_AUDIT:
            return None
