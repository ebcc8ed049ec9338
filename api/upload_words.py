"""What is wrong in a register file, as a sentence in the reader's language; also what only a whole file can break."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from api import written
from api.register_words import LABELS, SENTENCES
from api.words import noted, said, translate
from scheme.language import Language
from scheme.register_rule import ColumnRule
from scheme.running_column import RunningKind

R = ColumnRule
FILE_SENTENCES: Mapping[ColumnRule, str] = {
    R.NOT_UTF_8: noted(
        "The file is neither an Excel workbook nor text as UTF-8 or Windows write it: save it again as .xlsx or as "
        "CSV UTF-8."
    ),
    R.NO_LINES: noted("The file is empty: check that it is the right file."),
    R.TOO_MANY_LINES: noted("The file has more than 100,000 lines: split it."),
    R.TOO_LARGE: noted("The file is too large, or would unpack to something too large: remove what is not needed."),
    R.NOT_A_WORKBOOK: noted(
        "The file cannot be read as a workbook: save it again as .xlsx without a password, or as CSV."
    ),
    R.MANY_SHEETS: noted("More than one visible sheet has values: keep only the sheet with the lines."),
    R.MERGED: noted("Cells are merged: undo the merging, for every line needs its own value."),
    R.FORMULA: noted("The cell holds a formula: paste it again as a value."),
    R.CELL_ERROR: noted("The cell holds an error of the spreadsheet: correct it in the file."),
    R.BROKEN_QUOTES: noted(
        "A quotation mark is opened and not closed; nothing after this line was read. Write the whole value between "
        "quotation marks and double every one inside it."
    ),
    R.UNKNOWN_COLUMN: noted("This column is not known: say which one it is, or leave it out."),
    R.MISSING_COLUMN: noted("This column is missing: add it to the file, or say which column of the file it is."),
    R.DOUBLE_COLUMN: noted("Two columns of the file are read as this one: leave one of them out."),
    R.VALUE_COUNT: noted(
        "The line has more or fewer values than the header has columns: put a value that contains the separator "
        "between quotation marks."
    ),
    R.DOUBLE_FARM: noted("An earlier line has the same farm number: keep one of the two."),
    R.DOUBLE_ENTERPRISE: noted(
        "An earlier line has the same enterprise number and establishment unit: find out which farm it belongs to, "
        "or give each site its own unit."
    ),
    R.DOUBLE_CERTIFICATE: noted("An earlier line has the same certificate number: find out which farm it belongs to."),
    R.DOUBLE_SUPPLIER: noted("An earlier line has the same number at the same dairy: find out whose it is."),
    R.DOUBLE_BODY: noted("An earlier line has the same body number: keep one of the two."),
    R.DOUBLE_DAIRY: noted("An earlier line has the same dairy number: keep one of the two."),
    R.COUNTRY: noted("Write BE or NL for the country."),
    R.LANGUAGE: noted("Write nl, fr, de or en for the language, in small letters."),
    R.DATE_FORMAT: noted(
        "A date is written as 2025-01-31 or as 31/01/2025; where any day of the file has the month first, only the "
        "former is read. From Excel: save the file as .xlsx, for there a day is read as a day."
    ),
    R.RUNNING_KIND: noted(
        "No kind of running case is called so: write choice, choice-made, planned-audit, corrective-action, dispute, "
        "appeal, suspension, last-audit or audit-count."
    ),
    R.COUNT_KNOWN: noted(
        "The system has another number of audits for that year: remove the line, or change the number on the page of "
        "parameters."
    ),
    R.GRADE: noted("The grade is A or B; a recommendation (C) has no last day and is left out."),
    R.WHOLE_NUMBER: noted("A whole number is wanted here, without signs, and not so large."),
    R.NOT_FOR_KIND: noted("This kind of case has no such value: leave it empty, or correct the kind."),
    R.UNKNOWN_FARM: noted("No farm has this number: correct it, or import the file of farms first."),
    R.STOPPED_FARM: noted("This farm has stopped, and nothing runs for it: remove the line."),
    R.ANSWER_OVER: noted("The last day for an answer has passed: write the line as a choice that was made."),
    R.NOT_RECOGNISED_THEN: noted(
        "This inspection body was not recognised on that day: correct the body or the day, or first the body's "
        "recognition on its own page."
    ),
    R.RUNS_ALREADY: noted("The farm has such a case already, with other facts: close that one first."),
    R.DOUBLE_MATTER: noted("An earlier line opens the same case for this farm: keep one of the two."),
    R.NO_REQUIREMENTS: noted("The file has no requirement below its header: check that it is the right file."),
    R.REQUIREMENT_NUMBER: noted("The number is a capital letter and a number, such as A21 or B4.2."),
    R.REQUIREMENT_GRADE: noted("The grade is A, B or C."),
    R.VISUAL: noted("Write x where it is seen on a tour of the farm, and else nothing."),
    R.CERTAINTY: noted("The mark is D, I, K or A; empty stands for D."),
    R.MODULE_LETTER: noted("This is not the letter of the module in the number: correct the one or the other."),
    R.MODULE_NAME: noted("An earlier line calls this module otherwise: give it one name."),
    R.DOUBLE_REQUIREMENT: noted("An earlier line has the same number: keep one of the two."),
}

# Columns that only files have.
MORE_LABELS: Mapping[str, str] = {
    "farm_id": noted("Farm number"),
    "body_id": noted("Number of the body"),
    "kind": noted("Kind"),
    "began_on": noted("Began on"),
    "due_on": noted("Last day"),
    "reminded_on": noted("Reminded on"),
    "answered_on": noted("Answered on"),
    "body": noted("Inspection body"),
    "grade": noted("Grade"),
    "reference": noted("Reference"),
    "edition": noted("Edition"),
    "hygiene": noted("Hygiene score"),
    "findings": noted("Findings"),
    "count": noted("Number of audits"),
}
RUNNING: Mapping[RunningKind, str] = {
    RunningKind.CHOICE: noted("Choice of inspection body"),
    RunningKind.CHOICE_MADE: noted("Choice that was made"),
    RunningKind.LAST_AUDIT: noted("Last audit"),
    RunningKind.AUDIT_COUNT: noted("Number of audits"),
}


def mistake_said(language: Language, problem: Mapping[str, Any]) -> str:
    """What is wrong and what to do, of a problem as a report keeps it."""
    rule = ColumnRule(problem["rule"])
    return translate(language, FILE_SENTENCES.get(rule) or SENTENCES[rule])


def key_said(language: Language, key: str) -> str:
    """What a line is known by; that of a running case is made of a farm, its kind, its first day and a reference."""
    parts = key.split(" ")
    place = next((place for place in (0, 1) if parts[place : place + 1] and parts[place] in set(RunningKind)), None)
    if place is None:
        return key
    began_on = written.day(date.fromisoformat(parts[place + 1]), language)
    reference = " ".join(parts[place + 2 :])
    said_parts = [*parts[:place], kind_said(language, RunningKind(parts[place])), began_on, reference]
    return " · ".join(part for part in said_parts if part)


def kind_said(language: Language, kind: RunningKind) -> str:
    """What a kind of running case is called."""
    return said(language, kind.matter) if kind.matter else translate(language, RUNNING[kind])


def column_said(language: Language, column: str) -> str:
    """What one of our columns is called."""
    return translate(language, MORE_LABELS.get(column) or LABELS.get(column, column))
