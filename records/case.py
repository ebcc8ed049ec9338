"""Cases as rows: one line per case, its state, its deadlines; written only by `open_case` and `record`."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, SQLModel

from records.table import json_column, maybe_moment, maybe_text, moment, text


class CaseRow(SQLModel, table=True):
    """A case and the workflow of the same id. state: the dataclass of scheme/<kind>.py as JSON."""

    __tablename__ = "case_file"

    case_id: str = text(key=True)
    kind: str = text(index=True)
    farm_id: str | None = maybe_text(index=True, to="farm.farm_id")
    round_id: str | None = maybe_text(index=True)
    opened_by: str = text()
    opened_at: datetime = moment()
    closed_at: datetime | None = maybe_moment()
    revision: int
    state: dict[str, Any] = json_column()


class DeadlineRow(SQLModel, table=True):
    """The moment at which a case acts by itself."""

    __tablename__ = "deadline"

    case_id: str = text(key=True, to="case_file.case_id")
    kind: str = text(key=True)
    due: datetime = moment(index=True)


class ChoiceRow(SQLModel, table=True):
    """A farm's choice of inspection body. body: chosen or assigned, None while nobody has answered."""

    __tablename__ = "choice"

    case_id: str = text(key=True, to="case_file.case_id")
    farm_id: str = text(index=True, to="farm.farm_id")
    round_id: str | None = maybe_text(index=True)
    year: int
    state: str = text(index=True)
    asked_at: datetime = moment()
    reminder_due: date
    answer_due: date
    reminded_at: datetime | None = maybe_moment()
    answered_at: datetime | None = maybe_moment()
    closed_at: datetime | None = maybe_moment()
    channel: str | None = maybe_text()
    body: str | None = maybe_text(to="inspection_body.body_id")
    default_body: str = text(to="inspection_body.body_id")
    previous_body: str | None = maybe_text(to="inspection_body.body_id")
    # The earlier choice of this farm that this one puts right or opens again.
    replaces: str | None = maybe_text(index=True, to="choice.case_id")
    # Version of the letter's code; a new version revokes the old.
    code_version: int = Field(default=1)
    # When the farm applied, where the choice is for its first audit.
    applied_on: date | None = Field(default=None)


class RoundRow(SQLModel, table=True):
    """A year's round. farms: how many it writes to; open: choices without an end, lowered under this row's lock."""

    __tablename__ = "choice_round"

    case_id: str = text(key=True, to="case_file.case_id")
    year: int = Field(unique=True)
    letters_on: date
    state: str = text()
    farms: int
    open: int
    refused: int = Field(default=0)


class MemberRow(SQLModel, table=True):
    """A farm of a round, with the body that silence gives, fixed at opening. refused: the rule, if it was not asked."""

    __tablename__ = "choice_round_member"

    round_id: str = text(key=True, to="choice_round.case_id")
    farm_id: str = text(key=True, to="farm.farm_id")
    rank: int
    default_body: str = text(to="inspection_body.body_id")
    previous_body: str | None = maybe_text(to="inspection_body.body_id")
    refused: str | None = maybe_text()


class MatterRow(SQLModel, table=True):
    """A matter that ran before the house began. due_on: the day on which somebody must have acted."""

    __tablename__ = "matter"

    case_id: str = text(key=True, to="case_file.case_id")
    farm_id: str = text(index=True, to="farm.farm_id")
    kind: str = text(index=True)
    state: str = text(index=True)
    began_on: date
    due_on: date
    body: str | None = maybe_text(to="inspection_body.body_id")
    grade: str | None = maybe_text()
    reference: str | None = maybe_text()
    closed_at: datetime | None = maybe_moment()
