"""What people hand in, kept before anything else happens (design.md §4, door 2)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from records.table import json_column, maybe_json, maybe_moment, moment, text


class SubmissionRow(SQLModel, table=True):
    """One thing handed in. facts enter the workflow; words (free text) never leave this row.

    digest: sha256 of case, kind, actor, facts and words: the same key with another digest is refused.
    received_at: the scheme's moment; created_at and next_attempt_at: real time, for the relay.
    """

    __tablename__ = "submission"
    __table_args__ = (Index("ix_submission_unsettled", "next_attempt_at", postgresql_where=sql("settled_at IS NULL")),)

    submission_id: str = text(key=True)
    case_id: str = text(index=True, to="case_file.case_id")
    kind: str = text()
    person: str = text()
    role: str = text()
    received_at: datetime = moment()
    facts: dict[str, Any] = json_column()
    words: dict[str, Any] | None = maybe_json()
    digest: str = text()
    created_at: datetime = moment()
    next_attempt_at: datetime = moment()
    settled_at: datetime | None = maybe_moment()
    refused_by: dict[str, Any] | None = maybe_json()


class OutboxRow(SQLModel, table=True):
    """News for a workflow, or its start; written in the transaction of the fact, delivered by the relay.

    settled_at: a start, once Temporal has it; news, once the workflow has recorded it.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_unsettled", "next_attempt_at", postgresql_where=sql("settled_at IS NULL")),)

    news_id: str = text(key=True)
    target: str = text(index=True)
    kind: str = text()
    payload: dict[str, Any] = json_column()
    created_at: datetime = moment()
    next_attempt_at: datetime = moment()
    attempts: int = Field(default=0)
    settled_at: datetime | None = maybe_moment()
