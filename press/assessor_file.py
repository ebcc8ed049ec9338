"""A farm's file for an assessor, as a tagged PDF (PDF/A-2a and PDF/UA-1)."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import typst

from press.letter import HOUSE, HOUSE_CITY, HOUSE_STREET, PHONE, CannotTypesetError, Pieces, compiler, cut
from press.words import lines
from scheme.language import Language
from scheme.writable import printable

_HASH = re.compile(r"([0-9a-f]{64})")
# The ending of a file's name, such as ".jpg".
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")
# The contents as a string of JSON: see letter.typ for why it is no sys_inputs.
_MAIN = '#import "/assessor_file/file.typ": page-of\n#page-of(json(bytes("{}")))\n'


@dataclass(frozen=True)
class FileDocument:
    """A document. path: in the pack; sha256: None for one that was not made; shown: where pages show it."""

    path: str
    name: str
    sha256: str | None
    shown: str | None = None


@dataclass(frozen=True)
class FileLine:
    """Who did what, when and on what ground. when: as it is written; at: for sorting and for machines.

    refused: somebody tried, and the rules said no.
    """

    at: datetime | date | None
    when: str
    who: str
    what: str
    ground: str = ""
    documents: tuple[FileDocument, ...] = ()
    refused: bool = False


@dataclass(frozen=True)
class FileClause:
    """A clause. note: what is said above its lines, or in their place; attempts: above those that were refused."""

    number: str
    title: str
    note: str
    lines: tuple[FileLine, ...]
    attempts: str = ""

    @property
    def told(self) -> tuple[FileLine, ...]:
        """What was done."""
        return tuple(one for one in self.lines if not one.refused)

    @property
    def refused(self) -> tuple[FileLine, ...]:
        """What was tried and refused: it stands after what was done."""
        return tuple(one for one in self.lines if one.refused)


@dataclass(frozen=True)
class PrintedFile:
    """All that the PDF says. heads: of the three columns; words: what stands in fixed places."""

    language: Language
    title: str
    subject: str
    lead: Sequence[str]
    heads: tuple[str, str, str]
    clauses: Sequence[FileClause]
    dated: date
    page: str
    practice: str


def typeset_file(file: PrintedFile) -> bytes:
    """The PDF; the same file gives the same bytes. Raises CannotTypesetError as press.letter does."""
    # ASCII, so that only two signs could end the string or escape in it.
    data = json.dumps(_contents(file), sort_keys=True).replace("\\", "\\\\").replace('"', '\\"')
    try:
        pdf = compiler().compile(
            input=_MAIN.format(data).encode(),
            format="pdf",
            pdf_standards=["a-2a", "ua-1"],
            timestamp=datetime(file.dated.year, file.dated.month, file.dated.day, tzinfo=UTC),
        )
    except typst.TypstError as error:
        message = f"{file.subject}: {error.message}"
        raise CannotTypesetError(message) from error
    if not isinstance(pdf, bytes):
        message = f"{file.subject}: one PDF was expected"
        raise CannotTypesetError(message)
    return pdf


def _contents(file: PrintedFile) -> Mapping[str, Any]:
    before, _, after = file.page.partition("{page}")
    between, _, behind = after.partition("{pages}")
    return {
        "language": file.language,
        "title": f"{file.title} · {file.subject}",
        "heading": file.title,
        "subject": _cut(file.subject),
        "lead": [_cut(one) for one in file.lead],
        "house": [HOUSE, HOUSE_STREET, HOUSE_CITY, PHONE],
        "dated": [file.dated.year, file.dated.month, file.dated.day],
        "heads": file.heads,
        "clauses": [_clause(one) for one in file.clauses],
        "page": [before, between, behind],
        "practice": file.practice,
    }


def _clause(clause: FileClause) -> dict[str, Any]:
    return {
        "title": f"{clause.number} {clause.title}",
        "note": _cut(clause.note),
        "lines": [_line(one) for one in clause.told],
        "attempts": _cut(clause.attempts),
        "refused": [_line(one) for one in clause.refused],
    }


def _line(line: FileLine) -> dict[str, Any]:
    return {
        "when": _cut(line.when),
        "who": _cut(line.who),
        "what": _cut(line.what),
        "ground": _cut(line.ground),
        "documents": [[_cut(one.name), _cut(one.path), one.sha256 or ""] for one in line.documents],
    }


def _cut(text: str) -> Pieces:
    """What people wrote on one line, in signs that the house's typeface has; a hash breaks in its middle at most."""
    said = _HASH.split(printable(" ".join(lines(text))))
    return [
        piece for place, part in enumerate(said) for piece in (_halves(part) if place % 2 else _whole_endings(part))
    ]


def _whole_endings(text: str) -> Pieces:
    """The pieces; the ending of a long name of a file is never broken over two lines."""
    return [part for piece in cut(text) for part in _ending_apart(piece)]


def _ending_apart(piece: str | dict[str, Any]) -> Pieces:
    ending = _ENDING.search(piece["long"]) if isinstance(piece, dict) and "long" in piece else None
    if ending is None or isinstance(piece, str):
        return [piece]
    return [{"long": piece["long"][: ending.start()]}, {"box": ending.group()}]


def _halves(digest: str) -> Pieces:
    return [{"box": digest[:32]}, {"box": digest[32:]}]
