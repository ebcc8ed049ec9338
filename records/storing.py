"""A file that somebody sent: its content stored once, and a row for what it was sent for (docs/files.md)."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.clock import now
from records.receiving import KeyReusedError
from records.stored_file import FileUseRow, StoredFileRow
from scheme.ids import CaseId, FarmId, SubmissionId
from scheme.people import Actor
from scheme.stored_file import Purpose, ScannedFile, ScanState

# Until clamd is asked again after it was away.
SCAN_AGAIN = timedelta(seconds=30)


@dataclass(frozen=True)
class Use:
    """What a file is for. file_id: of the request, a UUID; name: as the sender's machine calls it."""

    file_id: str
    case_id: CaseId
    farm_id: FarmId
    purpose: Purpose
    name: str
    submission_id: SubmissionId | None = None


async def store(session: AsyncSession, file: ScannedFile, use: Use, actor: Actor) -> str:
    """Keep the file for this use and return its id; the same again under its id keeps nothing new.

    Raises KeyReusedError where the id stands for another file, case or person.
    """
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:key))"), {"key": use.file_id})
    there = await session.get(FileUseRow, use.file_id)
    if there is not None:
        if (there.sent_sha256, there.case_id, there.person) != (file.content.sent_sha256, use.case_id, actor.person):
            raise KeyReusedError(use.file_id)
        return use.file_id
    sha256 = await _keep_content(session, file)
    session.add(
        FileUseRow(
            file_id=use.file_id,
            sha256=sha256,
            sent_sha256=file.content.sent_sha256,
            case_id=use.case_id,
            farm_id=use.farm_id,
            purpose=use.purpose.value,
            name=use.name,
            person=actor.person,
            role=actor.role.value,
            submission_id=use.submission_id,
            at=await now(session),
        )
    )
    await session.flush()
    return use.file_id


async def _keep_content(session: AsyncSession, file: ScannedFile) -> str:
    """The content's hash. What was there stays, and is clean where the scanner has just said so."""
    content, scan = file.content.content, file.scan
    sha256 = hashlib.sha256(content).hexdigest()
    real = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
    scanned_at = None if scan.state is ScanState.UNSCANNED else real
    said = {"scan_state": scan.state.value, "scan_reply": scan.reply, "scanned_at": scanned_at}
    row = insert(StoredFileRow).values(
        sha256=sha256,
        media_type=file.content.media_type.value,
        size=len(content),
        content=content,
        first_stored_at=real,
        next_scan_at=real + SCAN_AGAIN,
        **said,
    )
    if scan.state is ScanState.UNSCANNED:
        await session.execute(row.on_conflict_do_nothing())
    else:
        unscanned = col(StoredFileRow.scan_state) == ScanState.UNSCANNED.value
        await session.execute(row.on_conflict_do_update(index_elements=["sha256"], set_=said, where=unscanned))
    return sha256
