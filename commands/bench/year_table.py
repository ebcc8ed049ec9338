"""What `ikm bench audits` measured, for people and for programs."""

import os
import platform
from typing import Any

from rich.table import Table

from commands.bench.floors import Floor
from commands.bench.table import figures, spent, too_slow
from commands.bench.year_measured import Measured
from commands.say import say, stdout, tell

SAID = {
    "decided": "the audits, until the last decision",
    "rest": "the audits, until all papers are made and every workflow rests",
    "loop": "a plain loop, no Temporal, no pages",
    "bare": "bare workflows, one activity each",
    "empty": "our own traffic, empty",
}
SECONDS_A_MINUTE = 60


def told(measured: Measured, *, json: bool) -> None:
    """Show it as a table, or as one JSON object."""
    if json:
        tell(_json(measured))
    else:
        _tables(measured)
    too_slow(measured.failures)


def _json(measured: Measured) -> dict[str, Any]:
    ours = measured.year
    return {
        "farms": measured.farms,
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        **ours.papers,
        "requests": ours.requests,
        "requestsPerSecond": _requests_a_second(measured),
        "stages": dict(ours.stages),
        "decided": _by_minute(ours.decided),
        "rest": _by_minute(ours.rest),
        "memoryMiB": dict(ours.memory),
        "floors": {name: _by_minute(floor) for name, floor in measured.floors.items()},
        "ratios": measured.ratios,
        "ok": not measured.failures,
    }


def _by_minute(floor: Floor) -> dict[str, Any]:
    return {**figures(floor), "perMinute": round(floor.a_second * SECONDS_A_MINUTE, 1)}


def _requests_a_second(measured: Measured) -> float:
    return round(measured.year.requests / measured.year.decided.cost.seconds, 1)


def _tables(measured: Measured) -> None:
    ours = measured.year
    contestants = {"decided": ours.decided, "rest": ours.rest, **measured.floors}
    papers = ", ".join(f"{many} {name}" for name, many in ours.papers.items())
    speed = Table("", "what", "seconds", "a minute", "we are at", title=f"{measured.farms} audits: {papers}")
    for name, floor in contestants.items():
        a_minute = f"{floor.a_second * SECONDS_A_MINUTE:.1f}"
        speed.add_row(name, SAID[name], f"{floor.cost.seconds:.1f}", a_minute, str(measured.ratios.get(name, "")))
    stdout.print(speed)
    stages = ", ".join(f"{name} {seconds}" for name, seconds in ours.stages.items())
    say(f"{ours.requests} requests, {_requests_a_second(measured)} a second. Seconds: {stages}.")
    spent(contestants, ours.memory)
