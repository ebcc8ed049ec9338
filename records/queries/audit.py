"""A periodic audit as its pages show it, with all that was handed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import CaseRow
from records.farm import Farm
from records.periodic_audit import AuditRow, CertificationRow
from records.person import PersonRow
from records.proving import FILES
from records.queries.audit_due import due_after
from records.queries.audit_list import lines
from records.queries.audit_report import Draft, written_of
from records.queries.requirement_list import RequirementListFile, list_of
from records.queries.stored_file import SentFile, files_of
from records.submission import SubmissionRow
from records.wire import case_from
from scheme.audit_report import Item
from scheme.farm_change import Change
from scheme.ids import CaseId
from scheme.language import Language
from scheme.lastenboek.grade import SupplementaryAudit
from scheme.people import Role
from scheme.periodic_audit import Finding, PeriodicAudit
from scheme.requirement_list import Listed


@dataclass(frozen=True)
class Told:
    """What somebody handed in about a finding. words: theirs; files: what they sent with it.

    accepted, seen, seen_on: of a verdict; seen: on paper or on site.
    """

    kind: str
    number: str | None
    at: datetime
    role: Role
    person: str | None
    words: dict[str, str]
    files: tuple[SentFile, ...] = ()
    accepted: bool | None = None
    seen: SupplementaryAudit | None = None
    seen_on: date | None = None


@dataclass(frozen=True)
class AuditFile:
    """An audit with its farm. auditor, follow_up_auditor: by name; certification: its last decision's case.

    after: what made it necessary while the certificate runs, if it is still due.
    told: what was handed in and taken, oldest first; waiting_since: of something that is not processed yet.
    written: the auditor's words and photographs.
    """

    audit: PeriodicAudit
    farm_name: str
    city: str
    farm_language: Language
    body: str
    auditor: str | None
    follow_up_auditor: str | None
    requirements: RequirementListFile
    certification: CaseId | None
    told: Sequence[Told]
    waiting_since: datetime | None
    written: Draft
    after: Change | None = None

    def requirement(self, finding: Finding) -> Listed | None:
        """What the finding is about."""
        return self.requirements.requirement(finding.number)

    @property
    def photos(self) -> tuple[str, ...]:
        """The photographs of what was found, by id."""
        found = [self.written.photos_of(Item(one.number)) for one in self.audit.findings]
        return tuple(photo.photo_id for photos in found for photo in photos)

    def told_of(self, number: str) -> Sequence[Told]:
        """What was handed in about one finding."""
        return [one for one in self.told if one.number == number]


async def audit_of(session: AsyncSession, seen: ColumnElement[bool], case_id: str) -> AuditFile | None:
    """One audit; None where there is none, or none that the visitor may see."""
    line = (await session.execute(lines().where(col(AuditRow.case_id) == case_id, seen))).one_or_none()
    row = await session.get(CaseRow, case_id)
    audit = None if line is None or row is None else case_from(row.state)
    if line is None or not isinstance(audit, PeriodicAudit):
        return None
    farm = await session.get_one(Farm, audit.farm_id)
    requirements = await list_of(session, audit.list_id)
    if requirements is None:
        raise LookupError(audit.list_id)
    last = select(col(CertificationRow.case_id)).where(col(CertificationRow.audit_id) == case_id)
    certification = (await session.execute(last.order_by(col(CertificationRow.opened_at).desc()).limit(1))).scalar()
    anew = audit.held_by is not None and audit.expires_on is not None
    follow_up = None if audit.follow_up is None else await session.get(PersonRow, audit.follow_up.auditor)
    return AuditFile(
        audit=audit,
        farm_name=farm.name,
        city=farm.city,
        farm_language=Language(farm.language),
        body=line.body_name,
        auditor=line.auditor_name,
        follow_up_auditor=None if follow_up is None else follow_up.name,
        requirements=requirements,
        certification=None if certification is None else CaseId(certification),
        told=await _told(session, (*audit.continues, audit.case_id)),
        waiting_since=await _waiting(session, case_id),
        written=await written_of(session, (*audit.continues, audit.case_id)),
        after=await due_after(session, audit.farm_id) if anew else None,
    )


async def _told(session: AsyncSession, cases: Sequence[CaseId]) -> Sequence[Told]:
    query = (
        select(SubmissionRow, col(PersonRow.name))
        .join(PersonRow, col(PersonRow.person_id) == col(SubmissionRow.person), isouter=True)
        .where(
            col(SubmissionRow.case_id).in_(cases),
            col(SubmissionRow.settled_at).is_not(None),
            col(SubmissionRow.refused_by).is_(None),
        )
        .order_by(col(SubmissionRow.received_at), col(SubmissionRow.created_at))
    )
    rows = (await session.execute(query)).all()
    files = await files_of(session, [row.submission_id for row, _ in rows])
    return [
        Told(
            kind=row.kind,
            number=row.facts.get("number"),
            at=row.received_at,
            role=Role(row.role),
            person=name,
            # Which files came with it is told by their own rows.
            words={key: said for key, said in (row.words or {}).items() if key != FILES},
            files=files.get(row.submission_id, ()),
            accepted=row.facts.get("accepted"),
            seen=SupplementaryAudit(row.facts["seen"]) if row.kind == "verdict" else None,
            seen_on=date.fromisoformat(row.facts["seen_on"]) if row.kind == "verdict" else None,
        )
        for row, name in rows
    ]


async def _waiting(session: AsyncSession, case_id: str) -> datetime | None:
    query = select(col(SubmissionRow.received_at)).where(
        col(SubmissionRow.case_id) == case_id, col(SubmissionRow.settled_at).is_(None)
    )
    return (await session.execute(query.order_by(col(SubmissionRow.received_at)).limit(1))).scalar()
