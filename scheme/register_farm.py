"""A row of the file of farms: what must hold between its columns, and the farm it states."""

from collections.abc import Iterator, Mapping

from scheme.choice_round import Country
from scheme.ids import BodyId, FarmId
from scheme.language import Language
from scheme.register_column import COLUMNS, broken, day, digits
from scheme.register_file import Row
from scheme.register_line import FarmLine
from scheme.register_rule import ColumnRule, Problem

_SITE = ("site_street", "site_postcode", "site_city")
_FOUND_BY_AUDIT = ("last_audit_edition", "last_audit_hygiene", "last_audit_findings")
_CERTIFICATE = ("certificate_number", "certificate_from")


def farm_problems(row: Row, bodies: frozenset[str], dairies: frozenset[str]) -> Iterator[Problem]:
    """What is wrong between the columns of a row, and ids in it that nobody has."""
    # Without its last day the certificate would enter no round of choices, and nobody would notice.
    yield from _needed(row, _CERTIFICATE, "expires_on", ColumnRule.NO_LAST_DAY)
    yield from _needed(row, _FOUND_BY_AUDIT, "last_audit_on", ColumnRule.NO_AUDIT_DAY)
    yield from _needed(row, ("supplier_number",), "dairy_id", ColumnRule.NO_DAIRY)
    yield from _needed(row, ("establishment_unit",), "enterprise_number", ColumnRule.UNIT_ALONE)
    for name in _SITE:
        yield from _needed(row, _SITE, name, ColumnRule.SITE_INCOMPLETE)
    yield from _known(row, "inspection_body", bodies, ColumnRule.UNKNOWN_BODY)
    yield from _known(row, "dairy_id", dairies, ColumnRule.UNKNOWN_DAIRY)


def farm_line(values: Mapping[str, str]) -> FarmLine:
    """The farm that values without a mistake state."""
    return FarmLine(
        farm_id=FarmId(values["farm_id"]),
        name=values["name"],
        holder=values["holder"],
        street=values["street"],
        postcode=values["postcode"],
        city=values["city"],
        country=Country(values["country"]),
        language=Language(values["language"]),
        email=values["email"] or None,
        phone=values["phone"] or None,
        enterprise_number=digits(values["enterprise_number"]) or None,
        herd_number=values["herd_number"] or None,
        certificate_number=values["certificate_number"] or None,
        certificate_from=day(values["certificate_from"]),
        expires_on=day(values["expires_on"]),
        inspection_body=BodyId(values["inspection_body"]) if values["inspection_body"] else None,
        choice_made_on=day(values["choice_made_on"]),
        site_street=values["site_street"] or None,
        site_postcode=values["site_postcode"] or None,
        site_city=values["site_city"] or None,
        establishment_unit=digits(values["establishment_unit"]) or None,
        dairy_id=values["dairy_id"] or None,
        supplier_number=values["supplier_number"] or None,
        vet_name=values["vet_name"] or None,
        vet_email=values["vet_email"] or None,
        vet_substitute=values["vet_substitute"] or None,
        certification_body=values["certification_body"] or None,
        last_audit_on=day(values["last_audit_on"]),
        last_audit_edition=values["last_audit_edition"] or None,
        last_audit_hygiene=_whole(values["last_audit_hygiene"]),
        last_audit_findings=_whole(values["last_audit_findings"]),
    )


def _needed(row: Row, any_of: tuple[str, ...], needed: str, rule: ColumnRule) -> Iterator[Problem]:
    if any(row.values[name] for name in any_of) and not row.values[needed]:
        yield Problem(row.line, needed, "", rule)


def _known(row: Row, name: str, known: frozenset[str], rule: ColumnRule) -> Iterator[Problem]:
    value = row.values[name]
    column = next(column for column in COLUMNS if column.name == name)
    if value and value not in known and broken(column, value, None) is None:
        yield Problem(row.line, name, value, rule)


def _whole(value: str) -> int | None:
    return int(value) if value else None
