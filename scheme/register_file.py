"""A register file as text: its separator, header and rows, before anything in them is judged."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scheme.register_column import Column, digits
from scheme.register_rule import ColumnRule, Problem

_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class Row:
    """One line of a file: where it begins, and its values by column, without the blanks around them."""

    line: int
    values: Mapping[str, str]


def text_of(content: bytes) -> str | Problem:
    """The file's text, or where it stops being UTF-8."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        return Problem(content.count(b"\n", 0, error.start) + 1, "", "", ColumnRule.NOT_UTF_8)


def rows(text: str, columns: Sequence[Column]) -> tuple[list[Row], list[Problem]]:
    """The rows below the header, and what is wrong with the file itself; lines without any value are passed over.

    Every documented column must stand in the header, in any order: a missing one would empty a field unseen.
    """
    records, problems = _records(text.removeprefix(_BYTE_ORDER_MARK))
    line, header = records[0] if records else (1, [])
    if header and (wrong := _header_problems(line, header, [column.name for column in columns])):
        return [], wrong
    found = []
    for began, fields in records[1:]:
        if len(fields) == len(header):
            found.append(Row(began, dict(zip(header, fields, strict=True))))
        else:
            problems.append(Problem(began, "", "", ColumnRule.VALUE_COUNT))
    if not found and not problems:
        problems.append(Problem(1, "", "", ColumnRule.NO_LINES))
    return found, problems


def check_file(found: Iterable[Row], unique: Mapping[str, ColumnRule]) -> tuple[Problem, ...]:
    """Values that an earlier row has already, also where that row has other mistakes."""
    seen: set[tuple[str, str]] = set()
    problems = []
    for row in found:
        for name, rule in unique.items():
            value = row.values[name]
            key = (name, digits(value) if name == "enterprise_number" else value)
            if value and key in seen:
                problems.append(Problem(row.line, name, value, rule))
            seen.add(key)
    return tuple(problems)


def written(lines: Iterable[object], columns: Sequence[Column]) -> str:
    """The lines as a file with `;` and LF that reads back to the same lines."""
    names = [column.name for column in columns]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(names)
    writer.writerows([getattr(line, name) for name in names] for line in lines)
    return out.getvalue()


def _records(text: str) -> tuple[list[tuple[int, list[str]]], list[Problem]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    records, began = [], 1
    try:
        for fields in reader:
            tidy = [field.strip(" ") for field in fields]
            if any(tidy):
                records.append((began, tidy))
            began = reader.line_num + 1
    except csv.Error:
        return records, [Problem(began, "", "", ColumnRule.BROKEN_QUOTES)]
    return records, []


def _separator(text: str) -> str:
    header = text.lstrip().partition("\n")[0]
    return ";" if header.count(";") >= header.count(",") else ","


def _header_problems(line: int, header: Sequence[str], names: Sequence[str]) -> list[Problem]:
    unknown = [Problem(line, name, name, ColumnRule.UNKNOWN_COLUMN) for name in header if name not in names]
    missing = [Problem(line, name, "", ColumnRule.MISSING_COLUMN) for name in names if name not in header]
    double = [Problem(line, name, name, ColumnRule.DOUBLE_COLUMN) for name in names if header.count(name) > 1]
    return unknown + missing + double
