"""What a register file would do, line by line: added, changed (before and after), unchanged, refused."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from scheme.register import FileKind, Kind, Line, Read
from scheme.register_line import stated
from scheme.register_meant import ReadAs
from scheme.register_rule import Problem


class Effect(StrEnum):
    """What becomes of a line."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Difference:
    """One column of a line: what the register has, and what the file states."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One line of the file. key: what it is known by; name: for the reader; differences: of a changed line."""

    line: int
    key: str
    name: str
    effect: Effect
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class Report:
    """What the file would do. problems: with one of them it does nothing; left_out: its columns that are not ours.

    read_as: values that were read otherwise than they stand.
    """

    kind: FileKind
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    left_out: tuple[str, ...] = ()
    read_as: tuple[ReadAs, ...] = ()

    def count(self, effect: Effect) -> int:
        """How many lines come to that."""
        return self.counts.get(effect, 0)

    @property
    def counts(self) -> Mapping[Effect, int]:
        """How many lines come to what; a refused line counts once, however many mistakes it has."""
        refused = {problem.line for problem in self.problems}
        many = Counter(entry.effect for entry in self.entries)
        return {**many, Effect.REFUSED: len(refused)}


def report(
    kind: Kind[Line],
    read: Read[Line],
    before: Mapping[str, Line],
    left_out: tuple[str, ...] = (),
    read_as: tuple[ReadAs, ...] = (),
) -> Report:
    """What the lines would do to what the register has by key."""
    wrong = {problem.line for problem in read.problems}
    entries = tuple(
        _entry(kind, line, place, before.get(kind.key_of(line)))
        for line, place in zip(read.lines, read.places, strict=True)
        if place not in wrong
    )
    return Report(kind.word, entries, read.problems, left_out, read_as)


def differences(kind: Kind[Line], before: Line, after: Line) -> tuple[Difference, ...]:
    """The columns in which two lines differ, as text."""
    first, second = stated(before, kind.names), stated(after, kind.names)
    return tuple(Difference(name, first[name], second[name]) for name in kind.names if first[name] != second[name])


def _entry(kind: Kind[Line], line: Line, place: int, there: Line | None) -> Entry:
    key, name = kind.key_of(line), str(getattr(line, "name", ""))
    if there is None:
        return Entry(place, key, name, Effect.ADDED)
    if line == there:
        return Entry(place, key, name, Effect.UNCHANGED)
    return Entry(place, key, name, Effect.CHANGED, differences(kind, there, line))
