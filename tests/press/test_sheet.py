"""Tables as files: what Excel makes of them."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from press.sheet import csv_bytes, shown, xlsx_bytes
from scheme.cell import guarded, unguarded

HEADER = ("farm", "telefoon", "vervaldag")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("\t=1", "'\t=1"),
        ("+32 14 00 12 34", "+32 14 00 12 34"),
        (-12, "-12"),
        ("Hoeve = Zon", "Hoeve = Zon"),
        (date(2025, 3, 1), "2025-03-01"),
        (None, ""),
    ],
)
def test_nothing_in_a_csv_runs(value: object, written: str) -> None:
    assert shown(value) == written


@pytest.mark.parametrize("text", ["=1+1", "'=1+1", "''", "' t Hof", "+32 14", "-", "Hoeve"])
def test_what_was_guarded_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text


def test_belgian_excel_opens_the_csv() -> None:
    content = csv_bytes(HEADER, [("Hoeve; de Zon", "014/00 12 34", date(2025, 3, 1)), ("Élevage", None, None)])
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in content
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert rows == [list(HEADER), ["Hoeve; de Zon", "014/00 12 34", "2025-03-01"], ["Élevage", "", ""]]


def test_the_workbook_keeps_texts_texts_and_dates_dates() -> None:
    at = datetime(2025, 3, 1, 12, tzinfo=UTC)
    rows = [("=1+1", "0123", date(2025, 3, 1)), ("a\x0bb", 7, at), (None, None, None)]
    book = load_workbook(io.BytesIO(xlsx_bytes("Hoeven: alle/vlaamse [2025]", HEADER, rows)))
    sheet = book.worksheets[0]
    assert sheet.title == "Hoeven  alle vlaamse  2025 "
    assert [cell.data_type for cell in sheet[2]] == ["s", "s", "d"]
    assert sheet["A2"].value == "=1+1"
    assert sheet["C2"].value == datetime(2025, 3, 1)  # noqa: DTZ001  # a workbook's moments have no zone
    assert [cell.value for cell in sheet[3]] == ["ab", 7, "2025-03-01T12:00:00+00:00"]
    assert sheet["A1"].font.bold
