"""The file of running cases: what ran when the house began, one row for each matter (domain.md §1.3, §2, §4).

Read whole, or every mistake in it named. A row that the rows of the system tell already changes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from scheme.choice_round import Body, recognised
from scheme.days import add_days
from scheme.ids import BodyId
from scheme.matter_kind import MatterKind, last_day
from scheme.register import Read
from scheme.register_column import broken
from scheme.register_file import Row, Table, rows
from scheme.register_rule import ColumnRule, Problem
from scheme.rules import Setting, rules_on, terms_on
from scheme.running_column import ASKS, COLUMNS, OPTIONAL, RunningKind
from scheme.running_line import Key, RunningLine, line_of


@dataclass(frozen=True)
class KnownFarm:
    """A farm of the register. last_audit: what is known of it, as the columns of a row say it."""

    takes_part: bool
    expires_on: date | None
    previous_body: BodyId | None = None
    last_audit: tuple[object, ...] = ()


@dataclass(frozen=True)
class KnownCase:
    """A case that the system has. facts: what a row says that tells of this one; due_on: as it was taken over."""

    open: bool
    facts: tuple[object, ...]
    due_on: date | None = None


@dataclass(frozen=True)
class Known:
    """What the system knows when the file is read. today: in Brussels."""

    today: date
    farms: Mapping[str, KnownFarm]
    bodies: Sequence[Body]
    settings: Sequence[Setting]
    cases: Mapping[Key, Sequence[KnownCase]]


@dataclass(frozen=True)
class ReadRunning:
    """What the file holds. told: lines that the system says already, by their names."""

    read: Read[RunningLine]
    told: Mapping[str, RunningLine]

    @property
    def new(self) -> tuple[RunningLine, ...]:
        """Lines that open a case, or say another last audit."""
        return tuple(line for line in self.read.lines if line.name_of_case not in self.told)


def read_running(found: Table, known: Known, mapping: Mapping[str, str] | None = None) -> ReadRunning:
    """The rows of the file against what the system knows."""
    given = rows(found, COLUMNS, mapping)
    problems, lines, places = list(given.problems), list[RunningLine](), list[int]()
    seen = set[Key]()
    for row in given.rows:
        mistakes = [*_column_problems(row)] or [*_kind_problems(row)] or [*_problems(row, line_of(row.values), known)]
        if mistakes:
            problems.extend(mistakes)
            continue
        line = line_of(row.values)
        if line.key in seen:
            problems.append(Problem(row.line, "kind", line.kind.value, ColumnRule.DOUBLE_MATTER))
        seen.add(line.key)
        lines.append(line)
        places.append(row.line)
    names = {place: line.name_of_case for place, line in zip(places, lines, strict=True)}
    read = Read(tuple(lines), tuple(problems), tuple(places), given.stated, names)
    return ReadRunning(read, {line.name_of_case: line for line in lines if told(line, known)})


def told(line: RunningLine, known: Known) -> bool:
    """Whether the system says the same already."""
    if line.kind is RunningKind.LAST_AUDIT:
        return known.farms[line.farm_id].last_audit == facts_of(line)
    return any(_same(line, case) for case in known.cases.get(line.key, ()))


def facts_of(line: RunningLine) -> tuple[object, ...]:
    """What makes the row tell of one case and no other."""
    match line.kind:
        case RunningKind.CHOICE:
            return (line.began_on,)
        case RunningKind.CHOICE_MADE:
            return (line.began_on, line.body)
        case RunningKind.LAST_AUDIT:
            return (line.began_on, line.edition, line.hygiene, line.findings)
        case RunningKind.AUDIT_COUNT:
            return (line.count,)
        case _:
            return (line.began_on, line.body, line.grade)


def due_on(line: RunningLine, known: Known) -> date:
    """The last day: as the row says, else as the rulebook of the day it began says."""
    if line.due_on is not None:
        return line.due_on
    if line.kind is RunningKind.CHOICE:
        return add_days(line.began_on, rules_on(line.began_on, known.settings).choice_answer_days)
    terms = terms_on(line.began_on, known.settings)
    expires_on = known.farms[line.farm_id].expires_on
    found = last_day(MatterKind(line.kind.value), line.began_on, terms, grade=line.grade, expires_on=expires_on)
    if found is None:
        raise ValueError(line.kind)
    return found


def _same(line: RunningLine, case: KnownCase) -> bool:
    due_on = case.due_on if line.due_on is None else line.due_on
    return case.facts == facts_of(line) and case.due_on in {None, due_on}


def _column_problems(row: Row) -> Iterator[Problem]:
    for column in COLUMNS:
        if (rule := broken(column, row.values[column.name], None)) is not None:
            yield Problem(row.line, column.name, row.values[column.name], rule)


def _kind_problems(row: Row) -> Iterator[Problem]:
    asks = ASKS[RunningKind(row.values["kind"])]
    for name in OPTIONAL:
        value = row.values[name]
        if name in asks.needs and not value:
            yield Problem(row.line, name, "", ColumnRule.REQUIRED)
        if value and name not in asks.needs | asks.may_have:
            yield Problem(row.line, name, value, ColumnRule.NOT_FOR_KIND)


def _problems(row: Row, line: RunningLine, known: Known) -> Iterator[Problem]:
    if line.kind is RunningKind.AUDIT_COUNT:
        yield from _day_problems(row, line, known)
        if line.key in known.cases and not told(line, known):
            yield Problem(row.line, "count", row.values["count"], ColumnRule.COUNT_KNOWN)
        return
    farm = known.farms.get(line.farm_id)
    if farm is None or not farm.takes_part:
        rule = ColumnRule.UNKNOWN_FARM if farm is None else ColumnRule.STOPPED_FARM
        yield Problem(row.line, "farm_id", line.farm_id, rule)
        return
    if line.body is not None and line.body not in {body.body_id for body in known.bodies}:
        yield Problem(row.line, "body", line.body, ColumnRule.UNKNOWN_BODY)
        return
    mistakes = [*_day_problems(row, line, known)]
    yield from mistakes
    if not mistakes and not told(line, known):
        if line.kind is RunningKind.CHOICE:
            yield from _choice_problems(row, line, known)
        if line.kind is RunningKind.CHOICE_MADE and line.body not in _recognised_then(line, known):
            yield Problem(row.line, "body", row.values["body"], ColumnRule.NOT_RECOGNISED_THEN)
        if any(case.open for case in known.cases.get(line.key, ())):
            yield Problem(row.line, "kind", line.kind.value, ColumnRule.RUNS_ALREADY)


def _recognised_then(line: RunningLine, known: Known) -> set[BodyId]:
    return {body.body_id for body in known.bodies if body.had_recognition_on(line.began_on)}


def _day_problems(row: Row, line: RunningLine, known: Known) -> Iterator[Problem]:
    for name in ("began_on", "reminded_on", "answered_on", "due_on"):
        found: date | None = getattr(line, name)
        if found is not None and found < line.began_on:
            yield Problem(row.line, name, row.values[name], ColumnRule.ENDS_TOO_EARLY)
        elif found is not None and found > known.today and name != "due_on":
            yield Problem(row.line, name, row.values[name], ColumnRule.NOT_YET)


def _choice_problems(row: Row, line: RunningLine, known: Known) -> Iterator[Problem]:
    offered = recognised(known.bodies, line.began_on)
    if due_on(line, known) < known.today:
        yield Problem(row.line, "due_on", row.values["due_on"], ColumnRule.ANSWER_OVER)
    if not offered:
        yield Problem(row.line, "began_on", row.values["began_on"], ColumnRule.NOT_RECOGNISED_THEN)
    elif line.body is not None and line.body not in offered:
        yield Problem(row.line, "body", line.body, ColumnRule.NOT_RECOGNISED_THEN)
    if (line.body is None) is not (line.answered_on is None):
        missing = "body" if line.body is None else "answered_on"
        yield Problem(row.line, missing, "", ColumnRule.REQUIRED)
