"""Tables as files that Belgian Excel opens right: CSV with `;`, or a workbook; nothing in them can run."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from scheme.cell import guarded

_BYTE_ORDER_MARK = "\ufeff"
# What XML cannot hold at all.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_LONGEST_TITLE = 31
_WIDEST, _NARROWEST = 40, 10


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with its mark, `;` between values, dates as year-month-day."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([shown(name) for name in header])
    writer.writerows([shown(value) for value in row] for row in rows)
    return (_BYTE_ORDER_MARK + out.getvalue()).encode()


def xlsx_bytes(title: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook of one sheet, its header bold and kept in view; texts stay texts, dates are dates."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:_LONGEST_TITLE])
    sheet.freeze_panes = "A2"
    for place, name in enumerate(header):
        width = min(max(len(name) + 2, _NARROWEST), _WIDEST)
        sheet.column_dimensions[_letters(place)].width = width
    sheet.append([_bold(sheet, name) for name in header])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def shown(value: object) -> str:
    """The value as text, guarded."""
    if value is None:
        return ""
    return guarded(value.isoformat() if isinstance(value, date) else str(value))


def _letters(place: int) -> str:
    """The column's letters: A, B, … Z, AA."""
    front, last = divmod(place, 26)
    return (_letters(front - 1) if front else "") + chr(ord("A") + last)


def _bold(sheet: Any, name: str) -> Any:
    cell = _cell(sheet, name)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: object) -> Any:
    if isinstance(value, datetime):
        value = value.isoformat(timespec="seconds")  # a workbook's moments have no zone
    if value is None or isinstance(value, int | float | date):
        taken: Any = value  # a date is taken as well, whatever the library's types say
        return WriteOnlyCell(sheet, taken)
    cell: Any = WriteOnlyCell(sheet, _UNPRINTABLE.sub("", str(value)))
    # A text that begins with = is a text: the cell says so, whatever it looks like.
    cell.data_type = "s"
    return cell
