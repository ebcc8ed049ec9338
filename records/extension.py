"""Collective extensions as rows: what was proposed and decided, and each certificate with what became of it.

What was proposed is never changed; the database lets the application write the decision and its outcome alone.
"""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from records.table import maybe_moment, maybe_text, moment, text


class ExtensionRow(SQLModel, table=True):
    """A proposal. takes_back: the extension that it takes back; moved_to then is None, each goes to a day of its own.

    key: the caller's. cause: a code of scheme.extension.Cause; words: of whoever proposed.
    """

    __tablename__ = "extension"

    extension_id: str = text(key=True)
    key: str = text(unique=True)
    takes_back: str | None = maybe_text(index=True, to="extension.extension_id")
    first_day: date
    last_day: date
    province: str | None = maybe_text()
    dairy_id: str | None = maybe_text(to="dairy.dairy_id")
    body_id: str | None = maybe_text(to="inspection_body.body_id")
    moved_to: date | None = Field(default=None)
    cause: str = text()
    words: str = text()
    proposed_by: str = text()
    proposed_at: datetime = moment()
    decided_by: str | None = maybe_text()
    decided_at: datetime | None = maybe_moment()
    accepted: bool | None = Field(default=None)


class ExtendedRow(SQLModel, table=True):
    """A certificate of a proposal as it stood then: status and last_day, and the day to which it would move.

    number: its key in `certificate`, also where that row comes with the decision. left: why it stays as it is (a code
    of scheme.extension.Left), known when it was proposed or found when it was decided.
    """

    __tablename__ = "extended_certificate"

    extension_id: str = text(key=True, to="extension.extension_id")
    number: str = text(key=True)
    farm_id: str = text(index=True, to="farm.farm_id")
    status: str = text()
    last_day: date
    to_day: date
    left: str | None = maybe_text()
