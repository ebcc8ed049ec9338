"""What there is one of: the practice clock, the parameters' rows."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from records.table import maybe_moment, maybe_text, moment, text


class PracticeClock(SQLModel, table=True):
    """The scheme's clock in practice mode: one row, moved by `step` alone. No row: the house runs for real."""

    __tablename__ = "practice_clock"

    only: bool = Field(default=True, primary_key=True)
    now: datetime = moment()
    paused: bool = Field(default=False)
    player: str | None = maybe_text()


class HouseRow(SQLModel, table=True):
    """Whether this database is for practice or for real; written once, when the house is founded."""

    __tablename__ = "house"

    only: bool = Field(default=True, primary_key=True)
    practice: bool
    founded_at: datetime = moment()


class ParameterRow(SQLModel, table=True):
    """A value of the rulebook from a day on, and who confirmed it (None: to be confirmed by IKM)."""

    __tablename__ = "parameter"

    name: str = text(key=True)
    valid_from: date = Field(primary_key=True)
    value: int
    source: str = text()
    confirmed_by: str | None = maybe_text()


class ProposalRow(SQLModel, table=True):
    """A parameter's new value, or its confirmation by IKM, as one person proposed it and another decided.

    accepted None: not yet decided. confirmed_by: who at IKM confirmed the value, if anybody did.
    """

    __tablename__ = "proposal"

    proposal_id: str = text(key=True)
    name: str = text(index=True)
    value: int
    valid_from: date
    source: str = text()
    confirmed_by: str | None = maybe_text()
    proposed_by: str = text()
    proposed_at: datetime = moment()
    decided_by: str | None = maybe_text()
    decided_at: datetime | None = maybe_moment()
    accepted: bool | None = Field(default=None)
