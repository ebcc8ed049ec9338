"""How the audits of a scenario go: shares, days, and what is found; dealt to farms from the seed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Any

from scheme.ids import FarmId, RequirementNumber
from scheme.lastenboek.outcome import Surroundings

STOPPED = "stopped"


@dataclass(frozen=True)
class Days:
    """First and last day after a letter or another event (or hour of the day), both included."""

    first: int
    last: int

    def drawn(self, random: Random) -> int:
        """One of them."""
        return random.randint(self.first, self.last)


class Answers(StrEnum):
    """When the farmer shows what was put right."""

    SOON = "soon"
    REMINDED = "reminded"
    NEVER = "never"


@dataclass(frozen=True)
class Course:
    """How an audit goes. lacking: requirements that are not met; returned: the first proof does not suffice."""

    name: str
    share: float
    lacking: tuple[RequirementNumber, ...]
    score: Days
    surroundings: Surroundings
    answers: Answers
    returned: bool

    @property
    def stops(self) -> bool:
        """Whether the farm stops between plan and visit."""
        return self.name == STOPPED


@dataclass(frozen=True)
class Audits:
    """What people do with an audit, in days; reminded: before the last day."""

    plan: Days
    visit: Days
    report: Days
    proof: Days
    reminded: Days
    judge: Days
    follow_up: Days
    decide: Days
    courses: tuple[Course, ...]


def audits_of(table: Mapping[str, Any]) -> Audits:
    """The section of a scenario."""
    names = ("plan", "visit", "report", "proof", "reminded", "judge", "follow_up", "decide")
    days = {name: Days(*table[f"{name}_days"]) for name in names}
    courses = tuple(_course(name, row, table["score"]) for name, row in table["courses"].items())
    return Audits(**days, courses=courses)


def dealt(farms: Iterable[FarmId], seed: int, audits: Audits) -> dict[FarmId, Course]:
    """A course for each farm by the shares, each course once at least where there are farms enough.

    What is left goes to the first course.
    """
    mixed = sorted(farms, key=lambda farm: (Random(f"{seed}:course:{farm}").random(), farm))
    first, *others = audits.courses
    least = 1 if len(mixed) > len(others) else 0
    rest = [course for course in others for _ in range(max(least, int(course.share * len(mixed) + 1e-9)))]
    return dict(zip(mixed, [*rest, *[first] * (len(mixed) - len(rest))], strict=False))


def _course(name: str, row: Mapping[str, Any], score: list[int]) -> Course:
    return Course(
        name=name,
        share=row["share"],
        lacking=tuple(map(RequirementNumber, row.get("lacking", ()))),
        score=Days(*row.get("score", score)),
        surroundings=Surroundings(row.get("surroundings", "good")),
        answers=Answers(row.get("answers", "soon")),
        returned=row.get("returned", False),
    )
