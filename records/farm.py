"""The register, simplest form: farms, and the inspection bodies they may choose."""

from datetime import date, datetime

from sqlalchemy import Computed, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from records.table import maybe_text, moment, text
from scheme.choice_round import FULL_SCOPE


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
    certificate_number: str | None = maybe_text(index=True)
    certificate_from: date | None = Field(default=None)
    expires_on: date | None = Field(default=None, index=True)
    previous_body: str | None = maybe_text(to="inspection_body.body_id")
    choice_made_on: date | None = Field(default=None)
    standing: str = text(index=True)
    stopped_on: date | None = Field(default=None)
    registered_at: datetime = moment()
    # Where milk is produced, if it is not where letters go.
    site_street: str | None = maybe_text()
    site_postcode: str | None = maybe_text()
    site_city: str | None = maybe_text()
    establishment_unit: str | None = maybe_text()
    dairy_id: str | None = maybe_text(index=True, to="dairy.dairy_id")
    supplier_number: str | None = maybe_text()
    vet_name: str | None = maybe_text()
    vet_email: str | None = maybe_text()
    vet_substitute: str | None = maybe_text()
    certification_body: str | None = maybe_text()
    last_audit_on: date | None = Field(default=None)
    last_audit_edition: str | None = maybe_text()
    last_audit_hygiene: int | None = Field(default=None)
    last_audit_findings: int | None = Field(default=None)
    # Raised by every change of the register's columns: the ETag of the farm.
    revision: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


class Identifier(SQLModel, table=True):
    """A number the farm is or was known by. kind: IdentifierKind; valid_until None: still valid; both count."""

    __tablename__ = "identifier"

    farm_id: str = text(key=True, to="farm.farm_id")
    kind: str = text(key=True)
    valid_from: date = Field(primary_key=True)
    value: str = text(index=True)
    valid_until: date | None = Field(default=None)


class FarmSearch(SQLModel, table=True):
    """What a farm is found by, written by triggers: plain words, and numbers without their signs between blanks.

    joined: the words without blanks.
    """

    __tablename__ = "farm_search"
    __table_args__ = tuple(
        Index(f"ix_farm_search_{name}", name, postgresql_using="gin", postgresql_ops={name: "gin_trgm_ops"})
        for name in ("words", "numbers", "joined")
    )

    farm_id: str = text(key=True, to="farm.farm_id")
    words: str = text()
    numbers: str = text()
    joined: str = Field(sa_type=Text, sa_column_args=(Computed("replace(words, ' '::text, ''::text)", persisted=True),))


class Dairy(SQLModel, table=True):
    """A dairy that buys milk. email: where it hears of its suppliers."""

    __tablename__ = "dairy"

    dairy_id: str = text(key=True)
    name: str = text()
    email: str | None = maybe_text()
    language: str = text()
    revision: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


class InspectionBody(SQLModel, table=True):
    """A body that may be chosen while it is recognised (both days included) and accredited for G-040 module C.

    scope: codes of its accreditation; email, phone: of its planning.
    """

    __tablename__ = "inspection_body"

    body_id: str = text(key=True)
    name: str = text()
    recognised_from: date
    recognised_until: date
    accreditation: str | None = maybe_text()
    scope: list[str] = Field(
        sa_type=JSONB,
        default_factory=lambda: list(FULL_SCOPE),
        sa_column_kwargs={"server_default": '["17020", "G-040-C"]'},
    )
    email: str | None = maybe_text()
    phone: str | None = maybe_text()
    revision: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
