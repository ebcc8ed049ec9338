"""The trail: append-only, hash-chained, written by the SQL function `trail_append` alone (design.md §9)."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Identity
from sqlmodel import Field, SQLModel

from records.table import json_column, maybe_moment, maybe_text, moment, text


class TrailEntry(SQLModel, table=True):
    """One entry: ids, codes and dates only.

    chain: a farm's id, or `house`; sha256 covers canonical and the entry before.
    """

    __tablename__ = "trail"

    number: int = Field(sa_type=BigInteger, primary_key=True, sa_column_args=(Identity(always=True),))
    key: str = text(unique=True)
    chain: str = text(index=True)
    place: int
    act: str = text()
    person: str = text()
    role: str = text()
    at: datetime = moment()
    decided_at: datetime = moment()
    received_at: datetime | None = maybe_moment()
    rule: str | None = maybe_text()
    facts: dict[str, Any] = json_column()
    canonical: str = text()
    previous_sha256: str = text()
    sha256: str = text()


class TrailHead(SQLModel, table=True):
    """The end of a chain."""

    __tablename__ = "trail_head"

    chain: str = text(key=True)
    place: int
    sha256: str = text()


class Change(SQLModel, table=True):
    """Before and after of a change, apart from the trail so that it can be erased one day; the trail holds its hash."""

    __tablename__ = "change"

    change_id: str = text(key=True)
    farm_id: str = text(index=True)
    at: datetime = moment()
    salt: str = text()
    sha256: str = text()
    before: dict[str, Any] = json_column()
    after: dict[str, Any] = json_column()


class Reading(SQLModel, table=True):
    """Who looked at which farm's file, and when (ISO/IEC 17065, 4.5); append-only, unchained."""

    __tablename__ = "reading"

    number: int = Field(sa_type=BigInteger, primary_key=True, sa_column_args=(Identity(always=True),))
    person: str = text()
    farm_id: str = text(index=True)
    at: datetime = moment()
