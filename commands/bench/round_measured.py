"""What a measured round took, and whether that is too slow."""

from collections.abc import Mapping
from dataclasses import dataclass

from commands.bench.floors import Floor

LETTERS_TO_LOOP, REST_SECONDS, REST_FARMS = 0.6, 60, 982


@dataclass(frozen=True)
class Round:
    """What our own round took: until the last letter was out and noted, and until every case's workflow rested."""

    letters: Floor
    rest: Floor
    mailed: int
    memory: Mapping[str, float]


@dataclass(frozen=True)
class Measured:
    """One run. floors: by their names, none without."""

    farms: int
    round: Round
    floors: Mapping[str, Floor]

    @property
    def ratios(self) -> dict[str, float]:
        """Our letters a second to those of the floors, and our farms at rest to those of empty traffic."""
        ours = {"loop": self.round.letters, "bare": self.round.letters, "empty": self.round.rest}
        return {name: round(ours[name].a_second / floor.a_second, 2) for name, floor in self.floors.items()}

    @property
    def failures(self) -> list[str]:
        """What is slower than accepted, in words."""
        found = []
        if self.ratios.get("loop", 1) < LETTERS_TO_LOOP:
            found.append(f"letters at {self.ratios['loop']} of the plain loop; accepted is {LETTERS_TO_LOOP}")
        if self.ratios.get("bare", 2) <= 1:
            found.append(f"letters at {self.ratios['bare']} of bare workflows; accepted is above 1")
        accepted = REST_SECONDS * max(1, self.farms / REST_FARMS)
        if self.round.rest.cost.seconds > accepted:
            found.append(f"at rest after {self.round.rest.cost.seconds:.1f} s; accepted are {accepted:.0f}")
        return found
