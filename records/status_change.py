"""A certificate's suspension, lifting or withdrawal as a row (design.md §7)."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from records.table import maybe_moment, maybe_text, moment, text


class StatusChangeRow(SQLModel, table=True):
    """What is asked of a certificate. wanted, reason: by their codes; advice: of the review, whether to grant it.

    suspended_until: the last day of a suspension.
    """

    __tablename__ = "status_change"

    case_id: str = text(key=True, to="case_file.case_id")
    farm_id: str = text(index=True, to="farm.farm_id")
    number: str = text(index=True, to="certificate.number")
    wanted: str = text()
    reason: str = text()
    state: str = text(index=True)
    opened_at: datetime = moment()
    asked_by: str = text(to="person.person_id")
    decide_due: date
    reviewed_by: str | None = maybe_text(to="person.person_id")
    advice: bool | None = Field(default=None)
    decided_by: str | None = maybe_text(to="person.person_id")
    decided_at: datetime | None = maybe_moment()
    suspended_until: date | None = Field(default=None)
    closed_at: datetime | None = maybe_moment()
