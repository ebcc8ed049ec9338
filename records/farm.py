"""The register, simplest form: farms, and the inspection bodies they may choose."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from records.table import maybe_text, moment, text


class Farm(SQLModel, table=True):
    """A dairy farm. Personal data stands in these named columns only.

    language: letters and pages for this farm; email None means letters go on paper.
    expires_on: last day of the certificate. previous_body: who did the last audit.
    standing: active or stopped, written by the farm's own workflow.
    """

    __tablename__ = "farm"

    farm_id: str = text(key=True)
    name: str = text()
    holder: str = text()
    street: str = text()
    postcode: str = text()
    city: str = text()
    country: str = text()
    language: str = text()
    email: str | None = maybe_text()
    phone: str | None = maybe_text()
    enterprise_number: str | None = maybe_text()
    herd_number: str | None = maybe_text()
    certificate_number: str | None = maybe_text()
    certificate_from: date | None = Field(default=None)
    expires_on: date | None = Field(default=None, index=True)
    previous_body: str | None = maybe_text(to="inspection_body.body_id")
    choice_made_on: date | None = Field(default=None)
    standing: str = text(index=True)
    stopped_on: date | None = Field(default=None)
    registered_at: datetime = moment()


class InspectionBody(SQLModel, table=True):
    """A body that may be chosen while it is recognised (both days included)."""

    __tablename__ = "inspection_body"

    body_id: str = text(key=True)
    name: str = text()
    recognised_from: date
    recognised_until: date
