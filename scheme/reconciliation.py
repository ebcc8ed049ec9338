"""A spreadsheet beside the register: who stands only in one of them, and where the two differ."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from scheme.register import Kind, Line, Read
from scheme.register_line import stated
from scheme.register_report import differences
from scheme.register_rule import Problem


class Gap(StrEnum):
    """How the file and the register differ."""

    ONLY_THERE = "only-there"
    ONLY_HERE = "only-here"
    DIFFERS = "differs"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Discrepancy:
    """One difference. line: of the file, None for what it does not name; theirs: the file's value; ours: ours."""

    gap: Gap
    line: int | None
    key: str
    name: str
    column: str = ""
    theirs: str = ""
    ours: str = ""


def reconciled(kind: Kind[Line], read: Read[Line], ours: Mapping[str, Line]) -> tuple[Discrepancy, ...]:
    """All differences: first those of the file in its order, then what the file does not name.

    Only columns that the file has are compared. A line with a mistake is named with its value and our own.
    """
    found = [
        one
        for line, place in zip(read.lines, read.places, strict=True)
        for one in _beside(kind, kind.key_of(line), place, line, ours.get(kind.key_of(line)))
    ]
    found += [_unreadable(problem, read.keys.get(problem.line, ""), ours) for problem in read.problems]
    found.sort(key=lambda one: one.line or 0)
    named = set(read.keys.values())
    alone = (Discrepancy(Gap.ONLY_HERE, None, key, _name(line)) for key, line in ours.items() if key not in named)
    return (*found, *alone)


def _unreadable(problem: Problem, key: str, ours: Mapping[str, Line]) -> Discrepancy:
    line = ours.get(key)
    mine = "" if line is None or not hasattr(line, problem.column) else stated(line, (problem.column,))[problem.column]
    return Discrepancy(Gap.UNREADABLE, problem.line, key, _name(line), problem.column, problem.value, mine)


def _beside(kind: Kind[Line], key: str, place: int, theirs: Line, ours: Line | None) -> Iterator[Discrepancy]:
    if ours is None:
        yield Discrepancy(Gap.ONLY_THERE, place, key, _name(theirs))
        return
    for one in differences(kind, ours, theirs):
        yield Discrepancy(Gap.DIFFERS, place, key, _name(ours), one.column, theirs=one.after, ours=one.before)


def _name(line: object) -> str:
    return str(getattr(line, "name", ""))
