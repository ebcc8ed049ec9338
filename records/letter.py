"""The ledger of letters: one row per letter, mail or paper, written before anything is sent (design.md §8)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from records.table import json_column, maybe_moment, maybe_text, moment, text


class LetterState(StrEnum):
    """Where a letter is. Planned ones wait for the machine, to-print ones for a person."""

    PLANNED = "planned"
    SENDING = "sending"
    HANDED_OVER = "handed-over"
    TO_PRINT = "to-print"
    PRINTED = "printed"
    FAILED = "failed"
    # Replaced by another letter, or its round was cancelled, before it went out.
    WITHDRAWN = "withdrawn"


class LetterChannel(StrEnum):
    """How a letter goes out."""

    MAIL = "mail"
    PAPER = "paper"


class LetterRow(SQLModel, table=True):
    """A letter. words: the values it was written with (name, address, bodies' names), never its code.

    planned_at, handed_over_at, printed_at: the scheme's moments; due_at: real time of the next attempt.
    sha256: of the PDF as rendered; the same row gives the same bytes again.
    """

    __tablename__ = "letter"
    __table_args__ = (Index("ix_letter_waiting", "due_at", postgresql_where=sql("state IN ('planned', 'sending')")),)

    letter_key: str = text(key=True)
    kind: str = text(index=True)
    case_id: str = text(index=True, to="case_file.case_id")
    farm_id: str = text(index=True, to="farm.farm_id")
    round_id: str | None = maybe_text(index=True)
    channel: str = text()
    language: str = text()
    address: str | None = maybe_text()
    words: dict[str, Any] = json_column()
    code_version: int = Field(default=1)
    message_id: str = text()
    state: str = text(index=True)
    planned_at: datetime = moment()
    due_at: datetime | None = maybe_moment()
    claimed_at: datetime | None = maybe_moment()
    claimed_by: str | None = maybe_text(index=True)
    attempts: int = Field(default=0)
    sha256: str | None = maybe_text()
    handed_over_at: datetime | None = maybe_moment()
    smtp_reply: str | None = maybe_text()
    printed_at: datetime | None = maybe_moment()
    batch_id: str | None = maybe_text(index=True, to="print_batch.batch_id")
    # The letter that this one replaces, sent to a wrong address.
    replaces: str | None = maybe_text(index=True, to="letter.letter_key")


class PrintBatchRow(SQLModel, table=True):
    """Paper letters that were printed together."""

    __tablename__ = "print_batch"

    batch_id: str = text(key=True)
    printed_at: datetime = moment()
    printed_by: str = text()
    letters: int
    # The batch this one prints again.
    reprint_of: str | None = maybe_text(to="print_batch.batch_id")


class PrintCopyRow(SQLModel, table=True):
    """A sheet of a batch that prints another again. damaged: the sheet it stands for is of no use any more."""

    __tablename__ = "print_copy"

    batch_id: str = text(key=True, to="print_batch.batch_id")
    letter_key: str = text(key=True, index=True, to="letter.letter_key")
    damaged: bool


class HoldRow(SQLModel, table=True):
    """Whether the letters of a round (or of the house: `post`) are held, and why; read in the claiming transaction."""

    __tablename__ = "hold"

    hold_id: str = text(key=True)
    held: bool = Field(default=False)
    reason: str | None = maybe_text()
    failures_in_a_row: int = Field(default=0)
    # Who pressed pause; None where failures held the letters.
    held_by: str | None = maybe_text()
    held_at: datetime | None = maybe_moment()
