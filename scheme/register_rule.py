"""What can be wrong in a register file: every kind of mistake, and where one stands."""

from dataclasses import dataclass
from enum import StrEnum


class ColumnRule(StrEnum):
    """Every rule that a register file can break."""

    NOT_UTF_8 = "not-utf-8"
    NO_LINES = "no-lines"
    TOO_MANY_LINES = "too-many-lines"
    TOO_LARGE = "too-large"
    NOT_A_WORKBOOK = "not-a-workbook"
    MANY_SHEETS = "many-sheets"
    MERGED = "merged"
    FORMULA = "formula"
    CELL_ERROR = "cell-error"
    BROKEN_QUOTES = "broken-quotes"
    UNKNOWN_COLUMN = "unknown-column"
    MISSING_COLUMN = "missing-column"
    DOUBLE_COLUMN = "double-column"
    VALUE_COUNT = "value-count"
    REQUIRED = "required"
    UNPRINTABLE = "unprintable"
    TOO_LONG = "too-long"
    FARM_NUMBER = "farm-number"
    BODY_NUMBER = "body-number"
    COUNTRY = "country"
    LANGUAGE = "language"
    POSTCODE_BE = "postcode-be"
    POSTCODE_NL = "postcode-nl"
    EMAIL = "email"
    PHONE = "phone"
    ENTERPRISE_DIGITS = "enterprise-digits"
    ENTERPRISE_CHECK = "enterprise-check"
    ENTERPRISE_NL = "enterprise-nl"
    UNIT_DIGITS = "unit-digits"
    UNIT_CHECK = "unit-check"
    UNIT_NL = "unit-nl"
    UNIT_ALONE = "unit-alone"
    DAIRY_NUMBER = "dairy-number"
    HYGIENE = "hygiene"
    FINDINGS = "findings"
    HERD_BE = "herd-be"
    HERD_NL = "herd-nl"
    DATE_FORMAT = "date-format"
    NO_SUCH_DAY = "no-such-day"
    YEAR = "year"
    ENDS_TOO_EARLY = "ends-too-early"
    NO_LAST_DAY = "no-last-day"
    NO_AUDIT_DAY = "no-audit-day"
    SITE_INCOMPLETE = "site-incomplete"
    NO_DAIRY = "no-dairy"
    UNKNOWN_BODY = "unknown-body"
    UNKNOWN_DAIRY = "unknown-dairy"
    DOUBLE_FARM = "double-farm"
    DOUBLE_ENTERPRISE = "double-enterprise"
    DOUBLE_CERTIFICATE = "double-certificate"
    DOUBLE_SUPPLIER = "double-supplier"
    DOUBLE_BODY = "double-body"
    RUNNING_KIND = "running-kind"
    GRADE = "grade"
    EDITION = "edition"
    WHOLE_NUMBER = "whole-number"
    NOT_FOR_KIND = "not-for-kind"
    UNKNOWN_FARM = "unknown-farm"
    STOPPED_FARM = "stopped-farm"
    NOT_YET = "not-yet"
    ANSWER_OVER = "answer-over"
    NOT_RECOGNISED_THEN = "not-recognised-then"
    RUNS_ALREADY = "runs-already"
    DOUBLE_MATTER = "double-matter"
    COUNT_KNOWN = "count-known"
    DOUBLE_DAIRY = "double-dairy"
    TAKEN_ENTERPRISE = "taken-enterprise"
    TAKEN_CERTIFICATE = "taken-certificate"
    TAKEN_SUPPLIER = "taken-supplier"
    # Of files of requirements alone.
    NO_REQUIREMENTS = "no-requirements"
    REQUIREMENT_NUMBER = "requirement-number"
    REQUIREMENT_GRADE = "requirement-grade"
    VISUAL = "visual"
    CERTAINTY = "certainty"
    MODULE_LETTER = "module-letter"
    MODULE_NAME = "module-name"
    DOUBLE_REQUIREMENT = "double-requirement"


# What is wrong with a column itself, not with a value in it.
OF_THE_HEADER = frozenset({ColumnRule.UNKNOWN_COLUMN, ColumnRule.MISSING_COLUMN, ColumnRule.DOUBLE_COLUMN})


@dataclass(frozen=True)
class Problem:
    """One mistake. line: as an editor counts, the header is 1; column: empty where the whole line is meant."""

    line: int
    column: str
    value: str
    rule: ColumnRule
