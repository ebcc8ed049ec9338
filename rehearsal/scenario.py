"""A scenario: what the register of a year looks like and what people do, read from its file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from rehearsal.course import Audits, Days, audits_of
from scheme.ids import BodyId
from scheme.language import Language
from scheme.register_line import BodyLine

SCENARIOS = Path(__file__).parent / "scenarios"
NO_BODY = "none"
_DUTCH_FROM = 20


@dataclass(frozen=True)
class Band:
    """First and last expiry date of a kind of farms, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class RegisterScenario:
    """What the register looks like on `clock`; shares of 1, keys in falling order of frequency.

    waiting, asked, later: the Flemish farms that chose in the round before, those whose certificate ends in
    this round's window, and the rest.
    """

    clock: date
    letters_on: date
    last_letters_on: date
    answer_days: int
    flemish_farms: int
    dutch_farms: int
    round_farms: int
    waiting_farms: int
    with_email: float
    eighteen_months: float
    chose_last_time: float
    languages: Mapping[Language, float]
    previous_body: Mapping[BodyId | None, float]
    waiting: Band
    asked: Band
    later: Band
    bodies: tuple[BodyLine, ...]

    @property
    def farms(self) -> int:
        """Farms in all."""
        return self.flemish_farms + self.dutch_farms


@dataclass(frozen=True)
class Habit:
    """How those reached one way answer; what soon, late and reminded leave of 1 never does. slip: else the code."""

    soon: float
    late: float
    reminded: float
    slip: float


@dataclass(frozen=True)
class People:
    """What people do with a letter of choice."""

    soon: Days
    late: Days
    reminded: Days
    hours: Days
    changes: float
    stops: float
    loyal: float
    body_weights: Mapping[BodyId, float]
    by_email: Habit
    by_paper: Habit


@dataclass(frozen=True)
class Scenario:
    """A year as the run gets it, without what is expected of it."""

    year: int
    register: RegisterScenario
    people: People
    audits: Audits


def scenario(name: str) -> Scenario:
    """The scenario of that name. Raises FileNotFoundError if there is none."""
    table = _table(name)
    return Scenario(table["year"], _register(table["register"]), _people(table["people"]), audits_of(table["audits"]))


def expected(name: str) -> Mapping[str, int | float]:
    """The report's figures by dotted key, for the comparing step alone."""
    chapters: Mapping[str, Mapping[str, int | float]] = _table(name)["expected"]
    return {f"{chapter}.{key}": value for chapter, figures in chapters.items() for key, value in figures.items()}


def scaled(whole: Scenario, farms: int) -> Scenario:
    """The same year with `farms` farms in all: each count in proportion, rounded; from 20 on one is Dutch at least."""
    register = whole.register
    dutch = round(register.dutch_farms * farms / register.farms)
    if farms >= _DUTCH_FROM:
        dutch = max(dutch, 1)
    smaller = replace(
        register,
        flemish_farms=farms - dutch,
        dutch_farms=dutch,
        round_farms=round(register.round_farms * farms / register.farms),
        waiting_farms=round(register.waiting_farms * farms / register.farms),
    )
    return replace(whole, register=smaller)


def asking(whole: Scenario, farms: int) -> Scenario:
    """The same year with a round of `farms` farms, and the register around it in proportion."""
    register = whole.register
    smaller = scaled(whole, round(register.farms * farms / register.round_farms))
    return replace(smaller, register=replace(smaller.register, round_farms=farms))


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((SCENARIOS / f"{name}.toml").read_text(encoding="utf-8"))


def _register(table: dict[str, Any]) -> RegisterScenario:
    table = dict(table)
    expiry = table.pop("expiry")
    languages = {Language(key): share for key, share in table.pop("languages").items()}
    shares = table.pop("previous_body").items()
    return RegisterScenario(
        **table | {"bodies": tuple(BodyLine(**body) for body in table["bodies"])},
        languages=languages,
        previous_body={None if key == NO_BODY else BodyId(key): share for key, share in shares},
        waiting=Band(*expiry["waiting"]),
        asked=Band(*expiry["round"]),
        later=Band(*expiry["later"]),
    )


def _people(table: dict[str, Any]) -> People:
    return People(
        soon=Days(*table["soon_days"]),
        late=Days(*table["late_days"]),
        reminded=Days(*table["reminded_days"]),
        hours=Days(*table["hours"]),
        changes=table["changes"],
        stops=table["stops"],
        loyal=table["loyal"],
        body_weights={BodyId(key): weight for key, weight in table["body_weights"].items()},
        by_email=Habit(**table["by_email"], slip=0),
        by_paper=Habit(**table["by_paper"]),
    )
