"""Files as they are read: one by its id, where its farm may be seen, and whether it may be shown."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm import Farm
from records.stored_file import FileUseRow, StoredFileRow
from scheme.ids import FarmId
from scheme.stored_file import MediaType, Purpose, ScanState


@dataclass(frozen=True)
class FileRead:
    """A file with its content; person: who sent it."""

    farm_id: FarmId
    name: str
    person: str
    media_type: MediaType
    scan_state: ScanState
    content: bytes


@dataclass(frozen=True)
class SentFile:
    """A file that came with something handed in, by its name."""

    file_id: str
    name: str


async def files_of(session: AsyncSession, submissions: Sequence[str]) -> dict[str, tuple[SentFile, ...]]:
    """The files that came with each of these, in the order in which they were sent; none that a scanner refused."""
    query = (
        select(FileUseRow)
        .join(StoredFileRow, col(StoredFileRow.sha256) == col(FileUseRow.sha256))
        .where(
            col(FileUseRow.submission_id).in_(submissions),
            col(StoredFileRow.scan_state) != ScanState.INFECTED.value,
        )
        .order_by(col(FileUseRow.at), col(FileUseRow.name), col(FileUseRow.file_id))
    )
    found = defaultdict[str, list[SentFile]](list)
    for row in (await session.execute(query)).scalars():
        found[row.submission_id or ""].append(SentFile(row.file_id, row.name))
    return {submission: tuple(files) for submission, files in found.items()}


async def file_of_audit(
    session: AsyncSession, cases: Sequence[str], photos: Sequence[str], file_id: str
) -> FileRead | None:
    """A file that its farmer may see. cases: the audit, and those that it continues; photos: of what was found.

    It came with a proof of the audit, or is one of those photographs.
    """
    shown = or_(col(FileUseRow.purpose) == Purpose.PROOF.value, col(FileUseRow.file_id).in_(photos))
    return await file_read(session, and_(col(FileUseRow.case_id).in_(cases), shown), file_id)


async def file_read(session: AsyncSession, seen: ColumnElement[bool], file_id: str) -> FileRead | None:
    """The file; None where there is none, or none of a farm that the visitor may see."""
    query = (
        select(
            col(FileUseRow.farm_id), col(FileUseRow.name), col(FileUseRow.person), col(StoredFileRow.media_type),
            col(StoredFileRow.scan_state), col(StoredFileRow.content),
        )
        .join(Farm, col(Farm.farm_id) == col(FileUseRow.farm_id))
        .join(StoredFileRow, col(StoredFileRow.sha256) == col(FileUseRow.sha256))
        .where(seen, col(FileUseRow.file_id) == file_id)
    )  # fmt: skip
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return None
    farm_id, name, person, media_type, scan_state, content = row
    return FileRead(farm_id, name, person, MediaType(media_type), ScanState(scan_state), content)
