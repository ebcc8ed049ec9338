"""What `ikm bench choice-round` measured, for people and for programs."""

import os
import platform
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.table import Table

from commands.bench_cost import Cost
from commands.say import say, stdout, tell

if TYPE_CHECKING:
    from commands.bench_floors import Floor
    from commands.bench_round import Measured

SAID = {
    "letters": "the round, until the last letter is out and noted",
    "rest": "the round, until every workflow rests",
    "loop": "a plain loop, no Temporal",
    "bare": "bare workflows, one activity each",
    "empty": "our own traffic, empty",
}


def told(measured: "Measured", *, json: bool) -> None:
    """Show it as a table, or as one JSON object."""
    if json:
        tell(_json(measured))
    else:
        _tables(measured)
    for failure in measured.failures:
        say(f"Slower than accepted: {failure}.", "bold red")


def _json(measured: "Measured") -> dict[str, Any]:
    ours = measured.round
    return {
        "farms": measured.farms,
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "mailed": ours.mailed,
        "letters": _figures(ours.letters),
        "rest": _figures(ours.rest),
        "memoryMiB": dict(ours.memory),
        "floors": {name: _figures(floor) for name, floor in measured.floors.items()},
        "ratios": measured.ratios,
        "ok": not measured.failures,
    }


def _figures(floor: "Floor") -> dict[str, Any]:
    return {
        "seconds": round(floor.cost.seconds, 2),
        "perSecond": round(floor.a_second, 1),
        "cpuSeconds": dict(floor.cost.parts),
        "cpuMsEach": round(1000 * sum(floor.cost.parts.values()) / floor.many, 1),
        "othersShare": floor.cost.others,
    }


def _tables(measured: "Measured") -> None:
    ours = measured.round
    contestants = {"letters": ours.letters, "rest": ours.rest, **measured.floors}
    paper = measured.farms - ours.mailed
    title = f"{measured.farms} farms, {ours.mailed} letters mailed, {paper} ready to print, {os.cpu_count()} cores"
    speed = Table("", "what", "seconds", "a second", "we are at", title=title)
    for name, floor in contestants.items():
        ratio = measured.ratios.get(name, "")
        speed.add_row(name, SAID[name], f"{floor.cost.seconds:.1f}", f"{floor.a_second:.1f}", str(ratio))
    stdout.print(speed)
    parts = {name: _short(floor.cost) for name, floor in contestants.items()}
    spent = Table("", *parts, title="Where the time goes: seconds of the processors")
    for part in dict.fromkeys(part for costs in parts.values() for part in costs):
        spent.add_row(part, *(f"{costs.get(part, 0):.1f}" for costs in parts.values()))
    spent.add_row("other programs", *(f"{floor.cost.others:.0%}" for floor in contestants.values()))
    stdout.print(spent)
    most = ", ".join(f"{name} {mib:.0f}" for name, mib in ours.memory.items())
    say(f"Memory at most, in MiB: {most}.")


def _short(cost: Cost) -> Mapping[str, float]:
    """Seconds of the processors by part, the floors' own processes together."""
    floor = sum(spent for name, spent in cost.parts.items() if name.startswith("floor-"))
    named = {name: spent for name, spent in cost.parts.items() if not name.startswith("floor-")}
    return named | ({"the floor itself": floor} if floor else {})
