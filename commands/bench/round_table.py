"""What `ikm bench choice-round` measured, for people and for programs."""

import os
import platform
from typing import Any

from rich.table import Table

from commands.bench.round_measured import Measured
from commands.bench.table import figures, spent, too_slow
from commands.say import stdout, tell

SAID = {
    "letters": "the round, until the last letter is out and noted",
    "rest": "the round, until every workflow rests",
    "loop": "a plain loop, no Temporal",
    "bare": "bare workflows, one activity each",
    "empty": "our own traffic, empty",
}


def told(measured: Measured, *, json: bool) -> None:
    """Show it as a table, or as one JSON object."""
    if json:
        tell(_json(measured))
    else:
        _tables(measured)
    too_slow(measured.failures)


def _json(measured: Measured) -> dict[str, Any]:
    ours = measured.round
    return {
        "farms": measured.farms,
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "mailed": ours.mailed,
        "letters": figures(ours.letters),
        "rest": figures(ours.rest),
        "memoryMiB": dict(ours.memory),
        "floors": {name: figures(floor) for name, floor in measured.floors.items()},
        "ratios": measured.ratios,
        "ok": not measured.failures,
    }


def _tables(measured: Measured) -> None:
    ours = measured.round
    contestants = {"letters": ours.letters, "rest": ours.rest, **measured.floors}
    paper = measured.farms - ours.mailed
    title = f"{measured.farms} farms, {ours.mailed} letters mailed, {paper} ready to print, {os.cpu_count()} cores"
    speed = Table("", "what", "seconds", "a second", "we are at", title=title)
    for name, floor in contestants.items():
        ratio = measured.ratios.get(name, "")
        speed.add_row(name, SAID[name], f"{floor.cost.seconds:.1f}", f"{floor.a_second:.1f}", str(ratio))
    stdout.print(speed)
    spent(contestants, ours.memory)
