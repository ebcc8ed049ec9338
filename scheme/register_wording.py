"""The sentence of every mistake in a register file, and its remedy, for the person who corrects the file."""

from collections.abc import Mapping
from dataclasses import dataclass

from scheme.register_meant import ReadAs
from scheme.register_rule import OF_THE_HEADER, ColumnRule, Problem

_SHOWN = 60


@dataclass(frozen=True)
class Wording:
    """The rule in words, and what the reader of the message does about it."""

    sentence: str
    remedy: str = "correct it in the file"


W, R = Wording, ColumnRule
WORDINGS: Mapping[ColumnRule, Wording] = {
    R.NOT_UTF_8: W(
        "the file is neither an Excel workbook nor text as UTF-8 or Windows write it",
        "save it again as .xlsx or as CSV UTF-8",
    ),
    R.NO_LINES: W("the file is empty", "check that it is the right file"),
    R.TOO_MANY_LINES: W("the file has more than 100,000 lines", "split it"),
    R.TOO_LARGE: W("the file is too large, or would unpack to something too large", "remove what is not needed"),
    R.NOT_A_WORKBOOK: W(
        "the file cannot be read as an Excel workbook; it may have a password or be of an old kind",
        "save it again as .xlsx without a password, or as CSV",
    ),
    R.MANY_SHEETS: W("more than one visible sheet of the workbook has values", "keep only the sheet with the lines"),
    R.MERGED: W("cells of the sheet are merged", "undo the merging: every line needs its own value"),
    R.FORMULA: W("the cell holds a formula", "paste it again as a value"),
    R.CELL_ERROR: W("the cell holds an error of the spreadsheet"),
    R.BROKEN_QUOTES: W(
        "a quotation mark is opened and not closed as CSV asks; nothing after this line was read",
        'write the whole value between " and double every " inside it',
    ),
    R.UNKNOWN_COLUMN: W("this column is not in the documentation", "remove it or correct its name"),
    R.MISSING_COLUMN: W("this column is missing", "add it, or say which column of the file it is"),
    R.DOUBLE_COLUMN: W("this column stands in the header twice", "remove one of the two"),
    R.VALUE_COUNT: W(
        "the line has more or fewer values than the header has columns",
        'put a value that contains the separator between "',
    ),
    R.REQUIRED: W("this value is required", "fill it in"),
    R.UNPRINTABLE: W("a character that cannot be printed, such as a line break or a tab", "remove it from the value"),
    R.TOO_LONG: W("the value is too long", "shorten it"),
    R.FARM_NUMBER: W("a farm number looks like F-000123"),
    R.BODY_NUMBER: W("the number of an inspection body looks like B-01"),
    R.COUNTRY: W("the country is BE or NL"),
    R.LANGUAGE: W("the language is nl, fr, de or en"),
    R.POSTCODE_BE: W("a Belgian postcode has four digits"),
    R.POSTCODE_NL: W("a Dutch postcode looks like 1234 AB"),
    R.EMAIL: W("not an e-mail address", "correct it, or leave it empty to write on paper"),
    R.PHONE: W("a telephone number has 8 to 15 digits, with + only in front and blanks . / ( ) - between"),
    R.ENTERPRISE_DIGITS: W("a Belgian enterprise number has ten digits and begins with 0 or 1"),
    R.ENTERPRISE_CHECK: W("the last two digits do not fit the first eight", "look for a typing error"),
    R.ENTERPRISE_NL: W("a Dutch KvK number has eight digits"),
    R.UNIT_DIGITS: W("a Belgian establishment unit has ten digits and begins with 2 to 8"),
    R.UNIT_CHECK: W("the last two digits do not fit the first eight", "look for a typing error"),
    R.UNIT_NL: W("a Dutch establishment number has twelve digits"),
    R.UNIT_ALONE: W("an establishment unit belongs to an enterprise", "fill in enterprise_number"),
    R.DAIRY_NUMBER: W("the number of a dairy looks like D-001"),
    R.HYGIENE: W("the hygiene score is a whole number from 0 to 100"),
    R.FINDINGS: W("the number of findings is a whole number from 0 to 999"),
    R.HERD_BE: W("a Belgian herd number looks like BE12345678-0101"),
    R.HERD_NL: W("a Dutch UBN has one to seven digits"),
    R.DATE_FORMAT: W(
        "a date is written year-month-day, as in 2025-01-31",
        "correct it in the file; 31/01/2025 will do, if no other day there has the month first",
    ),
    R.NO_SUCH_DAY: W("the calendar has no such day"),
    R.YEAR: W("the year is not between 2000 and 2099"),
    R.ENDS_TOO_EARLY: W("the last day is before the first"),
    R.NO_LAST_DAY: W("a certificate with a number or a first day has a last day too", "fill in expires_on"),
    R.NO_AUDIT_DAY: W("what an audit found stands with the day of the audit", "fill in last_audit_on"),
    R.SITE_INCOMPLETE: W("a site has a street, a postcode and a city", "fill in all three, or none"),
    R.NO_DAIRY: W("a supplier number belongs to a dairy", "fill in dairy_id"),
    R.UNKNOWN_DAIRY: W("no dairy has this number", "correct it, or import the file of dairies first"),
    R.UNKNOWN_BODY: W(
        "no inspection body has this number", "correct it, or import the file of inspection bodies first"
    ),
    R.DOUBLE_FARM: W("an earlier line has the same farm number", "keep one of the two"),
    R.DOUBLE_ENTERPRISE: W(
        "an earlier line has the same enterprise number and establishment unit",
        "find out which farm it belongs to, or give each site its own unit",
    ),
    R.DOUBLE_CERTIFICATE: W("an earlier line has the same certificate number", "find out which farm it belongs to"),
    R.DOUBLE_SUPPLIER: W("an earlier line has the same number at the same dairy", "find out which farm it belongs to"),
    R.TAKEN_ENTERPRISE: W(
        "another farm of the register has this enterprise number and establishment unit",
        "find out which farm it belongs to, or give each site its own unit",
    ),
    R.TAKEN_CERTIFICATE: W("another farm of the register has this certificate", "find out which farm it belongs to"),
    R.TAKEN_SUPPLIER: W(
        "another farm of the register has this number at the same dairy", "find out which farm it belongs to"
    ),
    R.DOUBLE_DAIRY: W("an earlier line has the same dairy number", "keep one of the two"),
    R.DOUBLE_BODY: W("an earlier line has the same body number", "keep one of the two"),
    R.RUNNING_KIND: W(
        "no kind of running case is called so",
        "write one of the kinds that docs/register.md names, such as choice-made or corrective-action",
    ),
    R.GRADE: W("the grade is A or B", "correct it; a recommendation (C) has no last day and is left out"),
    R.EDITION: W("an edition of the lastenboek is written as 12 or 12.1"),
    R.WHOLE_NUMBER: W("a whole number is wanted here, without signs, and not so large"),
    R.NOT_FOR_KIND: W("this kind of case has no such value", "leave it empty, or correct the kind"),
    R.UNKNOWN_FARM: W("no farm has this number", "correct it, or import the file of farms first"),
    R.STOPPED_FARM: W("this farm has stopped: nothing runs for it", "remove the line"),
    R.NOT_YET: W("this day has not come yet", "correct it, or import the line when it has"),
    R.ANSWER_OVER: W(
        "the last day for an answer has passed",
        "write the line as choice-made, with the body that was chosen or assigned",
    ),
    R.NOT_RECOGNISED_THEN: W(
        "this inspection body was not recognised on that day",
        "correct the body or the day (began_on), or its recognition in the file of inspection bodies",
    ),
    R.RUNS_ALREADY: W(
        "the farm has such a case already, with other facts",
        "close that one first, or correct the line to what the system says",
    ),
    R.COUNT_KNOWN: W("the system has another number of audits for that year", "change it on the page of parameters"),
    R.DOUBLE_MATTER: W("an earlier line opens the same case for this farm", "keep one of the two"),
    R.NO_REQUIREMENTS: W("the file has no requirement below its header", "check that it is the right file"),
    R.REQUIREMENT_NUMBER: W("the number of a requirement is a capital letter and a number, as A21 or B4.2"),
    R.REQUIREMENT_GRADE: W("the grade is A, B or C"),
    R.VISUAL: W("a visual point has an x here", "write x, or leave it empty"),
    R.CERTAINTY: W("the mark is D, I, K or A", "write one of them, or leave it empty for D"),
    R.MODULE_LETTER: W("this is not the letter of the module in the number", "correct the one or the other"),
    R.MODULE_NAME: W("an earlier line calls this module otherwise", "give it one name"),
    R.DOUBLE_REQUIREMENT: W("an earlier line has the same number", "keep one of the two"),
}


def remedy(problem: Problem) -> str:
    """What to do about it."""
    return WORDINGS[problem.rule].remedy


def sentence(problem: Problem) -> str:
    """The problem as one line for the person who corrects the file; unprintable characters are escaped."""
    words = f"{WORDINGS[problem.rule].sentence}; {remedy(problem)}"
    if not problem.column:
        return f"line {problem.line}: {words}"
    if problem.rule in OF_THE_HEADER:
        return f"line {problem.line}, column {_visible(problem.column)}: {words}"
    return f'line {problem.line}, column {_visible(problem.column)}: "{_visible(problem.value)}" - {words}'


def read_so(one: ReadAs) -> str:
    """A value that is read otherwise than it stands, as one line."""
    return f'line {one.line}, column {one.column}: "{_visible(one.value)}" is read as {one.read_as}'


def _visible(value: str) -> str:
    shown = "".join(char if char.isprintable() else repr(char)[1:-1] for char in value[:_SHOWN])
    return shown if len(value) <= _SHOWN else f"{shown}…"
