"""The periodic audit (domain.md §1): plan, visit, report, corrective actions; what it hears: audit_heard.py."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from scheme.days import add_days, add_months, end_of_day, local_day
from scheme.ids import BodyId, CaseId, FarmId, ListId, PersonId, RequirementNumber, audit_case
from scheme.lastenboek.grade import Grade, SupplementaryAudit, deadline_of, supplementary_audit
from scheme.lastenboek.outcome import Surroundings
from scheme.rules import AuditRules
from scheme.step import Act, Deadline, DeadlineKind, Step

WORKFLOW = "PeriodicAudit"


class State(StrEnum):
    """Where an audit stands; the last three are final."""

    TO_PLAN = "to-plan"
    PLANNED = "planned"
    REPORTED = "reported"
    # Decided about, and every finding settled; or refused, and the farm's next audit opened.
    DONE = "done"
    STOPPED = "stopped"
    # Its farm chose, or was given, another inspection body.
    CANCELLED = "cancelled"


OPEN = frozenset({State.TO_PLAN, State.PLANNED, State.REPORTED})
# Nobody went to the farm yet.
BEFORE_THE_VISIT = frozenset({State.TO_PLAN, State.PLANNED})


class ActionState(StrEnum):
    """Where a corrective action stands; the last two are final."""

    # A recommendation: nothing has to be done.
    NONE = "none"
    OPEN = "open"
    PROVEN = "proven"
    ACCEPTED = "accepted"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Found:
    """A requirement that was not met, as the case's own list grades it. visual: seen on a tour of the farm."""

    number: RequirementNumber
    grade: Grade
    visual: bool


@dataclass(frozen=True)
class Finding:
    """What was found, and its corrective action. due: its last day, None for a recommendation.

    proofs: how often the farmer handed in a proof; returned: how often it was sent back.
    reminded: the farmer was reminded of this last day.
    """

    number: RequirementNumber
    grade: Grade
    visual: bool
    due: date | None
    state: ActionState
    proofs: int = 0
    returned: int = 0
    reminded: bool = False

    @property
    def settled(self) -> bool:
        """Whether nothing is to be waited for any more."""
        return self.state not in {ActionState.OPEN, ActionState.PROVEN}

    @property
    def corrected(self) -> bool:
        """Whether it was seen to be put right."""
        return self.state is ActionState.ACCEPTED

    @property
    def checked(self) -> SupplementaryAudit:
        """How it is seen that it was put right (rule 3.6)."""
        return supplementary_audit(self.grade, visual=self.visual)


@dataclass(frozen=True)
class Visit:
    """When the auditor comes, and who."""

    at: datetime
    auditor: PersonId


@dataclass(frozen=True)
class Opening:
    """What an audit begins with, read from the rows in the transaction that opens it.

    number: of the farm's audits in that year; expires_on: last day of the certificate, None where there is none.
    barred: people with a tie to the farm. held_by: of a first audit, the last day on which it should be held.
    """

    farm_id: FarmId
    choice: CaseId
    body: BodyId
    rules: AuditRules
    list_id: ListId
    expires_on: date | None
    barred: tuple[PersonId, ...] = ()
    number: int = 1
    held_by: date | None = None


@dataclass(frozen=True)
class PeriodicAudit:
    """A farm's periodic audit by the body of its choice, for the list of requirements that was in force as it opened.

    plan_due: the last day on which the visit should be planned. barred: people with a tie to the farm, who may not
    audit it. held_by: of a first audit, the last day on which it should be held; held_late: it has passed without a
    visit. follow_up: a visit to see what was put right. ready_at: since when it can be decided about;
    decided_at: when that was done.
    """

    case_id: CaseId
    farm_id: FarmId
    choice: CaseId
    body: BodyId
    rules: AuditRules
    list_id: ListId
    practice: bool
    opened_at: datetime
    expires_on: date | None
    plan_due: date
    barred: tuple[PersonId, ...] = ()
    state: State = State.TO_PLAN
    visit: Visit | None = None
    plan_late: bool = False
    report_late: bool = False
    audited_on: date | None = None
    auditor: PersonId | None = None
    surroundings: Surroundings | None = None
    score: int | None = None
    findings: tuple[Finding, ...] = ()
    follow_up: Visit | None = None
    ready_at: datetime | None = None
    decided_at: datetime | None = None
    closed_at: datetime | None = None
    # Earlier cases of the same audit, which a stop had ended that was taken back.
    continues: tuple[CaseId, ...] = ()
    held_by: date | None = None
    held_late: bool | None = None
    revision: int = 1
    kind: Literal["periodic-audit"] = "periodic-audit"

    @property
    def open(self) -> bool:
        """Whether somebody still has to act."""
        return self.state in OPEN

    @property
    def next_at(self) -> datetime | None:
        """The moment at which it acts by itself if nothing comes in; None where it waits for people alone."""
        return min((deadline.due for deadline in deadlines(self)), default=None)

    def coming(self, now: datetime) -> Visit | None:
        """The planned visit, or that to what was put right, while it is to come; None once its moment has passed."""
        planned = {State.PLANNED: self.visit, State.REPORTED: self.follow_up}.get(self.state)
        return planned if planned is not None and planned.at > now else None

    @property
    def report_due(self) -> date | None:
        """The last day for the report of the planned visit."""
        return None if self.visit is None else add_days(local_day(self.visit.at), self.rules.report_within_days)


