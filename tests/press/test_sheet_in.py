"""Files as they come: in any of the ways Excel writes them they give the same rows, and what cannot be read says why."""

import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from press.sheet import csv_bytes, xlsx_bytes
from press.sheet_in import LARGEST_FILE_BYTES, LARGEST_UNPACKED_BYTES, table_in
from scheme.register_rule import ColumnRule

HEADER = ("farm_id", "name", "expires_on", "postcode")
ROWS = ((2, ("F-000001", "Hoeve é", "2025-03-01", "9000")), (3, ("F-000002", "Maes", "", "")))
CSV = "farm_id;name;expires_on;postcode\r\nF-000001;Hoeve é;2025-03-01;9000\r\nF-000002;Maes;;\r\n"


def workbook(*rows: tuple[object, ...]) -> Workbook:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    return book


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def good() -> Workbook:
    day = datetime(2025, 3, 1)  # noqa: DTZ001  # a workbook's moments have no zone
    return workbook(HEADER, ("F-000001", "Hoeve é", day, 9000.0), ("F-000002", " Maes ", None))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(CSV.encode(), id="utf-8"),
        pytest.param(CSV.encode("utf-8-sig"), id="utf-8 with its mark"),
        pytest.param(CSV.encode("cp1252"), id="Windows"),
        pytest.param(CSV.replace(";", "\t").encode("utf-16"), id="Unicode text with tabs"),
        pytest.param(CSV.replace(";", ",").encode(), id="commas"),
        pytest.param(saved(good()), id="workbook"),
        pytest.param(
            xlsx_bytes("x", HEADER, [("F-000001", "Hoeve é", date(2025, 3, 1), 9000), ("F-000002", "Maes", "", None)]),
            id="workbook of ours",
        ),
    ],
)
def test_the_same_rows_from_every_file(content: bytes) -> None:
    found = table_in(content)
    assert (found.header, found.records, found.problems) == (HEADER, ROWS, ())


def test_a_hidden_sheet_is_passed_over_and_two_visible_ones_are_refused() -> None:
    book = good()
    other = book.create_sheet("oud")
    other.append(("x",))
    assert [problem.rule for problem in table_in(saved(book)).problems] == [ColumnRule.MANY_SHEETS]
    other.sheet_state = "hidden"
    assert table_in(saved(book)).records == ROWS


def test_formulas_errors_and_merged_cells_are_named_with_their_place() -> None:
    book = workbook(HEADER, ("F-000001", "=1+1", None, "9000"), ("F-000002", "#N/A", None, "9000"))
    book.worksheets[0].merge_cells("D2:D3")
    assert [(one.line, one.column, one.value, one.rule) for one in table_in(saved(book)).problems] == [
        (2, "", "D2:D3", ColumnRule.MERGED),
        (2, "name", "=1+1", ColumnRule.FORMULA),
        (3, "name", "#N/A", ColumnRule.CELL_ERROR),
    ]


def bomb() -> bytes:
    """A workbook of a few kilobytes that says it unpacks to more than is taken."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("xl/worksheets/sheet1.xml", "w") as part,
    ):
        for _ in range(LARGEST_UNPACKED_BYTES // 10_000_000 + 1):
            part.write(bytes(10_000_000))
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        pytest.param(b"", ColumnRule.NO_LINES, id="empty"),
        pytest.param(b"x" * (LARGEST_FILE_BYTES + 1), ColumnRule.TOO_LARGE, id="large"),
        pytest.param(bomb(), ColumnRule.TOO_LARGE, id="bomb"),
        pytest.param(b"PK\x03\x04 and no more", ColumnRule.NOT_A_WORKBOOK, id="broken"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ColumnRule.NOT_A_WORKBOOK, id="with a password, or .xls"),
        pytest.param(saved(Workbook()), ColumnRule.NO_LINES, id="empty workbook"),
        pytest.param(b"a;b\n\x81", ColumnRule.NOT_UTF_8, id="no text"),
        pytest.param(("a\n" * 100_002).encode(), ColumnRule.TOO_MANY_LINES, id="long"),
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, rule: ColumnRule) -> None:
    assert [problem.rule for problem in table_in(content).problems] == [rule]


VALUES = st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" "), max_size=12).map(str.strip)
TRICKY = st.sampled_from(["=1+1", "'=1+1", "''=x", "+32 14 00", "@a", "-2+3", "'t Hof", '"', ";", "é", "0123", "1e5"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[VALUES | TRICKY] * 3), min_size=1, max_size=4))
def test_what_is_written_comes_back_as_it_was(rows: list[tuple[str, ...]]) -> None:
    kept = [("F-000001", *row) for row in rows]
    expected = tuple(enumerate(kept, 2))
    for content in (csv_bytes(HEADER, kept), xlsx_bytes("x", HEADER, kept)):
        found = table_in(content)
        assert (found.header, found.records, found.problems) == (HEADER, expected, ())
