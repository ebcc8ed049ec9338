"""Files, each stored once by the hash of its content, and what they were sent for (docs/files.md)."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from records.table import maybe_moment, maybe_text, moment, text


class StoredFileRow(SQLModel, table=True):
    """A file's content. scan_state: ScanState; a file that turns out to be infected loses its content.

    first_stored_at, scanned_at, next_scan_at: real time.
    """

    __tablename__ = "stored_file"
    __table_args__ = (
        Index("ix_stored_file_unscanned", "next_scan_at", postgresql_where=sql("scan_state = 'unscanned'")),
    )

    sha256: str = text(key=True)
    media_type: str = text()
    size: int
    content: bytes = Field(sa_type=LargeBinary)
    first_stored_at: datetime = moment()
    scan_state: str = text()
    scan_reply: str | None = maybe_text()
    scanned_at: datetime | None = maybe_moment()
    next_scan_at: datetime = moment()


class FileUseRow(SQLModel, table=True):
    """A file that somebody sent for something. purpose: Purpose; name: as the sender's machine called it.

    sent_sha256: of the bytes as they came: the same file sent again under its id is one.
    submission_id: of what it was handed in with, None for what is not handed in yet.
    """

    __tablename__ = "file_use"

    file_id: str = text(key=True)
    sha256: str = text(index=True, to="stored_file.sha256")
    sent_sha256: str = text()
    case_id: str = text(index=True, to="case_file.case_id")
    farm_id: str = text(index=True, to="farm.farm_id")
    purpose: str = text()
    name: str = text()
    person: str = text()
    role: str = text()
    submission_id: str | None = maybe_text(index=True, to="submission.submission_id")
    at: datetime = moment()
