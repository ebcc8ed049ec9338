"""Lists of requirements as rows: what an edition of the lastenboek asks, and who put it there (decision 24)."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, SQLModel

from records.table import json_column, maybe_moment, maybe_text, moment, text


class RequirementListRow(SQLModel, table=True):
    """A list. modules: their names by letter and language; replaces: the list that it was compared with.

    key: under which it was handed in; sha256: of its file, None for an example of the rulebook.
    accepted None: not yet decided. The application may write the decision once, and nothing else.
    """

    __tablename__ = "requirement_list"

    list_id: str = text(key=True)
    edition: str = text()
    title: str = text()
    in_force: date
    example: bool
    source: str = text()
    modules: dict[str, Any] = json_column()
    replaces: str | None = maybe_text(to="requirement_list.list_id")
    key: str = text(unique=True)
    sha256: str | None = maybe_text()
    imported_by: str = text()
    imported_at: datetime = moment()
    decided_by: str | None = maybe_text()
    decided_at: datetime | None = maybe_moment()
    accepted: bool | None = Field(default=None)


class RequirementRow(SQLModel, table=True):
    """A requirement of a list, never changed. module: its letter; rank: its place there; certainty: D, I, K or A."""

    __tablename__ = "requirement"

    list_id: str = text(key=True, to="requirement_list.list_id")
    number: str = text(key=True)
    module: str = text()
    rank: int
    grade: str = text()
    visual: bool
    text_nl: str = text()
    text_fr: str = text()
    text_de: str = text()
    text_en: str = text()
    source: str = text()
    certainty: str = text()
