"""Certificates as rows: what was issued, each version of the document, each turn of the status; nothing is edited.

The database itself refuses to change what was said (migration of these tables).
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import LargeBinary, Text
from sqlmodel import Field, SQLModel

from records.table import json_column, maybe_moment, maybe_text, moment, text
from scheme.certificate import PRINTED

# What stands for the number of a certificate of which the register knew the days alone.
UNNUMBERED = "register:"


def unnumbered(farm_id: str, last_day: date) -> str:
    """What stands for the number of the certificate that the register knows of this farm by its last day alone."""
    return f"{UNNUMBERED}{farm_id}:{last_day}"


class CertificateRow(SQLModel, table=True):
    """A certificate as it was issued; both days count.

    number: of this house (scheme.ids.CertificateNumber), or as the register had it where issued_by is None: one that
    was issued before the house began (UNNUMBERED, farm and last day where the register had none). edition: of the
    lastenboek. issued_by: the case whose decision it is.
    """

    __tablename__ = "certificate"

    number: str = text(key=True)
    farm_id: str = text(index=True, to="farm.farm_id")
    edition: str | None = maybe_text()
    valid_from: date
    valid_until: date
    issued_by: str | None = Field(
        default=None, sa_type=Text, unique=True, nullable=True, foreign_key="case_file.case_id"
    )
    decided_by: str | None = maybe_text()
    decided_on: date | None = Field(default=None)


class CertificateVersion(SQLModel, table=True):
    """One version of the document. words: holder, name, site and numbers as printed, and the language.

    signed None: the post has yet to make it; trouble: why it could not (a code of
    scheme.certificate), next_attempt_at: when it tries again. unsigned_sha256: of
    the page before it was signed, which the same words always give again; signed: what everybody gets.
    """

    __tablename__ = "certificate_version"

    number: str = text(key=True, to="certificate.number")
    version: int = Field(primary_key=True)
    from_day: date
    why: str = text()
    words: dict[str, Any] = json_column()
    written_at: datetime = moment()
    next_attempt_at: datetime | None = maybe_moment(index=True)
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    trouble: str | None = maybe_text()
    made_at: datetime | None = maybe_moment()
    unsigned_sha256: str | None = maybe_text()
    signed_sha256: str | None = maybe_text()
    signed: bytes | None = Field(default=None, sa_type=LargeBinary, nullable=True)


class CertificateTurn(SQLModel, table=True):
    """A turn of the status (scheme.certificate.Turn), numbered as decided; reason: a code of scheme.certificate.

    valid_until: the last day from then on, where it was moved, and valid_until_before what it was.
    """

    __tablename__ = "certificate_status"

    number: str = text(key=True, to="certificate.number")
    place: int = Field(primary_key=True)
    from_day: date
    status: str = text()
    reason: str | None = maybe_text()
    case_id: str | None = maybe_text(to="case_file.case_id")
    valid_until: date | None = Field(default=None)
    valid_until_before: date | None = Field(default=None)
    decided_at: datetime = moment()


def printed(farm: Mapping[str, Any]) -> dict[str, Any]:
    """What a certificate takes from the register; a later change of it does not change a version."""
    return {name: farm[name] for name in PRINTED}
