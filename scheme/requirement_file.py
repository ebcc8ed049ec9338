"""A file of requirements: read whole, or every mistake in it named."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from scheme.ids import RequirementNumber
from scheme.lastenboek.grade import Grade
from scheme.lastenboek.text import Text
from scheme.register_column import broken
from scheme.register_file import Row, Rows, Table, Unique, doubles, rows
from scheme.register_rule import ColumnRule, Problem
from scheme.requirement_column import COLUMNS, SEEN, meant
from scheme.requirement_list import STANDARD_MODULES, Listed, in_order
from scheme.source import Certainty, Source

HEADER = tuple(column.name for column in COLUMNS)
_ONCE = Unique(("number",), ColumnRule.DOUBLE_REQUIREMENT, ColumnRule.DOUBLE_REQUIREMENT)
_LETTER_FIRST = re.compile(r"([A-Z])(?:\s*[.:\u2013-]\s*(.*))?")


@dataclass(frozen=True)
class ReadList:
    """What a file holds. modules: their names by letter; with problems nothing of it is taken."""

    modules: Mapping[str, Text]
    requirements: tuple[Listed, ...]
    problems: tuple[Problem, ...]


def read_requirements(found: Table) -> ReadList:
    """The requirements of a file, in the order of their numbers."""
    given = _tidied(rows(found, COLUMNS, meant(found.header)))
    if not given.rows and not given.problems:
        return ReadList({}, (), (Problem(found.line, "", "", ColumnRule.NO_REQUIREMENTS),))
    problems = [*given.problems, *doubles(given.rows, (_ONCE,)), *_values(given.rows)]
    modules, wrong = _modules(given.rows)
    problems.extend(wrong)
    if problems:
        return ReadList({}, (), tuple(sorted(problems, key=lambda one: one.line)))
    return ReadList(modules, tuple(_ranked(given.rows)), ())


def written(requirements: Iterable[Listed], modules: Mapping[str, Text]) -> Iterator[tuple[str, ...]]:
    """The rows below HEADER that read back to the same requirements."""
    for one in requirements:
        name = modules[one.module].nl if one.module in modules else one.module
        text = (one.text.nl, one.text.fr, one.text.de, one.text.en)
        seen = "x" if one.visual else ""
        yield one.number, name, one.grade.value, seen, *text, one.source.key, one.source.certainty.value


def _tidied(given: Rows) -> Rows:
    """Lines broken inside a cell are one text; small letters of a grade or a number are meant as capitals."""
    tidy = tuple(Row(row.line, {name: _tidy(name, value) for name, value in row.values.items()}) for row in given.rows)
    return Rows(tidy, given.stated, given.problems)


def _tidy(name: str, value: str) -> str:
    joined = " ".join(value.split())
    if name == "number":
        return joined[:1].upper() + joined[1:]
    return joined.upper() if name in {"grade", "certainty"} else joined


def _values(given: Iterable[Row]) -> Iterator[Problem]:
    for row in given:
        for column in COLUMNS:
            value = row.values[column.name]
            if (rule := broken(column, value, None)) is not None:
                yield Problem(row.line, column.name, value, rule)


def _modules(given: Iterable[Row]) -> tuple[dict[str, Text], list[Problem]]:
    """The name of each module by its letter: the file's own, else the one known for that letter."""
    names: dict[str, Text] = {}
    problems = []
    for row in given:
        letter, value = row.values["number"][:1], row.values["module"]
        first, name = _parts(value)
        if first not in {"", letter}:
            problems.append(Problem(row.line, "module", value, ColumnRule.MODULE_LETTER))
        elif name and names.setdefault(letter, _named(name)) != _named(name):
            problems.append(Problem(row.line, "module", value, ColumnRule.MODULE_NAME))
    used = {row.values["number"][:1] for row in given}
    known = {letter: text for letter, text in STANDARD_MODULES.items() if letter in used}
    return dict(sorted({**known, **names}.items())), problems


def _parts(value: str) -> tuple[str, str]:
    """Letter and name of "A", "A. Animal health" or "Animal health"; what is not there is empty."""
    shape = _LETTER_FIRST.fullmatch(value)
    return ("", value) if shape is None else (shape[1], shape[2] or "")


def _named(name: str) -> Text:
    """A module that is known by this name in any language, else a new one of which only this name is known."""
    known = (text for text in STANDARD_MODULES.values() if name.casefold() in _all(text))
    return next(known, Text(name, "", "", ""))


def _all(text: Text) -> set[str]:
    return {said.casefold() for said in (text.nl, text.fr, text.de, text.en)}


def _ranked(given: Iterable[Row]) -> Iterator[Listed]:
    ranks: dict[str, int] = {}
    for row in sorted(given, key=lambda row: in_order(RequirementNumber(row.values["number"]))):
        letter = row.values["number"][0]
        ranks[letter] = ranks.get(letter, 0) + 1
        yield _listed(row.values, letter, ranks[letter])


def _listed(values: Mapping[str, str], letter: str, rank: int) -> Listed:
    certainty = Certainty(values["certainty"] or Certainty.DOCUMENTED)
    return Listed(
        number=RequirementNumber(values["number"]),
        module=letter,
        rank=rank,
        grade=Grade(values["grade"]),
        visual=SEEN[values["visual"].casefold()],
        text=Text(values["text_nl"], values["text_fr"], values["text_de"], values["text_en"]),
        source=Source(certainty, values["source"]),
    )
