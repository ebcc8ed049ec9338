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

_BYTE_ORDER_MARK = "\ufeff"
# What a spreadsheet takes for the beginning of a formula (OWASP: CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?[0-9][0-9 ./()-]*")
# What XML cannot hold at all.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_LONGEST_TITLE = 31
_WIDEST, _NARROWEST = 40, 10


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with its mark, `;` between values, dates as year-month-day."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([guarded(name) for name in header])
    writer.writerows([guarded(value) for value in row] for row in rows)
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


def guarded(value: object) -> str:
    """The value as text; what would run as a formula gets an apostrophe in front, numbers and telephones do not."""
    if value is None:
        return ""
    shown = value.isoformat() if isinstance(value, date) else str(value)
    return f"'{shown}" if _runs(shown) else shown


def unguarded(text: str) -> str:
    """The text as it was before `guarded`."""
    return text[1:] if text.startswith("'") and _runs(text) else text


def _runs(text: str) -> bool:
    """Whether it would run; one that has apostrophes in front already counts too, so that it comes back exactly."""
    bare = text.lstrip("'")
    return bare.startswith(_FORMULA) and _NUMBER.fullmatch(bare) is None


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
