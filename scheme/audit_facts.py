"""What people hand in to a periodic audit: a plan, a report, a proof and the verdict on it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from scheme.ids import PersonId, RequirementNumber
from scheme.lastenboek.grade import SupplementaryAudit
from scheme.lastenboek.outcome import Surroundings
from scheme.periodic_audit import Found


@dataclass(frozen=True)
class Plan:
    """A visit: the first one, another day or auditor for it, or one to see what was put right."""

    visit_at: datetime
    auditor: PersonId
    kind: Literal["plan"] = "plan"


@dataclass(frozen=True)
class Report:
    """What the auditor saw. findings: the requirements that were not met; score: 0 to 100."""

    audited_on: date
    findings: tuple[Found, ...]
    surroundings: Surroundings
    score: int
    kind: Literal["report"] = "report"


@dataclass(frozen=True)
class TakeReportBack:
    """The report was of another farm: the visit waits for its own again; why stays in the submission's words."""

    audited_on: date
    kind: Literal["take-report-back"] = "take-report-back"


@dataclass(frozen=True)
class Proof:
    """The farm shows that a finding was put right; what it shows stays in words and files.

    received_on: the day on which it came by post, by its postmark or stamp, where it is keyed later; why it is, stays
    in words.
    """

    number: RequirementNumber
    received_on: date | None = None
    kind: Literal["proof"] = "proof"


@dataclass(frozen=True)
class Verdict:
    """What the inspection body says of a proof. seen: on paper, or on site; a returned one has its reason in words."""

    number: RequirementNumber
    accepted: bool
    seen: SupplementaryAudit
    seen_on: date
    kind: Literal["verdict"] = "verdict"


AuditHeard = Plan | Report | TakeReportBack | Proof | Verdict
