"""Bad weather: which part is killed, frozen, restarted or cut off, and when; the same for a seed.

Nothing here touches a process: rehearsal/striking.py does what a schedule says.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random


class Part(StrEnum):
    """A program of the house, by the name its supervisor gives it."""

    WORKER = "worker"
    WEB = "web"
    TEMPORAL = "temporal"
    POSTGRES = "postgres"
    MAILBOX = "mailbox"


class How(StrEnum):
    """What happens to a part. Cut: whoever speaks to it loses the connection and gets none for a while."""

    KILL = "kill"
    FREEZE = "freeze"
    RESTART = "restart"
    CUT = "cut"


@dataclass(frozen=True)
class Fault:
    """after: seconds from the beginning; seconds: how long it stays frozen or cut off, nought for the others."""

    after: float
    how: How
    part: Part
    seconds: float = 0.0


@dataclass(frozen=True)
class Weather:
    """How bad it gets: so many faults, the last at the latest after so many seconds.

    longest: a part stays frozen so long at most; a worker, beyond the heartbeat of what it does. rest: between two
    faults of one part, so that it is up again before it is struck again.
    """

    many: int = 5
    seconds: float = 20.0
    longest: float = 10.0
    longest_cut: float = 4.0
    rest: float = 6.0


# Nobody connects to a worker: there is nothing to cut.
POSSIBLE = tuple((how, part) for how in How for part in Part if (how, part) != (How.CUT, Part.WORKER))
SHORTEST = 1.0
# The first one strikes soon: while the letters go out.
FIRST = (0.2, 3.0)


def schedule(seed: int, weather: Weather | None = None) -> tuple[Fault, ...]:
    """The faults of a seed in their order; no part is struck while it still lies from the one before."""
    weather = weather or Weather()
    random = Random(f"faults:{seed}")
    found: list[Fault] = []
    for after in _moments(random, weather):
        possible = [(how, part) for how, part in POSSIBLE if _stands(part, after, found, weather)]
        if possible:
            how, part = random.choice(possible)
            found.append(Fault(after, how, part, _lasting(random, how, weather)))
    return tuple(found)


def _moments(random: Random, weather: Weather) -> Iterator[float]:
    yield round(random.uniform(*FIRST), 2)
    yield from sorted(_between(random, FIRST[1], weather.seconds) for _ in range(weather.many - 1))


def _between(random: Random, least: float, most: float) -> float:
    """To the hundredth, and never above the most."""
    return min(most, round(random.uniform(least, most), 2))


def _stands(part: Part, after: float, before: list[Fault], weather: Weather) -> bool:
    return all(one.part is not part or one.after + one.seconds + weather.rest <= after for one in before)


def _lasting(random: Random, how: How, weather: Weather) -> float:
    match how:
        case How.FREEZE:
            return _between(random, SHORTEST, weather.longest)
        case How.CUT:
            return _between(random, SHORTEST, weather.longest_cut)
        case _:
            return 0.0
