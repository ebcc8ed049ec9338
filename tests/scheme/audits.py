"""Periodic audits for tests: the farm's certificate ends on Wed 2025-12-31, its audit opens on Fri 2025-02-14."""

from datetime import UTC, date, datetime

from scheme.audit_due import fall_due
from scheme.audit_facts import AuditHeard, Plan, Proof, Report, Verdict
from scheme.audit_heard import hear
from scheme.ids import BodyId, ListId, PersonId, RequirementNumber
from scheme.lastenboek.grade import Grade, SupplementaryAudit
from scheme.lastenboek.outcome import Surroundings
from scheme.news import News
from scheme.people import Actor, Role, farmer_of
from scheme.periodic_audit import Found, Opening, PeriodicAudit, opened
from scheme.rules import audit_rules_on
from scheme.step import Step, Submission
from tests.world import KEYS, PLANNER, number, the_choice

OPENED_AT = datetime(2025, 2, 14, 23, tzinfo=UTC)
PLANNED_AT = datetime(2025, 5, 5, 9, tzinfo=UTC)
VISIT_AT = datetime(2025, 9, 1, 8, tzinfo=UTC)
REPORTED_AT = datetime(2025, 9, 2, 15, tzinfo=UTC)
AUDITED_ON = date(2025, 9, 1)
AUDITOR = Actor(PersonId("P-0004"), Role.AUDITOR)
OTHER_AUDITOR = Actor(PersonId("P-0014"), Role.AUDITOR)
FARMER = farmer_of(number(1))
A21, C4, F3 = (RequirementNumber(one) for one in ("A21", "C4", "F3"))
# Seen on a tour of the farm; on papers; a recommendation.
COOLING = Found(C4, Grade.A, visual=True)
REGISTERED = Found(A21, Grade.B, visual=False)
NUMBERS = Found(F3, Grade.C, visual=True)


def opening(**changes: object) -> Opening:
    """What the audit of the first farm begins with."""
    values = {
        "farm_id": number(1), "choice": the_choice(1), "body": BodyId("B-01"),
        "rules": audit_rules_on(date(2025, 2, 15)), "list_id": ListId("L-001"), "expires_on": date(2025, 12, 31),
    }  # fmt: skip
    return Opening(**(values | changes))  # type: ignore[arg-type]  # fields of Opening


def an_audit(**changes: object) -> PeriodicAudit:
    """Just opened, to be planned."""
    return opened(opening(**changes), OPENED_AT, practice=True).case


def handed_in(
    facts: AuditHeard, actor: Actor, at: datetime, key: int = 1, audit: PeriodicAudit | None = None
) -> Submission[AuditHeard]:
    """Somebody hands it in."""
    return Submission(KEYS[key], (audit or an_audit()).case_id, actor, at, facts)


def plan(at: datetime = VISIT_AT, by: Actor = PLANNER, who: Actor = AUDITOR) -> Submission[AuditHeard]:
    """The planner plans the visit."""
    return handed_in(Plan(at, who.person), by, PLANNED_AT)


def report(
    *findings: Found, on: date = AUDITED_ON, by: Actor = AUDITOR, at: datetime = REPORTED_AT, score: int = 80,
    surroundings: Surroundings = Surroundings.GOOD,
) -> Submission[AuditHeard]:  # fmt: skip
    """The auditor hands in the report."""
    return handed_in(Report(on, findings, surroundings, score), by, at, 2)


def proof(what: RequirementNumber, at: datetime, by: Actor = FARMER) -> Submission[AuditHeard]:
    """The farmer shows that it was put right."""
    return handed_in(Proof(what), by, at, 3)


def verdict(
    what: RequirementNumber, at: datetime, *, accepted: bool = True, by: Actor = AUDITOR, on: date | None = None,
    seen: SupplementaryAudit = SupplementaryAudit.ON_PAPER,
) -> Submission[AuditHeard]:  # fmt: skip
    """The body says what it thinks of it."""
    return handed_in(Verdict(what, accepted, seen, on or at.date()), by, at, 4)


def after(audit: PeriodicAudit, *items: Submission[AuditHeard] | News | datetime) -> Step[PeriodicAudit]:
    """The last step, once all of these were heard in turn; a moment is a day that has passed."""
    step = Step(audit, OPENED_AT, None)  # type: ignore[arg-type]  # replaced by the first item
    for item in items:
        step = fall_due(step.case, item) if isinstance(item, datetime) else hear(step.case, item)
    return step
