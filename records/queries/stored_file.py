"""Files as they are read: one by its id, where its farm may be seen, and whether it may be shown."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm import Farm
from records.stored_file import FileUseRow, StoredFileRow
from scheme.ids import FarmId
from scheme.stored_file import MediaType, ScanState


@dataclass(frozen=True)
class FileRead:
    """A file with its content; person: who sent it."""

    farm_id: FarmId
    name: str
    person: str
    media_type: MediaType
    scan_state: ScanState
    content: bytes


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
