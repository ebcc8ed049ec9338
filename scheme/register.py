"""The register files of every kind: read whole, or every mistake in them named.

Blanks around a value are dropped and an enterprise number is kept as its digits; nothing else is changed.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Generic, TypeVar

from scheme.choice_round import Country
from scheme.ids import BodyId
from scheme.language import Language
from scheme.register_column import BODY_COLUMNS, COLUMNS, DAIRY_COLUMNS, Column, broken, day
from scheme.register_farm import farm_line, farm_problems
from scheme.register_file import Row, Table, Unique, doubles, rows, table_of, taken
from scheme.register_line import BodyLine, DairyLine, FarmLine, stated
from scheme.register_rule import ColumnRule, Problem
from scheme.running_column import COLUMNS as RUNNING_COLUMNS
from scheme.running_line import RunningLine, line_of

R = ColumnRule
Line = TypeVar("Line")
Problems = tuple[Problem, ...]


class FileKind(StrEnum):
    """What the lines of a register file are."""

    FARMS = "farms"
    BODIES = "inspection-bodies"
    DAIRIES = "dairies"
    RUNNING = "running-cases"


@dataclass(frozen=True)
class Known:
    """Ids that lines may name."""

    bodies: frozenset[str] = frozenset()
    dairies: frozenset[str] = frozenset()
    farms: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Kind(Generic[Line]):
    """A kind of register file. key: the column a line is known by; made: the line that right values state.

    judged: what is wrong between the columns of a row, beyond what each column says for itself. named: what a line is
    known by where that is more than one column.
    """

    word: FileKind
    key: str
    columns: tuple[Column, ...]
    unique: tuple[Unique, ...]
    judged: Callable[[Row, Known], Iterator[Problem]]
    made: Callable[[Mapping[str, str]], Line]
    named: Callable[[Line], str] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(column.name for column in self.columns)

    def key_of(self, line: Line) -> str:
        """What the line is known by."""
        return str(getattr(line, self.key)) if self.named is None else self.named(line)


@dataclass(frozen=True)
class Read(Generic[Line]):
    """What a file holds. lines: those without a mistake of their own; a file with problems is not imported.

    places: the line of the file on which each of `lines` begins; stated: our columns that the file has;
    keys: what each line is known by, also one with mistakes.
    """

    lines: tuple[Line, ...]
    problems: Problems
    places: tuple[int, ...] = field(default=(), compare=False)
    stated: frozenset[str] = field(default=frozenset(), compare=False)
    keys: Mapping[int, str] = field(default_factory=dict, compare=False)


def read(
    kind: Kind[Line],
    found: Table,
    known: Known,
    *,
    mapping: Mapping[str, str] | None = None,
    before: Mapping[str, Line] | None = None,
) -> Read[Line]:
    """The lines of a file. before: what the register has by key, for columns that the file does not have."""
    there = before or {}
    given = rows(found, kind.columns, mapping)
    filled = [_filled(kind, row, given.stated, there) for row in given.rows]
    named = {row.values[kind.key] for row in filled}
    others = (stated(line, kind.names) for key, line in there.items() if key not in named)
    problems = [*given.problems, *doubles(filled, kind.unique), *taken(filled, others, kind.unique)]
    lines, places = [], []
    for row in filled:
        parsed = parse(kind, row, known)
        if isinstance(parsed, tuple):
            problems.extend(parsed)
        else:
            lines.append(parsed)
            places.append(row.line)
    ordered = tuple(sorted(problems, key=lambda problem: problem.line))
    return Read(tuple(lines), ordered, tuple(places), given.stated, {row.line: row.values[kind.key] for row in filled})


def parse(kind: Kind[Line], row: Row, known: Known) -> Line | Problems:
    """The line of a row, or all that is wrong in it."""
    problems = (*_column_problems(row, kind.columns), *kind.judged(row, known))
    return problems or kind.made(row.values)


def read_farms(text: str, known_bodies: Collection[str], known_dairies: Collection[str] = ()) -> Read[FarmLine]:
    """The farms of a file. known_bodies: ids that `inspection_body` may name."""
    return read(FARMS, table_of(text), Known(frozenset(known_bodies), frozenset(known_dairies)))


def read_bodies(text: str) -> Read[BodyLine]:
    """The inspection bodies of a file."""
    return read(BODIES, table_of(text), Known())


def _filled(kind: Kind[Line], row: Row, given: frozenset[str], before: Mapping[str, Line]) -> Row:
    there = before.get(row.values[kind.key])
    if there is None:
        return row
    return Row(row.line, {**stated(there, kind.names), **{name: row.values[name] for name in given}})


def _column_problems(row: Row, columns: Sequence[Column]) -> Iterator[Problem]:
    country = next((country for country in Country if country == row.values.get("country")), None)
    for column in columns:
        value = row.values[column.name]
        if (rule := broken(column, value, country)) is not None:
            yield Problem(row.line, column.name, value, rule)


def _days_in_order(row: Row, first: str, last: str) -> Iterator[Problem]:
    begins, ends = day(row.values[first]), day(row.values[last])
    if begins is not None and ends is not None and ends < begins:
        yield Problem(row.line, last, row.values[last], R.ENDS_TOO_EARLY)


def _farm_judged(row: Row, known: Known) -> Iterator[Problem]:
    yield from _days_in_order(row, "certificate_from", "expires_on")
    yield from farm_problems(row, known.bodies, known.dairies)


def _body_judged(row: Row, _known: Known) -> Iterator[Problem]:
    yield from _days_in_order(row, "recognised_from", "recognised_until")


def _nothing(_row: Row, _known: Known) -> Iterator[Problem]:
    yield from ()


def _body(values: Mapping[str, str]) -> BodyLine:
    return BodyLine(
        body_id=BodyId(values["body_id"]),
        name=values["name"],
        recognised_from=date.fromisoformat(values["recognised_from"]),
        recognised_until=date.fromisoformat(values["recognised_until"]),
        accreditation=values["accreditation"] or None,
        email=values["email"] or None,
        phone=values["phone"] or None,
    )


def _dairy(values: Mapping[str, str]) -> DairyLine:
    return DairyLine(values["dairy_id"], values["name"], Language(values["language"]), values["email"] or None)


def _key(name: str, rule: ColumnRule) -> Unique:
    """What names the line itself: nobody outside the file can have it."""
    return Unique((name,), rule, rule)


FARMS: Kind[FarmLine] = Kind(
    FileKind.FARMS, "farm_id", COLUMNS,
    (
        _key("farm_id", R.DOUBLE_FARM),
        # One enterprise may have several sites, each with a unit of its own (domain.md §1.4).
        Unique(("enterprise_number", "establishment_unit"), R.DOUBLE_ENTERPRISE, R.TAKEN_ENTERPRISE),
        Unique(("certificate_number",), R.DOUBLE_CERTIFICATE, R.TAKEN_CERTIFICATE),
        Unique(("supplier_number", "dairy_id"), R.DOUBLE_SUPPLIER, R.TAKEN_SUPPLIER),
    ),
    _farm_judged, farm_line,
)  # fmt: skip
BODIES: Kind[BodyLine] = Kind(
    FileKind.BODIES, "body_id", BODY_COLUMNS, (_key("body_id", R.DOUBLE_BODY),), _body_judged, _body
)
DAIRIES: Kind[DairyLine] = Kind(
    FileKind.DAIRIES, "dairy_id", DAIRY_COLUMNS, (_key("dairy_id", R.DOUBLE_DAIRY),), _nothing, _dairy
)
# What is wrong in its rows is judged against the cases of the system: scheme/running.py.
RUNNING: Kind[RunningLine] = Kind(
    FileKind.RUNNING, "kind", RUNNING_COLUMNS, (), _nothing, line_of, lambda line: line.name_of_case
)
KINDS: Mapping[FileKind, Kind[Any]] = {kind.word: kind for kind in (FARMS, BODIES, DAIRIES, RUNNING)}
