"""Which of our columns a file means, by the names that files of secretariats give them in four languages."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from scheme.column_words import NAMES
from scheme.register import KINDS, FileKind, Kind


def normal(name: str) -> str:
    """A column's name without what people write in different ways: capitals, accents, signs, blanks."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss"))
    return re.sub(r"[^a-z0-9]", "", plain)


def guessed(kind: Kind[Any], header: Iterable[str]) -> dict[str, str]:
    """Our column for each name that says which it is; of two names for one column our own counts, else the first."""
    meant = {meaning: column for column in kind.names for meaning in _meanings(column)}
    found: dict[str, str] = {}
    for name in sorted(header, key=lambda name: name not in kind.names):
        column = meant.get(normal(name))
        if column is not None and column not in found.values():
            found[name] = column
    return found


def kind_of(header: Sequence[str]) -> FileKind:
    """The kind of file whose columns the header fits best.

    Most of them, less the required ones that it lacks; among equals the kind whose key it has, then the one with the
    larger part of its columns.
    """

    def fits(kind: Kind[Any]) -> tuple[int, bool, float]:
        found = set(guessed(kind, header).values())
        lacking = sum(column.required and column.name not in found for column in kind.columns)
        return len(found) - lacking, kind.key in found, len(found) / len(kind.columns)

    return max(KINDS.values(), key=fits).word


def _meanings(column: str) -> list[str]:
    words = (name for language in NAMES.values() for name in language.get(column, "").split(","))
    return [normal(name) for name in (column, *words) if normal(name)]
