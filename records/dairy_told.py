"""What each dairy was told last of its suppliers, so that a mail holds what is new and nothing is left out."""

from datetime import date

from sqlmodel import Field, SQLModel

from records.table import maybe_text, text


class DairyWatch(SQLModel, table=True):
    """A dairy whose suppliers are looked at each day. looked_on: the last day on which they were; None: not yet."""

    __tablename__ = "dairy_watch"

    dairy_id: str = text(key=True, to="dairy.dairy_id")
    looked_on: date | None = Field(default=None)


class DairyTold(SQLModel, table=True):
    """A supplier as the dairy knows it. status None: it had no certificate that counts, nor one suspended."""

    __tablename__ = "dairy_told"

    dairy_id: str = text(key=True, to="dairy.dairy_id")
    farm_id: str = text(key=True, to="farm.farm_id")
    number: str | None = maybe_text()
    status: str | None = maybe_text()
    valid_until: date | None = Field(default=None)
    told_on: date
