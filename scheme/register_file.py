"""A register file as a table: its separator, header and rows, before anything in them is judged."""

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from scheme.cell import unguarded
from scheme.register_column import Column, digits
from scheme.register_rule import ColumnRule, Problem

_BYTE_ORDER_MARK = "\ufeff"
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
# A letter with an accent, as UTF-8 writes it: a file that has one was meant as UTF-8.
_UTF_8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
_SEPARATORS = ";,\t"
MOST_LINES = 100_000
# Numbers that are the same with or without the signs between their digits.
NUMBERS = frozenset({"enterprise_number", "establishment_unit"})


@dataclass(frozen=True)
class Table:
    """A file's header and records, each with the line on which it begins; problems of the file as a whole."""

    header: tuple[str, ...] = ()
    records: tuple[tuple[int, tuple[str, ...]], ...] = ()
    problems: tuple[Problem, ...] = ()
    line: int = 1


@dataclass(frozen=True)
class Row:
    """One line of a file: where it begins, and its values by column, without the blanks around them."""

    line: int
    values: Mapping[str, str]


@dataclass(frozen=True)
class Unique:
    """Columns that together stand on one line only. taken: the rule when a line outside the file has them."""

    columns: tuple[str, ...]
    rule: ColumnRule
    taken: ColumnRule

    def of(self, values: Mapping[str, str]) -> tuple[str, ...] | None:
        """What must be unique in these values, None where the first is empty."""
        found = tuple(digits(values[name]) if name in NUMBERS else values[name] for name in self.columns)
        return found if found[0] else None


@dataclass(frozen=True)
class Rows:
    """The lines below the header. stated: our columns that the file has; problems: what is wrong with the file."""

    rows: tuple[Row, ...] = ()
    stated: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = field(default=())


def text_of(content: bytes) -> str | Problem:
    """The file's text: UTF-8, UTF-16 with its mark, or Windows-1252 as Excel writes it; or where it is none."""
    try:
        return content.decode("utf-16" if content.startswith(_WIDE_MARKS) else "utf-8")
    except UnicodeDecodeError as error:
        return _western(content) or Problem(content.count(b"\n", 0, error.start) + 1, "", "", ColumnRule.NOT_UTF_8)


def table_of(text: str) -> Table:
    """The table that CSV text holds, separated by `;`, `,` or tabs; lines without any value are passed over."""
    tidy = text.removeprefix(_BYTE_ORDER_MARK)
    separator = _separator(tidy)
    reader = csv.reader(io.StringIO(tidy, newline=""), delimiter=separator, strict=True)
    records, began = [], 1
    problems: tuple[Problem, ...] = ()
    try:
        for fields in reader:
            values = tuple(unguarded(value.strip(" ")) for value in fields)
            if any(values):
                records.append((began, values))
            began = reader.line_num + 1
    except csv.Error:
        problems = (Problem(began, "", "", ColumnRule.BROKEN_QUOTES),)
    return table(records, problems)


def table(records: Sequence[tuple[int, tuple[str, ...]]], problems: tuple[Problem, ...] = ()) -> Table:
    """The table whose first record is its header."""
    if len(records) > MOST_LINES:
        return Table(problems=(Problem(records[MOST_LINES][0], "", "", ColumnRule.TOO_MANY_LINES),))
    if not records:
        return Table(problems=problems or (Problem(1, "", "", ColumnRule.NO_LINES),))
    line, header = records[0]
    return Table(tuple(name.replace("\0", "") for name in header), tuple(records[1:]), problems, line)


def rows(found: Table, columns: Sequence[Column], mapping: Mapping[str, str] | None = None) -> Rows:
    """The rows below the header, in our columns.

    mapping: our column by the file's own name for it, empty for one that is left out; names that it does not have
    are ours already. A required column must stand in the header; another that is missing leaves what it is about.
    """
    named = [(mapping or {}).get(name, name) for name in found.header]
    wrong = _header_problems(found, named, columns) if found.header else ()
    if any(problem.rule is not ColumnRule.UNKNOWN_COLUMN for problem in wrong):
        return Rows(problems=wrong)
    # What an unknown column holds cannot be judged; all the rest of the line is.
    unknown = {problem.column for problem in wrong}
    named = ["" if name in unknown else name for name in named]
    kept, problems = [], [*wrong, *found.problems]
    empty = dict.fromkeys((column.name for column in columns), "")
    for line, fields in found.records:
        if len(fields) == len(named):
            given = {name: value for name, value in zip(named, fields, strict=True) if name}
            kept.append(Row(line, {**empty, **given}))
        else:
            problems.append(Problem(line, "", "", ColumnRule.VALUE_COUNT))
    return Rows(tuple(kept), frozenset(named) - {""}, tuple(problems))


def doubles(found: Iterable[Row], unique: Iterable[Unique]) -> tuple[Problem, ...]:
    """Values that an earlier row has already, also where that row has other mistakes."""
    seen: set[tuple[Unique, tuple[str, ...]]] = set()
    problems = []
    for row in found:
        for one in unique:
            key = one.of(row.values)
            if key is None:
                continue
            if (one, key) in seen:
                problems.append(Problem(row.line, one.columns[0], row.values[one.columns[0]], one.rule))
            seen.add((one, key))
    return tuple(problems)


def taken(found: Iterable[Row], others: Iterable[Mapping[str, str]], unique: Iterable[Unique]) -> tuple[Problem, ...]:
    """Values that belong already to somebody whom the file does not name. others: their values."""
    theirs = list(others)
    owned = [(one, {one.of(values) for values in theirs}) for one in unique]
    return tuple(
        Problem(row.line, one.columns[0], row.values[one.columns[0]], one.taken)
        for row in found
        for one, owners in owned
        if (key := one.of(row.values)) is not None and key in owners
    )


def written(lines: Iterable[object], columns: Sequence[Column]) -> str:
    """The lines as a file with `;` and LF that reads back to the same lines."""
    names = [column.name for column in columns]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(names)
    writer.writerows([getattr(line, name) for name in names] for line in lines)
    return out.getvalue()


def _western(content: bytes) -> str | None:
    if content.startswith(_WIDE_MARKS) or _UTF_8_LETTER.search(content):
        return None
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        return None


def _separator(text: str) -> str:
    header = text.lstrip().partition("\n")[0]
    return max(_SEPARATORS, key=header.count)


def _header_problems(found: Table, named: Collection[str], columns: Sequence[Column]) -> tuple[Problem, ...]:
    names, line = [column.name for column in columns], found.line
    given = zip(found.header, named, strict=True)
    unknown = [Problem(line, name, "", ColumnRule.UNKNOWN_COLUMN) for name, ours in given if ours and ours not in names]
    missing = [
        Problem(line, column.name, "", ColumnRule.MISSING_COLUMN)
        for column in columns
        if column.required and column.name not in named
    ]
    twice = [name for name in names if list(named).count(name) > 1]
    return (*unknown, *missing, *(Problem(line, name, "", ColumnRule.DOUBLE_COLUMN) for name in twice))
