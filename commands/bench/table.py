"""How a bench tells its contestants: as figures for programs, and where the time of the processors went."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.table import Table

from commands.bench.cost import Cost
from commands.say import say, stdout

if TYPE_CHECKING:
    from commands.bench.floors import Floor


def figures(floor: "Floor") -> dict[str, Any]:
    """For programs; each: of its letters, farms or audits."""
    return {
        "seconds": round(floor.cost.seconds, 2),
        "perSecond": round(floor.a_second, 1),
        "cpuSeconds": dict(floor.cost.parts),
        "cpuMsEach": round(1000 * sum(floor.cost.parts.values()) / floor.many, 1),
        "othersShare": floor.cost.others,
    }


def too_slow(failures: Sequence[str]) -> None:
    """Say what is slower than accepted."""
    for failure in failures:
        say(f"Slower than accepted: {failure}.", "bold red")


def spent(contestants: Mapping[str, "Floor"], memory: Mapping[str, float]) -> None:
    """Seconds of the processors by part, and memory at most."""
    parts = {name: _short(floor.cost) for name, floor in contestants.items()}
    table = Table("", *parts, title="Where the time goes: seconds of the processors")
    for part in dict.fromkeys(part for costs in parts.values() for part in costs):
        table.add_row(part, *(f"{costs.get(part, 0):.1f}" for costs in parts.values()))
    table.add_row("other programs", *(f"{floor.cost.others:.0%}" for floor in contestants.values()))
    stdout.print(table)
    most = ", ".join(f"{name} {mib:.0f}" for name, mib in memory.items())
    say(f"Memory at most, in MiB: {most}.")


def _short(cost: Cost) -> Mapping[str, float]:
    """By part, the floors' own processes together."""
    floor = sum(spent for name, spent in cost.parts.items() if name.startswith("floor-"))
    named = {name: spent for name, spent in cost.parts.items() if not name.startswith("floor-")}
    return named | ({"the floor itself": floor} if floor else {})