def opened(opening: Opening, at: datetime, *, practice: bool) -> Step[PeriodicAudit]:
    """The audit as it begins: the planner of the body is asked to plan the visit."""
    today = local_day(at)
    audit = PeriodicAudit(
        case_id=audit_case(today.year, opening.farm_id, opening.number),
        farm_id=opening.farm_id,
        choice=opening.choice,
        body=opening.body,
        rules=opening.rules,
        list_id=opening.list_id,
        practice=practice,
        opened_at=at,
        expires_on=opening.expires_on,
        plan_due=_plan_due(opening, today),
        barred=opening.barred,
        held_by=opening.held_by,
    )
    return Step(
        audit,
        at,
        Act.AUDIT_OPENED,
        deadlines=deadlines(audit),
        body=audit.body,
        day=audit.plan_due,
        about=audit.choice,
    )


def as_found(found: Found, audited_on: date, audit: PeriodicAudit) -> Finding:
    """A finding with the last day that its grade gives (rules 3.1 to 3.4)."""
    due = deadline_of(found.grade, audited_on, audit.rules, audit.expires_on)
    state = ActionState.NONE if due is None else ActionState.OPEN
    return Finding(found.number, found.grade, found.visual, due, state)


def deadlines(audit: PeriodicAudit) -> tuple[Deadline, ...]:
    """The moments at which the audit acts by itself: of each kind the first."""
    if audit.state in BEFORE_THE_VISIT:
        return tuple(_before_the_visit(audit))
    if audit.state is State.REPORTED:
        return _corrections(audit)
    return ()


def reminder_on(finding: Finding, audit: PeriodicAudit) -> date | None:
    """The day after which the farmer is reminded; None where there is nothing to remind of."""
    if finding.due is None or finding.state is not ActionState.OPEN or finding.reminded:
        return None
    return add_days(finding.due, -audit.rules.correction_reminder_days)


def changed(audit: PeriodicAudit, **changes: object) -> PeriodicAudit:
    """The audit with these changes, as its next revision."""
    return replace(audit, revision=audit.revision + 1, **changes)  # type: ignore[arg-type]  # fields of PeriodicAudit


def _plan_due(opening: Opening, today: date) -> date:
    """When the window of the certificate opens (rule 5.2), and never sooner than the days a planner has.

    A first audit is planned in these days too, and sooner where it should be held before.
    """
    soonest = add_days(today, opening.rules.plan_within_days)
    if opening.held_by is not None:
        return max(today, min(soonest, opening.held_by))
    if opening.expires_on is None:
        return soonest
    return max(soonest, add_months(opening.expires_on, -opening.rules.window_months))


def _before_the_visit(audit: PeriodicAudit) -> Iterator[Deadline]:
    if audit.state is State.TO_PLAN and not audit.plan_late:
        yield Deadline(DeadlineKind.PLAN, end_of_day(audit.plan_due))
    if audit.state is State.PLANNED and audit.report_due is not None and not audit.report_late:
        yield Deadline(DeadlineKind.REPORT, end_of_day(audit.report_due))
    if audit.held_by is not None and not audit.held_late:
        yield Deadline(DeadlineKind.FIRST_AUDIT, end_of_day(audit.held_by))


def _corrections(audit: PeriodicAudit) -> tuple[Deadline, ...]:
    reminders = [day for finding in audit.findings if (day := reminder_on(finding, audit)) is not None]
    last = [one.due for one in audit.findings if one.due is not None and one.state is ActionState.OPEN]
    kinds = ((DeadlineKind.CORRECTION_REMINDER, reminders), (DeadlineKind.CORRECTION, last))
    return tuple(Deadline(kind, end_of_day(min(days))) for kind, days in kinds if days)
