"""Reading printed letters: a farmer on paper sees the number and the code with their own eyes."""

import re

import pypdfium2

from scheme.ids import FarmId

CODE = re.compile(r"\b([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})\b")
# Letters about an audit carry a code as well, which chooses nothing.
# On the page its reference may be broken after a colon.
CHOICE = re.compile(r"\bchoice\s*:\s*\d{4}\s*:")
FARM = re.compile(r"\b(F-\d{6})\b")


def codes_of(batch: bytes) -> dict[FarmId, str]:
    """Farm number and typed code of each page of a print batch that asks for a choice."""
    return _codes(batch, choices=True)


def audit_codes_of(batch: bytes) -> dict[FarmId, str]:
    """Farm number and typed code of each page of a print batch that tells of an audit."""
    return _codes(batch, choices=False)


def _codes(batch: bytes, *, choices: bool) -> dict[FarmId, str]:
    document = pypdfium2.PdfDocument(batch)
    found: dict[FarmId, str] = {}
    try:
        for page in document:
            text = page.get_textpage().get_text_range()
            farm, code = FARM.search(text), CODE.search(text)
            if farm and code and bool(CHOICE.search(text)) is choices:
                found[FarmId(farm[1])] = code[1]
    finally:
        document.close()
    return found
