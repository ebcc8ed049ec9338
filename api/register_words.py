"""What pages call the columns of the register, and how they say what is wrong with a value."""

from collections.abc import Mapping
from datetime import date

from api.words import noted, said, translate
from api.written import day
from scheme.choice_round import Country
from scheme.language import Language
from scheme.register_rule import ColumnRule, Problem

LABELS: Mapping[str, str] = {
    "name": noted("Name"),
    "holder": noted("Holder"),
    "street": noted("Street and number"),
    "postcode": noted("Postcode"),
    "city": noted("Municipality"),
    "country": noted("Country"),
    "language": noted("Language of the letters"),
    "email": noted("Mail address"),
    "phone": noted("Telephone"),
    "enterprise_number": noted("Enterprise number"),
    "herd_number": noted("Herd number or UBN"),
    "establishment_unit": noted("Establishment unit"),
    "certificate_number": noted("Certificate number"),
    "certificate_from": noted("Certificate from"),
    "expires_on": noted("Certificate until"),
    "inspection_body": noted("Body of the last audit"),
    "previous_body": noted("Body of the last audit"),
    "choice_made_on": noted("Last choice made on"),
    "site_street": noted("Production site: street and number"),
    "site_postcode": noted("Production site: postcode"),
    "site_city": noted("Production site: municipality"),
    "dairy_id": noted("Dairy"),
    "supplier_number": noted("Supplier number"),
    "vet_name": noted("Farm veterinarian"),
    "vet_email": noted("Mail address of the veterinarian"),
    "vet_substitute": noted("Substitute of the veterinarian"),
    "certification_body": noted("Certification body"),
    "last_audit_on": noted("Last audit on"),
    "last_audit_edition": noted("Edition of the last audit"),
    "last_audit_hygiene": noted("Hygiene score of the last audit"),
    "last_audit_findings": noted("Findings of the last audit"),
    "recognised_from": noted("Recognised from"),
    "recognised_until": noted("Recognised until"),
    "accreditation": noted("Accreditation number"),
    "scope": noted("Scope of the accreditation"),
}
DATES = frozenset({
    "certificate_from", "expires_on", "choice_made_on", "last_audit_on", "recognised_from", "recognised_until",
})  # fmt: skip
R = ColumnRule
# What one value can break; what only a whole file can break is told where files are read.
SENTENCES: Mapping[ColumnRule, str] = {
    R.REQUIRED: noted("Fill this in."),
    R.UNPRINTABLE: noted("There is a sign in it that cannot be printed: remove it."),
    R.TOO_LONG: noted("This is too long: shorten it."),
    R.FARM_NUMBER: noted("A farm number looks like F-000123."),
    R.BODY_NUMBER: noted("The number of an inspection body looks like B-01."),
    R.COUNTRY: noted("The country is Belgium or the Netherlands."),
    R.LANGUAGE: noted("The language is Dutch, French, German or English."),
    R.POSTCODE_BE: noted("A Belgian postcode has four digits."),
    R.POSTCODE_NL: noted("A Dutch postcode looks like 1234 AB."),
    R.EMAIL: noted("This is no mail address. Correct it, or leave it empty to write on paper."),
    R.PHONE: noted("A telephone number has 8 to 15 digits, with + only in front."),
    R.ENTERPRISE_DIGITS: noted("A Belgian enterprise number has ten digits and begins with 0 or 1."),
    R.ENTERPRISE_CHECK: noted("The last two digits do not fit the first eight: look for a typing error."),
    R.ENTERPRISE_NL: noted("A Dutch KvK number has eight digits."),
    R.UNIT_DIGITS: noted("A Belgian establishment unit has ten digits and begins with 2 to 8."),
    R.UNIT_CHECK: noted("The last two digits do not fit the first eight: look for a typing error."),
    R.UNIT_NL: noted("A Dutch establishment number has twelve digits."),
    R.UNIT_ALONE: noted("An establishment unit belongs to an enterprise: fill in the enterprise number."),
    R.DAIRY_NUMBER: noted("The number of a dairy looks like D-001."),
    R.EDITION: noted("An edition is written as 12 or 12.1."),
    R.HYGIENE: noted("The hygiene score is a whole number from 0 to 100."),
    R.FINDINGS: noted("The number of findings is a whole number from 0 to 999."),
    R.HERD_BE: noted("A Belgian herd number looks like BE12345678-0101."),
    R.HERD_NL: noted("A Dutch UBN has one to seven digits."),
    R.DATE_FORMAT: noted("A date is written year-month-day, as in 2025-01-31."),
    R.NO_SUCH_DAY: noted("The calendar has no such day."),
    R.YEAR: noted("The year is not between 2000 and 2099."),
    R.ENDS_TOO_EARLY: noted("The last day is before the first."),
    R.NO_LAST_DAY: noted("A certificate with a number or a first day has a last day too."),
    R.NO_AUDIT_DAY: noted("What an audit found stands with the day of the audit: fill it in."),
    R.SITE_INCOMPLETE: noted("A site has a street, a postcode and a municipality: fill in all three, or none."),
    R.NO_DAIRY: noted("A supplier number belongs to a dairy: choose the dairy."),
    R.UNKNOWN_BODY: noted("No inspection body has this number."),
    R.UNKNOWN_DAIRY: noted("No dairy has this number."),
    R.NOT_YET: noted("This day has not come yet."),
    R.TAKEN_ENTERPRISE: noted("Another farm has this enterprise number and establishment unit."),
    R.TAKEN_CERTIFICATE: noted("Another farm has this certificate."),
    R.TAKEN_SUPPLIER: noted("Another farm has this number at the same dairy."),
}


def label(language: Language, column: str) -> str:
    """What the column is called; its own name where pages do not show it."""
    return translate(language, LABELS.get(column, column))


def shown(language: Language, column: str, value: str) -> str:
    """A kept value as people of the language write it."""
    if column == "country":
        return said(language, Country(value))
    if column == "language":
        return said(language, Language(value))
    return day(date.fromisoformat(value), language) if column in DATES else value


def problem_said(language: Language, problem: Problem) -> str:
    """What is wrong and what to do, as a sentence beside the field."""
    return translate(language, SENTENCES[problem.rule])
