"""What each grade asks of the farm after a finding (domain.md §1.1 to §1.3; docs/lastenboek.md, chapter 3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from scheme.days import add_months
from scheme.rules import AuditRules, Name, Terms
from scheme.source import Source, assumed


class Grade(StrEnum):
    """How heavy a finding is, the heaviest first; C is a recommendation."""

    A = "A"
    B = "B"
    C = "C"


class SupplementaryAudit(StrEnum):
    """How it is seen that a finding was put right."""

    NONE = "none"
    ON_PAPER = "on-paper"
    ON_SITE = "on-site"


@dataclass(frozen=True)
class GradeRow:
    """What a finding of a grade leads to.

    correction: the parameter that gives the months for the corrective action, None where no day is set.
    plan: the parameter that gives the months until the farmer says how, None where no plan is asked.
    within_certificate: the corrective action is due at the latest on the last day of the certificate.
    seen, read: the supplementary audit of a visual point, and of one on papers.
    """

    correction: Name | None
    plan: Name | None
    within_certificate: bool
    seen: SupplementaryAudit
    read: SupplementaryAudit
    source: Source


GRADES: Mapping[Grade, GradeRow] = {
    Grade.A: GradeRow(
        correction=Name.CORRECTION_A_MONTHS,
        plan=None,
        within_certificate=True,
        seen=SupplementaryAudit.ON_SITE,
        read=SupplementaryAudit.ON_PAPER,
        source=assumed("placeholder; by the nature of the finding as in CODI-AUD"),
    ),
    Grade.B: GradeRow(
        correction=Name.CORRECTION_B_MONTHS,
        plan=Name.PLAN_B_MONTHS,
        within_certificate=False,
        seen=SupplementaryAudit.ON_PAPER,
        read=SupplementaryAudit.ON_PAPER,
        source=assumed("placeholder; that there is a grade B is documented (MCC11)"),
    ),
    Grade.C: GradeRow(
        correction=None,
        plan=None,
        within_certificate=False,
        seen=SupplementaryAudit.NONE,
        read=SupplementaryAudit.NONE,
        source=assumed("recommendations are annexes of their own (DOC7)"),
    ),
}


def deadline_of(grade: Grade, found_on: date, terms: Terms | AuditRules, expires_on: date | None = None) -> date | None:
    """The last day of the corrective action, None for a recommendation (rules 3.1 to 3.4).

    Counted from the day of the finding. A certificate that had ended before that day shortens nothing.
    """
    row = GRADES[grade]
    if row.correction is None:
        return None
    carried = {
        Name.CORRECTION_A_MONTHS: terms.correction_a_months,
        Name.CORRECTION_B_MONTHS: terms.correction_b_months,
    }
    due = add_months(found_on, carried[row.correction])
    if row.within_certificate and expires_on is not None and expires_on >= found_on:
        return min(due, expires_on)
    return due


def plan_deadline_of(grade: Grade, found_on: date, rules: AuditRules) -> date | None:
    """The last day for the plan of the corrective action, None where none is asked (rule 3.5)."""
    plan, carried = GRADES[grade].plan, {Name.PLAN_B_MONTHS: rules.plan_b_months}
    return None if plan is None else add_months(found_on, carried[plan])


def supplementary_audit(grade: Grade, *, visual: bool) -> SupplementaryAudit:
    """How the corrective action of a finding is checked (rule 3.6)."""
    row = GRADES[grade]
    return row.seen if visual else row.read
