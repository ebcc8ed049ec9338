"""What all tables share: names of constraints, kinds of columns."""

from typing import Any

from sqlalchemy import DateTime, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def text(
    *, key: bool = False, index: bool = False, unique: bool = False, to: str | None = None
) -> Any:  # Field's own type
    """A text column; enums are stored as their values."""
    return Field(sa_type=Text, primary_key=key, index=index, unique=unique, foreign_key=to)


def maybe_text(*, index: bool = False, to: str | None = None) -> Any:
    """A text column that may be empty (NULL)."""
    return Field(default=None, sa_type=Text, index=index, foreign_key=to, nullable=True)


def moment(*, index: bool = False) -> Any:
    """An aware moment, stored in UTC."""
    return Field(sa_type=DateTime(timezone=True), index=index)


def maybe_moment(*, index: bool = False) -> Any:
    """An aware moment that may not have come yet."""
    return Field(default=None, sa_type=DateTime(timezone=True), nullable=True, index=index)


def json_column() -> Any:
    """A JSON object."""
    return Field(sa_type=JSONB)


def maybe_json() -> Any:
    """A JSON object that may be absent: NULL, not the JSON value null."""
    return Field(default=None, sa_type=JSONB(none_as_null=True), nullable=True)
