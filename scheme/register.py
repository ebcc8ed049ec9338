"""The register files, farms and inspection bodies: read whole, or every mistake in them named.

CSV with `;` or `,`, UTF-8 with or without a byte order mark. Blanks around a value are dropped and an
enterprise number is kept as its digits; nothing else is changed.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from scheme.choice_round import Country
from scheme.ids import BodyId, FarmId
from scheme.language import Language
from scheme.register_column import BODY_COLUMNS, COLUMNS, Column, broken, day, digits
from scheme.register_file import Row, check_file, rows
from scheme.register_rule import ColumnRule, Problem

UNIQUE: Mapping[str, ColumnRule] = {
    "farm_id": ColumnRule.DOUBLE_FARM,
    "enterprise_number": ColumnRule.DOUBLE_ENTERPRISE,
    "certificate_number": ColumnRule.DOUBLE_CERTIFICATE,
}
UNIQUE_BODY: Mapping[str, ColumnRule] = {"body_id": ColumnRule.DOUBLE_BODY}


@dataclass(frozen=True)
class FarmLine:
    """A farm as the register file states it, fields in the order of COLUMNS.

    inspection_body: who did the last audit; email None: letters go on paper.
    """

    farm_id: FarmId
    name: str
    holder: str
    street: str
    postcode: str
    city: str
    country: Country
    language: Language
    email: str | None
    phone: str | None
    enterprise_number: str | None
    herd_number: str | None
    certificate_number: str | None
    certificate_from: date | None
    expires_on: date | None
    inspection_body: BodyId | None
    choice_made_on: date | None


@dataclass(frozen=True)
class BodyLine:
    """An inspection body and the days on which it is recognised, both included."""

    body_id: BodyId
    name: str
    recognised_from: date
    recognised_until: date


Line = TypeVar("Line", bound=FarmLine | BodyLine)
Problems = tuple[Problem, ...]


@dataclass(frozen=True)
class Read(Generic[Line]):
    """What a file holds. lines: those without a mistake of their own; a file with problems is not imported."""

    lines: tuple[Line, ...]
    problems: Problems


def read_farms(text: str, known_bodies: Collection[str]) -> Read[FarmLine]:
    """The farms of a file. known_bodies: ids that `inspection_body` may name."""
    return _read(text, COLUMNS, UNIQUE, lambda row: parse_line(row, known_bodies))


def read_bodies(text: str) -> Read[BodyLine]:
    """The inspection bodies of a file."""
    return _read(text, BODY_COLUMNS, UNIQUE_BODY, parse_body)


def parse_line(row: Row, known_bodies: Collection[str]) -> FarmLine | Problems:
    """The farm of a row, or all that is wrong in it."""
    problems = (
        *_column_problems(row, COLUMNS),
        *_days_in_order(row, "certificate_from", "expires_on"),
        *_last_day_given(row),
        *_body_known(row, known_bodies),
    )
    return problems or _farm(row.values)


def parse_body(row: Row) -> BodyLine | Problems:
    """The inspection body of a row, or all that is wrong in it."""
    problems = (*_column_problems(row, BODY_COLUMNS), *_days_in_order(row, "recognised_from", "recognised_until"))
    return problems or _body(row.values)


def _read(
    text: str, columns: Sequence[Column], unique: Mapping[str, ColumnRule], parse: Callable[[Row], Line | Problems]
) -> Read[Line]:
    found, wrong = rows(text, columns)
    problems = [*wrong, *check_file(found, unique)]
    lines: list[Line] = []
    for row in found:
        parsed = parse(row)
        if isinstance(parsed, tuple):
            problems.extend(parsed)
        else:
            lines.append(parsed)
    return Read(tuple(lines), tuple(sorted(problems, key=lambda problem: problem.line)))


def _column_problems(row: Row, columns: Sequence[Column]) -> Iterator[Problem]:
    country = next((country for country in Country if country == row.values.get("country")), None)
    for column in columns:
        value = row.values[column.name]
        if (rule := broken(column, value, country)) is not None:
            yield Problem(row.line, column.name, value, rule)


def _days_in_order(row: Row, first: str, last: str) -> Iterator[Problem]:
    begins, ends = day(row.values[first]), day(row.values[last])
    if begins is not None and ends is not None and ends < begins:
        yield Problem(row.line, last, row.values[last], ColumnRule.ENDS_TOO_EARLY)


def _last_day_given(row: Row) -> Iterator[Problem]:
    # Without its last day the certificate would enter no round of choices, and nobody would notice.
    if (row.values["certificate_number"] or row.values["certificate_from"]) and not row.values["expires_on"]:
        yield Problem(row.line, "expires_on", "", ColumnRule.NO_LAST_DAY)


def _body_known(row: Row, known_bodies: Collection[str]) -> Iterator[Problem]:
    column = next(column for column in COLUMNS if column.name == "inspection_body")
    value = row.values[column.name]
    if value and value not in known_bodies and broken(column, value, None) is None:
        yield Problem(row.line, column.name, value, ColumnRule.UNKNOWN_BODY)


def _farm(values: Mapping[str, str]) -> FarmLine:
    return FarmLine(
        farm_id=FarmId(values["farm_id"]),
        name=values["name"],
        holder=values["holder"],
        street=values["street"],
        postcode=values["postcode"],
        city=values["city"],
        country=Country(values["country"]),
        language=Language(values["language"]),
        email=values["email"] or None,
        phone=values["phone"] or None,
        enterprise_number=digits(values["enterprise_number"]) or None,
        herd_number=values["herd_number"] or None,
        certificate_number=values["certificate_number"] or None,
        certificate_from=day(values["certificate_from"]),
        expires_on=day(values["expires_on"]),
        inspection_body=BodyId(values["inspection_body"]) if values["inspection_body"] else None,
        choice_made_on=day(values["choice_made_on"]),
    )


def _body(values: Mapping[str, str]) -> BodyLine:
    return BodyLine(
        body_id=BodyId(values["body_id"]),
        name=values["name"],
        recognised_from=date.fromisoformat(values["recognised_from"]),
        recognised_until=date.fromisoformat(values["recognised_until"]),
    )
