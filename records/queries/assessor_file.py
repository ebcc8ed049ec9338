"""All that is kept of one farm, for its file in the order of ISO/IEC 17065 (docs/assessor-file.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.audit_report import ReportPhotoRow
from records.farm import Farm, InspectionBody
from records.letter import LetterRow
from records.periodic_audit import TieRow
from records.person import PersonRow
from records.queries.audit import AuditFile, audit_of
from records.queries.audit_list import audits_of_farm
from records.queries.certificate import CertificateLine, certificates_of
from records.queries.certification import CertificationFile, certification_of, certifications_of_farm
from records.queries.change import Changed, changes_of
from records.queries.farm_changed import FarmChangeLine, farm_changes_of
from records.queries.matter import MatterFile, matters_of
from records.queries.trail import ECHOES, About, finding_in
from records.queries.trail_link import Chain, chain_of
from records.stored_file import FileUseRow, StoredFileRow
from records.submission import OutboxRow, SubmissionRow
from records.trail import TrailEntry
from records.wire import news_from
from scheme.errors import Rule
from scheme.ids import CaseId
from scheme.matter_kind import MatterKind
from scheme.news import Tied
from scheme.people import Role
from scheme.step import Act
from scheme.stored_file import MediaType, Purpose, ScanState

ALL = 1_000_000


@dataclass(frozen=True)
class Entry:
    """An entry of the trail. person, body: by name; words: what its submission said; submission: its id.

    finding: which one its submission is about.
    """

    case_id: str
    act: Act
    at: datetime
    role: Role
    person: str | None
    rule: Rule | None
    body: str | None
    day: date | None
    about: str | None
    matter: MatterKind | None
    words: Mapping[str, str]
    submission: str | None
    finding: About


@dataclass(frozen=True)
class KeptFile:
    """A file without its content. person: who sent it, by name; sent: what it was handed in with."""

    file_id: str
    name: str
    case_id: str
    purpose: Purpose
    sent: str | None
    at: datetime
    person: str | None
    role: Role
    sha256: str
    media_type: MediaType
    scan_state: ScanState


@dataclass(frozen=True)
class KeptOut:
    """Who, by name, may neither review nor decide in a case from that moment on: as it opened, or heard later."""

    case_id: CaseId
    at: datetime
    people: tuple[str, ...]


@dataclass(frozen=True)
class Held:
    """What is kept of a farm, each oldest first; day: the scheme's day on which it was read."""

    farm: Farm
    day: date
    entries: Sequence[Entry]
    chain: Chain
    letters: Sequence[LetterRow]
    audits: Sequence[AuditFile]
    decisions: Sequence[CertificationFile]
    kept_out: Sequence[KeptOut]
    certificates: Sequence[CertificateLine]
    matters: Sequence[MatterFile]
    changes: Sequence[Changed]
    farm_changes: Sequence[FarmChangeLine]
    files: Sequence[KeptFile]


async def held_of(session: AsyncSession, farm: Farm, day: date) -> Held:
    """Everything, as it stands in this session; the farm was found by whoever may see it."""
    farm_id = farm.farm_id
    seen = col(Farm.farm_id) == farm_id
    audits = [await audit_of(session, seen, one.case_id) for one in await audits_of_farm(session, farm_id)]
    found = [
        await certification_of(session, seen, one.case_id) for one in await certifications_of_farm(session, farm_id)
    ]
    decisions = tuple(one for one in reversed(found) if one is not None)
    letters = select(LetterRow).where(col(LetterRow.farm_id) == farm_id)
    ordered = letters.order_by(col(LetterRow.planned_at), col(LetterRow.letter_key))
    return Held(
        farm=farm,
        day=day,
        entries=await _entries(session, farm_id),
        chain=await chain_of(session, farm_id),
        letters=tuple((await session.execute(ordered)).scalars()),
        audits=tuple(one for one in reversed(audits) if one is not None),
        decisions=decisions,
        kept_out=[out for one in decisions for out in await _kept_out(session, one)],
        certificates=tuple(reversed(await certificates_of(session, farm, day))),
        matters=sorted(await matters_of(session, farm_id), key=lambda one: (one.began_on, one.case_id)),
        changes=tuple(reversed(await changes_of(session, farm_id, ALL))),
        farm_changes=tuple(reversed(await farm_changes_of(session, farm_id))),
        files=await _files(session, farm_id),
    )


async def content_of(session: AsyncSession, sha256: str) -> bytes:
    """What a file holds; nothing where a scanner refused it."""
    return (await session.get_one(StoredFileRow, sha256)).content


