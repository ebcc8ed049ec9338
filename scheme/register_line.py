"""What one line of a register file states: a farm, an inspection body, a dairy; fields in the order of the columns."""

from dataclasses import dataclass
from datetime import date

from scheme.choice_round import Country
from scheme.ids import BodyId, FarmId
from scheme.language import Language


@dataclass(frozen=True)
class FarmLine:
    """A farm as the register file states it, fields in the order of COLUMNS.

    inspection_body: who did the last audit; email None: letters go on paper.
    """

    farm_id: FarmId
    name: str
    holder: str
    street: str
    postcode: str
    city: str
    country: Country
    language: Language
    email: str | None
    phone: str | None
    enterprise_number: str | None
    herd_number: str | None
    certificate_number: str | None
    certificate_from: date | None
    expires_on: date | None
    inspection_body: BodyId | None
    choice_made_on: date | None
    site_street: str | None = None
    site_postcode: str | None = None
    site_city: str | None = None
    establishment_unit: str | None = None
    dairy_id: str | None = None
    supplier_number: str | None = None
    vet_name: str | None = None
    vet_email: str | None = None
    vet_substitute: str | None = None
    certification_body: str | None = None
    last_audit_on: date | None = None
    last_audit_edition: str | None = None
    last_audit_hygiene: int | None = None
    last_audit_findings: int | None = None


@dataclass(frozen=True)
class BodyLine:
    """An inspection body and the days on which it is recognised, both included."""

    body_id: BodyId
    name: str
    recognised_from: date
    recognised_until: date
    accreditation: str | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True)
class DairyLine:
    """A dairy that buys milk."""

    dairy_id: str
    name: str
    language: Language
    email: str | None = None


def stated(line: object, names: tuple[str, ...]) -> dict[str, str]:
    """The line's values as text, as a file would state them."""
    return {name: _text(getattr(line, name)) for name in names}


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)
