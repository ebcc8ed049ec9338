"""The columns of a file of requirements and what each value must look like (docs/lastenboek.md, chapter 6)."""

import re
from collections.abc import Mapping, Sequence

from scheme.choice_round import Country
from scheme.column_name import normal
from scheme.ids import PATTERNS
from scheme.lastenboek.grade import Grade
from scheme.register_column import Check, Column
from scheme.register_rule import ColumnRule
from scheme.requirement_words import NAMES
from scheme.source import Certainty

LONGEST_TEXT, LONGEST_SOURCE, LONGEST_MODULE = 2_000, 300, 80
SEEN: Mapping[str, bool] = {
    **dict.fromkeys(("x", "v", "1", "ja", "oui", "yes", "true", "visueel", "visuel", "visuell", "visual"), True),
    **dict.fromkeys(("", "-", "0", "nee", "neen", "non", "nein", "no", "false"), False),
}


def _any(_value: str, _country: Country | None) -> ColumnRule | None:
    return None


def _one_of(words: Sequence[str], rule: ColumnRule) -> Check:
    return lambda value, _country: None if value in words else rule


def _number(value: str, _country: Country | None) -> ColumnRule | None:
    return None if re.fullmatch(PATTERNS["RequirementNumber"], value) else ColumnRule.REQUIREMENT_NUMBER


def _seen(value: str, _country: Country | None) -> ColumnRule | None:
    return None if value.casefold() in SEEN else ColumnRule.VISUAL


COLUMNS: tuple[Column, ...] = (
    Column("number", "a capital letter and a number, as A21", "A21", _number, required=True),
    Column("module", "letter or name", "Dierengezondheid", _any, longest=LONGEST_MODULE),
    Column("grade", "A, B or C", "B", _one_of(list(Grade), ColumnRule.REQUIREMENT_GRADE), required=True),
    Column("visual", "x where it is seen on a tour of the farm", "x", _seen),
    Column("text_nl", "text", "…", _any, required=True, longest=LONGEST_TEXT),
    Column("text_fr", "text", "…", _any, longest=LONGEST_TEXT),
    Column("text_de", "text", "…", _any, longest=LONGEST_TEXT),
    Column("text_en", "text", "…", _any, longest=LONGEST_TEXT),
    Column("source", "text", "Lastenboek 12.1, p. 14", _any, longest=LONGEST_SOURCE),
    Column("certainty", "D, I, K or A", "D", _one_of(list(Certainty), ColumnRule.CERTAINTY)),
)


def meant(header: Sequence[str]) -> dict[str, str]:
    """Our column for each name of the file that says which it is; a name that says none is not in it."""
    words = {normal(word): column for column, many in NAMES.items() for word in (column, *many.split(","))}
    found = {name: words.get(normal(name)) for name in header}
    return {name: column for name, column in found.items() if column is not None}
