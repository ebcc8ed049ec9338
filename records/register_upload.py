"""Register files that were uploaded, what they would do, and how their columns are read."""

from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from records.table import json_column, maybe_json, maybe_moment, maybe_text, moment, text


class UploadRow(SQLModel, table=True):
    """A file as it came. mapping: our column by the file's header; report: what it would add, change, refuse."""

    __tablename__ = "register_upload"

    upload_id: str = text(key=True)
    kind: str = text()
    name: str = text()
    sha256: str = text(index=True)
    content: bytes = Field(sa_type=LargeBinary)
    mapping: dict[str, Any] = json_column()
    report: dict[str, Any] | None = maybe_json()
    uploaded_by: str = text()
    uploaded_at: datetime = moment()
    committed_at: datetime | None = maybe_moment()
    committed_by: str | None = maybe_text()


class MappingRow(SQLModel, table=True):
    """A remembered mapping. header_sha256: of the normalised names of the file's header line."""

    __tablename__ = "column_mapping"

    header_sha256: str = text(key=True)
    kind: str = text()
    mapping: dict[str, Any] = json_column()
    used_at: datetime = moment()
