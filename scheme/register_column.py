"""The columns of the register files and what each value must look like (domain.md §9)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from scheme.choice_round import Country
from scheme.ids import PATTERNS
from scheme.language import Language
from scheme.register_rule import ColumnRule

# None stands for a country that is itself wrong: what depends on it is then not judged.
Check = Callable[[str, Country | None], ColumnRule | None]

FIRST_YEAR, LAST_YEAR = 2000, 2099
HIGHEST_HYGIENE, MOST_FINDINGS = 100, 999


@dataclass(frozen=True)
class Column:
    """One documented column. longest: characters allowed; check: for a value that is not empty."""

    name: str
    format: str
    example: str
    check: Check
    required: bool = False
    longest: int = 40


def broken(column: Column, value: str, country: Country | None) -> ColumnRule | None:
    """The first rule that `value` breaks, None if it is right."""
    if not value:
        return ColumnRule.REQUIRED if column.required else None
    if not value.isprintable():
        return ColumnRule.UNPRINTABLE
    if len(value) > column.longest:
        return ColumnRule.TOO_LONG
    return column.check(value, country)


def digits(value: str) -> str:
    """The digits of an enterprise number, as it is kept: without BE, dots and blanks."""
    return "".join(re.findall(r"[0-9]", value))


def day(value: str) -> date | None:
    """The date if `value` is one, written year-month-day."""
    return None if not value or _date(value, None) is not None else date.fromisoformat(value)


def is_day(column: Column) -> bool:
    """Whether its values are days."""
    return column.check is _date


def _any(_value: str, _country: Country | None) -> ColumnRule | None:
    return None


def _shaped(pattern: str, rule: ColumnRule) -> Check:
    # ASCII, for \d alone lets the digits of every script pass.
    shape = re.compile(pattern, re.ASCII)
    return lambda value, _country: None if shape.fullmatch(value) else rule


def _by_country(belgian: Check, dutch: Check) -> Check:
    checks = {Country.BE: belgian, Country.NL: dutch, None: _any}
    return lambda value, country: checks[country](value, country)


_PHONE_CHARACTERS = _shaped(r"\+?[0-9 ./()-]+", ColumnRule.PHONE)
_FEWEST_DIGITS, _MOST_DIGITS = 8, 15


def _phone(value: str, country: Country | None) -> ColumnRule | None:
    if not _FEWEST_DIGITS <= len(digits(value)) <= _MOST_DIGITS:
        return ColumnRule.PHONE
    return _PHONE_CHARACTERS(value, country)


_TEN_DIGITS = _shaped(r"(BE ?)?[01]\d{3}\.?\d{3}\.?\d{3}", ColumnRule.ENTERPRISE_DIGITS)


def _enterprise_be(value: str, country: Country | None) -> ColumnRule | None:
    """The last two digits are 97 - (first eight mod 97), from 01 to 97 (domain.md §9)."""
    if (rule := _TEN_DIGITS(value, country)) is not None:
        return rule
    number = digits(value)
    right = int(number[8:]) == 97 - int(number[:8]) % 97
    return None if right else ColumnRule.ENTERPRISE_CHECK


_UNIT_DIGITS = _shaped(r"[2-8]\.?\d{3}\.?\d{3}\.?\d{3}", ColumnRule.UNIT_DIGITS)


def _unit_be(value: str, country: Country | None) -> ColumnRule | None:
    """The same rule as for enterprise numbers holds for both official examples (domain.md §9)."""
    if (rule := _UNIT_DIGITS(value, country)) is not None:
        return rule
    number = digits(value)
    return None if int(number[8:]) == 97 - int(number[:8]) % 97 else ColumnRule.UNIT_CHECK


def _number(most: int, rule: ColumnRule) -> Check:
    shape = re.compile(r"\d{1,3}", re.ASCII)
    return lambda value, _country: None if shape.fullmatch(value) and int(value) <= most else rule


_ISO = _shaped(r"\d{4}-\d{2}-\d{2}", ColumnRule.DATE_FORMAT)


def _date(value: str, country: Country | None) -> ColumnRule | None:
    # The pattern first: fromisoformat also takes 20250131 and 2025-W05-5.
    if (rule := _ISO(value, country)) is not None:
        return rule
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return ColumnRule.NO_SUCH_DAY
    return None if FIRST_YEAR <= found.year <= LAST_YEAR else ColumnRule.YEAR


# Latin letters with their accents too (RFC 6531, RFC 5890): mail servers that take none of them are told apart later.
_ACCENTED = "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
_ATOM = rf"[A-Za-z0-9{_ACCENTED}!#$%&'*+/=?^_`{{|}}~-]+"
_LABEL = rf"[A-Za-z0-9{_ACCENTED}](?:[A-Za-z0-9{_ACCENTED}-]{{0,61}}[A-Za-z0-9{_ACCENTED}])?"
_FARM = _shaped(PATTERNS["FarmId"], ColumnRule.FARM_NUMBER)
_BODY = _shaped(PATTERNS["BodyId"], ColumnRule.BODY_NUMBER)
_COUNTRY = _shaped("|".join(Country), ColumnRule.COUNTRY)
_LANGUAGE = _shaped("|".join(Language), ColumnRule.LANGUAGE)
_POSTCODE = _by_country(
    _shaped(r"[1-9]\d{3}", ColumnRule.POSTCODE_BE),
    _shaped(r"[1-9]\d{3} (?!SA|SD|SS)[A-Z]{2}", ColumnRule.POSTCODE_NL),
)
_EMAIL = _shaped(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+", ColumnRule.EMAIL)
_ENTERPRISE = _by_country(_enterprise_be, _shaped(r"\d{8}", ColumnRule.ENTERPRISE_NL))
_HERD = _by_country(_shaped(r"BE\d{8}-\d{4}", ColumnRule.HERD_BE), _shaped(r"\d{1,7}", ColumnRule.HERD_NL))
_UNIT = _by_country(_unit_be, _shaped(r"\d{12}", ColumnRule.UNIT_NL))
_DAIRY = _shaped(r"D-\d{3}", ColumnRule.DAIRY_NUMBER)
_EDITION = _shaped(PATTERNS["EditionCode"], ColumnRule.EDITION)
_HYGIENE = _number(HIGHEST_HYGIENE, ColumnRule.HYGIENE)
_FINDINGS = _number(MOST_FINDINGS, ColumnRule.FINDINGS)

COLUMNS: tuple[Column, ...] = (
    Column("farm_id", "F- and six digits; unique", "F-000123", _FARM, required=True),
    Column("name", "text, at most 120 characters", "Hoeve Ter Linde", _any, required=True, longest=120),
    Column("holder", "text, at most 120 characters", "An Peeters", _any, required=True, longest=120),
    Column("street", "text, at most 120 characters", "Kerkstraat 12", _any, required=True, longest=120),
    Column("postcode", "BE: four digits; NL: 1234 AB", "2320", _POSTCODE, required=True),
    Column("city", "text, at most 60 characters", "Hoogstraten", _any, required=True, longest=60),
    Column("country", "BE or NL", "BE", _COUNTRY, required=True),
    Column("language", "nl, fr, de or en: the language of the letters", "nl", _LANGUAGE, required=True),
    Column("email", "one address; empty: letters go on paper", "an@hoeve-000123.example", _EMAIL, longest=254),
    Column("phone", "8 to 15 digits; + in front and blanks . / ( ) - allowed", "+32 14 00 12 34", _phone),
    Column("enterprise_number", "BE: ten digits, BE and dots allowed; NL: eight; unique", "0403.019.261", _ENTERPRISE),
    Column("herd_number", "BE: BE, eight digits, hyphen, four digits; NL: UBN", "BE90000123-0101", _HERD),
    Column("certificate_number", "text, at most 40 characters; unique", "IKM-2023-00042", _any),
    Column("certificate_from", "year-month-day: first day of the certificate", "2023-02-01", _date),
    Column("expires_on", "year-month-day: last day of the certificate", "2026-02-01", _date),
    Column("inspection_body", "B- and two digits: the body that did the last audit", "B-01", _BODY),
    Column("choice_made_on", "year-month-day: when the body was last chosen", "2024-01-20", _date),
    Column("site_street", "as street: where milk is produced, if elsewhere", "Veldweg 3", _any, longest=120),
    Column("site_postcode", "as postcode", "2320", _POSTCODE),
    Column("site_city", "text, at most 60 characters", "Hoogstraten", _any, longest=60),
    Column("establishment_unit", "BE: ten digits, the first 2 to 8; NL: twelve", "2.147.812.701", _UNIT),
    Column("dairy_id", "D- and three digits: the dairy that buys the milk", "D-001", _DAIRY),
    Column("supplier_number", "text, at most 40 characters; unique at its dairy", "L 77-12", _any),
    Column("vet_name", "text, at most 120 characters", "Dr. Els Claes", _any, longest=120),
    Column("vet_email", "one address", "els@praktijk.example", _EMAIL, longest=254),
    Column("vet_substitute", "text, at most 120 characters", "Dr. Jan Smet", _any, longest=120),
    Column("certification_body", "text, at most 60 characters", "IKM-Vlaanderen", _any, longest=60),
    Column("last_audit_on", "year-month-day: day of the last audit", "2023-01-12", _date),
    Column("last_audit_edition", "as 12 or 12.1: edition it was done by", "11", _EDITION),
    Column("last_audit_hygiene", "whole number from 0 to 100", "82", _HYGIENE),
    Column("last_audit_findings", "whole number from 0 to 999", "4", _FINDINGS),
)  # fmt: skip

BODY_COLUMNS: tuple[Column, ...] = (
    Column("body_id", "B- and two digits; unique", "B-01", _BODY, required=True),
    Column("name", "text, at most 120 characters", "Keurpunt Landbouw", _any, required=True, longest=120),
    Column("recognised_from", "year-month-day: first day of recognition", "2024-03-01", _date, required=True),
    Column("recognised_until", "year-month-day: last day of recognition", "2027-02-28", _date, required=True),
    Column("accreditation", "text, at most 40 characters", "197-INSP", _any),
    Column("email", "one address: of its planning", "planning@keurpunt.example", _EMAIL, longest=254),
    Column("phone", "8 to 15 digits; + in front and blanks . / ( ) - allowed", "+32 14 00 56 78", _phone),
)

DAIRY_COLUMNS: tuple[Column, ...] = (
    Column("dairy_id", "D- and three digits; unique", "D-001", _DAIRY, required=True),
    Column("name", "text, at most 120 characters", "Melkunie Kempen", _any, required=True, longest=120),
    Column("language", "nl, fr, de or en: the language of its letters", "nl", _LANGUAGE, required=True),
    Column("email", "one address", "leveranciers@melkunie.example", _EMAIL, longest=254),
)
