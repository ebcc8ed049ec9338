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
    """The kind of file whose columns the header has: the one whose key it has, then the one with most of them."""
    names = {normal(name) for name in header}

    def fits(kind: Kind[Any]) -> tuple[bool, int]:
        has_key = not names.isdisjoint(_meanings(kind.key))
        return has_key, len(guessed(kind, header))

    return max(KINDS.values(), key=fits).word


def _meanings(column: str) -> list[str]:
    words = (name for language in NAMES.values() for name in language.get(column, "").split(","))
    return [normal(name) for name in (column, *words) if normal(name)]
