"""What happened to a farm, as a row, with what was decided about its certificate (design.md §7)."""

from datetime import date, datetime

from sqlmodel import SQLModel

from records.table import maybe_moment, maybe_text, moment, text


class FarmChangeRow(SQLModel, table=True):
    """What happened. happened_on: its first day; body: whom the farmer chose, should an audit be needed.

    other_farm: the one that was merged into it, or that was a part of it.
    """

    __tablename__ = "farm_change"

    case_id: str = text(key=True, to="case_file.case_id")
    farm_id: str = text(index=True, to="farm.farm_id")
    what: str = text()
    happened_on: date
    body: str = text(to="inspection_body.body_id")
    state: str = text(index=True)
    opened_at: datetime = moment()
    asked_by: str = text(to="person.person_id")
    decide_due: date
    reviewed_by: str | None = maybe_text(to="person.person_id")
    advice: str | None = maybe_text()
    decided_by: str | None = maybe_text(to="person.person_id")
    decided_at: datetime | None = maybe_moment()
    closed_at: datetime | None = maybe_moment()
    other_farm: str | None = maybe_text(index=True, to="farm.farm_id")
