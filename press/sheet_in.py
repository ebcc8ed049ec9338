"""Tables that came as files: CSV in any of the ways Excel writes it, or a workbook; both to the same rows."""

import io
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any, NamedTuple
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from scheme.register_file import MOST_LINES, Table, table, table_of, text_of
from scheme.register_rule import ColumnRule, Problem

LARGEST_FILE_BYTES = 10_000_000
# What a workbook may unpack to: a zip bomb announces more, or breaks its own announcement and is no workbook.
LARGEST_UNPACKED_BYTES = 200_000_000
MOST_PARTS = 1_000
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z0-9:]+)"')
_UNREADABLE = (BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, AttributeError, ParseError, EOFError)


class _Sheet(NamedTuple):
    """The sheet with the lines, and where the workbook keeps it."""

    rows: list[tuple[int, tuple[str, ...]]]
    problems: list[Problem]
    part: str


def table_in(content: bytes) -> Table:
    """The table that a file holds; a file that holds none has a problem that says why."""
    if len(content) > LARGEST_FILE_BYTES:
        return _wrong(ColumnRule.TOO_LARGE)
    if content.startswith(_OLD_EXCEL):
        return _wrong(ColumnRule.NOT_A_WORKBOOK)
    if content.startswith(_ZIP):
        return _workbook(content)
    text = text_of(content)
    return Table(problems=(text,)) if isinstance(text, Problem) else table_of(text)


def _workbook(content: bytes) -> Table:
    try:
        with ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED_BYTES:
                return _wrong(ColumnRule.TOO_LARGE)
            found = [sheet for sheet in _visible(content) if sheet.rows]
            if len(found) > 1:
                return _wrong(ColumnRule.MANY_SHEETS)
            merged = [merge for sheet in found for merge in _merges(packed.read(sheet.part))]
    except _UNREADABLE:
        return _wrong(ColumnRule.NOT_A_WORKBOOK)
    if not found:
        return _wrong(ColumnRule.NO_LINES)
    read = table(_as_wide_as_header(found[0].rows))
    return Table(read.header, read.records, (*read.problems, *merged, *found[0].problems), read.line)


def _visible(content: bytes) -> Iterator[_Sheet]:
    book = load_workbook(io.BytesIO(content), read_only=True)
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                yield _read(sheet)
    finally:
        book.close()


def _read(sheet: Any) -> _Sheet:
    # What the sheet says of its own size may be wrong, and then lines would be missed.
    sheet.reset_dimensions()
    kept: list[tuple[int, tuple[str, ...]]] = []
    problems: list[Problem] = []
    for line, cells in enumerate(sheet.iter_rows(), 1):
        values = tuple(_text(cell.value).strip(" ") for cell in cells)
        if any(values):
            kept.append((line, values))
            header = kept[0][1]
            problems.extend(_cell_problems(line, cells, header))
        if len(kept) > MOST_LINES + 1:
            break
    return _Sheet(kept, problems, sheet._worksheet_path.lstrip("/"))  # noqa: SLF001  # openpyxl tells it nowhere else


def _cell_problems(line: int, cells: Iterable[Any], header: tuple[str, ...]) -> Iterator[Problem]:
    for place, cell in enumerate(cells):
        rule = {"f": ColumnRule.FORMULA, "e": ColumnRule.CELL_ERROR}.get(cell.data_type)
        if rule is not None and cell.value is not None:
            column = header[place] if place < len(header) else ""
            yield Problem(line, column or cell.column_letter, _text(cell.value), rule)


def _text(value: object) -> str:
    """The value as a file of text would state it: days as year-month-day, whole numbers without a point."""
    match value:
        case None:
            return ""
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def _as_wide_as_header(found: list[tuple[int, tuple[str, ...]]]) -> list[tuple[int, tuple[str, ...]]]:
    """Each row as wide as the header: a workbook leaves out what is empty at the end."""
    width = max((place for place, name in enumerate(found[0][1], 1) if name), default=0)
    return [(line, _fitted(values, width)) for line, values in found]


def _fitted(values: tuple[str, ...], width: int) -> tuple[str, ...]:
    last = max((place for place, value in enumerate(values, 1) if value), default=0)
    return (*values, *[""] * width)[: max(width, last)]


def _merges(part: bytes) -> list[Problem]:
    found = _MERGED.findall(part)
    return [Problem(_line_of(ref), "", ref.decode(), ColumnRule.MERGED) for ref in found]


def _line_of(ref: bytes) -> int:
    return int(re.sub(rb"[^0-9]", b"", ref.partition(b":")[0]) or b"1")


def _wrong(rule: ColumnRule) -> Table:
    return Table(problems=(Problem(1, "", "", rule),))
