"""A file for an assessor in print: where its lines may break."""

import re
from datetime import date

import pypdfium2  # type: ignore[import-untyped]

from press.assessor_file import FileClause, FileDocument, FileLine, PrintedFile, typeset_file
from scheme.language import Language


def test_the_ending_of_a_files_name_is_never_broken() -> None:
    names = [f"{'x' * length}.jpeg" for length in range(60, 75)]
    documents = tuple(FileDocument(f"files/{name}", name, None) for name in names)
    line = FileLine(date(2025, 9, 1), "1 september 2025", "P", "W", documents=documents)
    file = PrintedFile(
        language=Language.NL, title="T", subject="S", lead=(), heads=("A", "B", "C"), dated=date(2025, 9, 1),
        clauses=(FileClause("7.4", "E", "", (line,)),), page="{page}/{pages}", practice="",
    )  # fmt: skip
    text = "".join(one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(typeset_file(file)))
    assert text.count(".jpeg") == 2 * len(names)
    assert [name for name in names if name not in re.sub(r"[\r\n]", "", text)] == []
