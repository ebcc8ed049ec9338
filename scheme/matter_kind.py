"""What can be running when the house begins, and how long each may take (domain.md §1.3, §4)."""

from datetime import date
from enum import StrEnum

from scheme.days import add_days, add_months
from scheme.lastenboek.grade import Grade, deadline_of
from scheme.rules import Terms


class MatterKind(StrEnum):
    """What can be running when the house begins, beside choices of inspection body."""

    PLANNED_AUDIT = "planned-audit"
    CORRECTIVE_ACTION = "corrective-action"
    DISPUTE = "dispute"
    APPEAL = "appeal"
    SUSPENSION = "suspension"


def last_day(
    what: MatterKind, began_on: date, terms: Terms, *, grade: Grade | None = None, expires_on: date | None = None
) -> date | None:
    """The last day that the rulebook gives; None for a planned audit, whose day was agreed with the farm.

    Months and days count from began_on.
    """
    match what:
        case MatterKind.CORRECTIVE_ACTION:
            # Without a grade it is not the one that costs the certificate.
            return deadline_of(grade or Grade.B, began_on, terms, expires_on)
        case MatterKind.DISPUTE:
            return add_days(began_on, terms.dispute_days)
        case MatterKind.APPEAL:
            return add_days(began_on, terms.appeal_days)
        case MatterKind.SUSPENSION:
            return add_months(began_on, terms.suspension_months)
        case MatterKind.PLANNED_AUDIT:
            return None
