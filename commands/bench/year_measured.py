"""What the measured audits of a year took, and whether that is too slow."""

from collections.abc import Mapping
from dataclasses import dataclass

from commands.bench.floors import Floor

AUDITS_TO_LOOP, AUDITS_TO_BARE = 0.03, 0.07


@dataclass(frozen=True)
class Year:
    """What our own audits took: until the last decision, and until all papers were made and every workflow rested.

    stages: seconds of what people did; papers: how many of each kind; requests: over HTTP.
    """

    decided: Floor
    rest: Floor
    stages: Mapping[str, float]
    papers: Mapping[str, int]
    requests: int
    memory: Mapping[str, float]


@dataclass(frozen=True)
class Measured:
    """One run. floors: by their names, none without."""

    farms: int
    year: Year
    floors: Mapping[str, Floor]

    @property
    def ratios(self) -> dict[str, float]:
        """Our audits a minute, to rest, to those of the floors."""
        return {name: round(self.year.rest.a_second / floor.a_second, 2) for name, floor in self.floors.items()}

    @property
    def failures(self) -> list[str]:
        """What is slower than accepted, in words."""
        accepted = {"loop": AUDITS_TO_LOOP, "bare": AUDITS_TO_BARE}
        names = {"loop": "the plain loop", "bare": "bare workflows"}
        return [
            f"audits at {self.ratios[name]} of {names[name]}; accepted is {least}"
            for name, least in accepted.items()
            if self.ratios.get(name, least) < least
        ]