async def _kept_out(session: AsyncSession, file: CertificationFile) -> tuple[KeptOut, ...]:
    """Of the decision, by moment: whoever took part or had a tie as it opened, and each who is heard of later."""
    case = file.case
    told = select(OutboxRow).where(
        col(OutboxRow.target) == case.case_id, col(OutboxRow.kind) == Tied.kind, col(OutboxRow.settled_at).is_not(None)
    )
    heard: dict[str, datetime] = {}
    for row in (await session.execute(told.order_by(col(OutboxRow.created_at)))).scalars():
        news = news_from(row.payload)
        if isinstance(news.what, Tied):
            heard.setdefault(news.what.person, news.at)
    known = await _known_before(session, file)
    people = select(PersonRow).where(col(PersonRow.person_id).in_(case.involved)).order_by(col(PersonRow.name))
    since: dict[datetime, list[str]] = {case.opened_at: []}
    for person in (await session.execute(people)).scalars():
        at = case.opened_at if person.person_id in known else heard.get(person.person_id, case.opened_at)
        since.setdefault(at, []).append(person.name)
    return tuple(KeptOut(case.case_id, at, tuple(names)) for at, names in since.items())


async def _known_before(session: AsyncSession, file: CertificationFile) -> set[str]:
    """Whoever had handed something in for its audit, or had a tie to the farm, as the decision opened."""
    case, submission = file.case, SubmissionRow
    handed_in = select(col(submission.person)).where(
        col(submission.case_id).in_([case.audit, *file.audit.audit.continues]),
        col(submission.received_at) <= case.opened_at,
    )
    tied = select(col(TieRow.person_id)).where(
        col(TieRow.farm_id) == case.farm_id, col(TieRow.declared_at) <= case.opened_at
    )
    return {person for query in (handed_in, tied) for person in (await session.execute(query)).scalars()}


async def _entries(session: AsyncSession, farm_id: str) -> tuple[Entry, ...]:
    facts = col(TrailEntry.facts)
    query = (
        select(TrailEntry, col(PersonRow.name), col(InspectionBody.name), SubmissionRow)
        .join(PersonRow, col(PersonRow.person_id) == col(TrailEntry.person), isouter=True)
        .join(InspectionBody, col(InspectionBody.body_id) == facts["body"].astext, isouter=True)
        .join(SubmissionRow, col(SubmissionRow.submission_id) == facts["submission"].astext, isouter=True)
        .where(col(TrailEntry.chain) == farm_id, col(TrailEntry.act).not_in(ECHOES))
        .order_by(col(TrailEntry.place))
    )
    return tuple(_entry(*row) for row in await session.execute(query))


def _entry(row: TrailEntry, person: str | None, body: str | None, handed_in: SubmissionRow | None) -> Entry:
    day, matter = row.facts.get("day"), row.facts.get("matter")
    return Entry(
        case_id=row.key.partition("#")[0],
        act=Act(row.act),
        at=row.at,
        role=Role(row.role),
        person=person,
        rule=None if row.rule is None else Rule(row.rule),
        body=body,
        day=None if day is None else date.fromisoformat(day),
        about=row.facts.get("about"),
        matter=None if matter is None else MatterKind(matter),
        words={} if handed_in is None else handed_in.words or {},
        submission=row.facts.get("submission"),
        finding=finding_in(None if handed_in is None else handed_in.facts),
    )


async def _files(session: AsyncSession, farm_id: str) -> tuple[KeptFile, ...]:
    """Photographs that were taken out of a draft again are no part of the file."""
    removed = select(col(ReportPhotoRow.photo_id)).where(col(ReportPhotoRow.removed_at).is_not(None))
    query = (
        select(FileUseRow, col(PersonRow.name), col(StoredFileRow.media_type), col(StoredFileRow.scan_state))
        .join(StoredFileRow, col(StoredFileRow.sha256) == col(FileUseRow.sha256))
        .join(PersonRow, col(PersonRow.person_id) == col(FileUseRow.person), isouter=True)
        .where(col(FileUseRow.farm_id) == farm_id, col(FileUseRow.file_id).not_in(removed))
        .order_by(col(FileUseRow.at), col(FileUseRow.name), col(FileUseRow.file_id))
    )
    return tuple(
        KeptFile(
            row.file_id, row.name, row.case_id, Purpose(row.purpose), row.submission_id, row.at, person,
            Role(row.role), row.sha256, MediaType(media_type), ScanState(scan_state),
        )
        for row, person, media_type, scan_state in await session.execute(query)
    )  # fmt: skip
