"""Periodic audits as JSON (Belgif: lowerCamelCase, no nulls)."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from api.listing import CAMEL
from records.queries.audit import AuditFile
from records.queries.audit_list import AuditLine
from scheme.audit_report import Item
from scheme.language import Language
from scheme.periodic_audit import Finding


class AuditLineJson(BaseModel):
    """An audit in a list. planDue: last day on which its visit should be planned; inspectionBody, auditor: by name.

    heldBy: last day on which an audit should be held that the farm applied for, or that a move, a merger or a split
    made necessary.
    """

    model_config = CAMEL

    self_: str = Field(alias="self")
    case_id: str
    farm_id: str
    farm_name: str
    city: str
    inspection_body: str
    state: str
    plan_due: date
    visit_at: datetime | None = None
    auditor: str | None = None
    audited_on: date | None = None
    certificate_until: date | None = None
    held_by: date | None = None


class FindingJson(BaseModel):
    """A requirement that was not met. due: last day of its corrective action; checked: how it is seen to be done.

    text: what is asked, in the reader's language; words: the auditor's, as written; photos: where each photograph is.
    """

    model_config = CAMEL

    requirement: str
    text: str | None = None
    grade: str
    due: date | None = None
    state: str
    proofs: int
    returned: int
    checked: str
    words: str | None = None
    photos: list[str]


class AuditJson(AuditLineJson):
    """An audit. requirementList: what it goes by; readyAt: since when it can be decided about."""

    requirement_list: str
    edition: str
    surroundings: str | None = None
    hygiene_score: int | None = None
    findings: list[FindingJson]
    follow_up_at: datetime | None = None
    ready_at: datetime | None = None
    decided_at: datetime | None = None
    certification: str | None = None


def audit_path(case_id: str) -> str:
    """Where its page is, below the site or the API."""
    return f"/audits/{case_id}"


def line_json(line: AuditLine) -> AuditLineJson:
    """A line of the list."""
    return AuditLineJson(
        self=f"/api/v1{audit_path(line.case_id)}",
        case_id=line.case_id,
        farm_id=line.farm_id,
        farm_name=line.farm_name,
        city=line.city,
        inspection_body=line.body,
        state=line.state,
        plan_due=line.plan_due,
        visit_at=line.visit_at,
        auditor=line.auditor,
        audited_on=line.audited_on,
        certificate_until=line.expires_on,
        held_by=line.held_by,
    )


def audit_json(file: AuditFile, language: Language) -> AuditJson:
    """The audit as the API tells it, the requirements in this language."""
    audit = file.audit
    return AuditJson(
        self=f"/api/v1{audit_path(audit.case_id)}",
        case_id=audit.case_id,
        farm_id=audit.farm_id,
        farm_name=file.farm_name,
        city=file.city,
        inspection_body=file.body,
        state=audit.state,
        plan_due=audit.plan_due,
        visit_at=None if audit.visit is None else audit.visit.at,
        auditor=file.auditor,
        audited_on=audit.audited_on,
        certificate_until=audit.expires_on,
        held_by=audit.held_by,
        requirement_list=audit.list_id,
        edition=audit.rules.edition,
        surroundings=audit.surroundings,
        hygiene_score=audit.score,
        findings=[_finding(file, one, language) for one in audit.findings],
        follow_up_at=None if audit.follow_up is None else audit.follow_up.at,
        ready_at=audit.ready_at,
        decided_at=audit.decided_at,
        certification=file.certification,
    )


def _finding(file: AuditFile, finding: Finding, language: Language) -> FindingJson:
    asked = file.requirement(finding)
    return FindingJson(
        requirement=finding.number,
        text=None if asked is None else asked.text.said_in(language),
        grade=finding.grade,
        due=finding.due,
        state=finding.state,
        proofs=finding.proofs,
        returned=finding.returned,
        words=file.written.words_of(Item(finding.number)) or None,
        photos=[f"/api/v1/files/{photo.photo_id}" for photo in file.written.photos_of(Item(finding.number))],
        checked=finding.checked,
    )
