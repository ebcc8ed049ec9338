"""Values that spreadsheets write otherwise than we do and that can mean one thing only: read so, and told.

The rules of the columns themselves stay as strict as they are: docs/decisions/0016.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from scheme.choice_round import Country
from scheme.register_column import Column, broken, digits, is_day
from scheme.register_file import Table

_DAY_FIRST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})", re.ASCII)
_NINE_DIGITS = re.compile(r"(BE ?)?\d{3}\.?\d{3}\.?\d{3}", re.ASCII)
_MONTHS = 12


@dataclass(frozen=True)
class ReadAs:
    """A value that is read otherwise than it stands. column: our name; value: as the file has it."""

    line: int
    column: str
    value: str
    read_as: str


@dataclass(frozen=True)
class Meant:
    """The table as it was meant, and each value of it that stood otherwise in the file."""

    table: Table
    read_as: tuple[ReadAs, ...] = ()


@dataclass(frozen=True)
class _Way:
    """How the values at one place of every line are read; `turned` leaves what it does not know."""

    place: int
    column: Column
    turned: Callable[[str, Country | None], str]


def meant(found: Table, columns: Sequence[Column], mapping: Mapping[str, str] | None = None) -> Meant:
    """Days written day/month/year, and Belgian enterprise numbers without their first 0.

    mapping: our column by the file's own name for it.
    """
    names = [(mapping or {}).get(name, name) for name in found.header]
    ways = tuple(_ways(found, names, columns))
    country = names.index("country") if "country" in names else None
    records, told = [], []
    for line, fields in found.records:
        values, where = list(fields), _country(fields, country)
        for way, other in _otherwise(fields, ways, where):
            told.append(ReadAs(line, way.column.name, values[way.place], other))
            values[way.place] = other
        records.append((line, tuple(values)))
    return Meant(replace(found, records=tuple(records)), tuple(told))


def _ways(found: Table, names: Sequence[str], columns: Sequence[Column]) -> Iterator[_Way]:
    named = {column.name: column for column in columns}
    ours = [(place, named[name]) for place, name in enumerate(names) if name in named]
    sure = not _months_first(found, [place for place, column in ours if is_day(column)])
    for place, column in ours:
        if is_day(column) and sure:
            yield _Way(place, column, _year_first)
        elif column.name == "enterprise_number":
            yield _Way(place, column, _with_zero)


def _otherwise(fields: Sequence[str], ways: Sequence[_Way], country: Country | None) -> Iterator[tuple[_Way, str]]:
    """What stands otherwise in a line and, read so, breaks no rule of its column."""
    for way in ways:
        value = fields[way.place] if way.place < len(fields) else ""
        other = way.turned(value, country)
        if other != value and broken(way.column, other, country) is None:
            yield way, other


def _year_first(value: str, _country: Country | None) -> str:
    shape = _DAY_FIRST.fullmatch(value)
    return value if shape is None else f"{shape[4]}-{int(shape[3]):02}-{int(shape[1]):02}"


def _with_zero(value: str, country: Country | None) -> str:
    lost = country is Country.BE and _NINE_DIGITS.fullmatch(value)
    return f"0{digits(value)}" if lost else value


def _months_first(found: Table, days: Sequence[int]) -> bool:
    """Whether a day stands there that only a calendar with the month first has: then none of them is sure."""
    written = (fields[place] for _, fields in found.records for place in days if place < len(fields))
    shapes = (_DAY_FIRST.fullmatch(value) for value in written)
    return any(shape is not None and int(shape[3]) > _MONTHS for shape in shapes)


def _country(fields: Sequence[str], place: int | None) -> Country | None:
    given = fields[place] if place is not None and place < len(fields) else ""
    return next((country for country in Country if country == given), None)
