"""What processes cost, read where Linux keeps it (/proc): seconds of the processors, memory at its most."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")
# The worker's children are the pool that typesets.
WORKER, TYPST, OURSELVES = "worker", "typst", "bench"


@dataclass(frozen=True)
class Meter:
    """What was spent until now. parts: seconds of the processors by name; busy: of all that runs here."""

    at: float
    busy: float
    parts: Mapping[str, float]

    @classmethod
    def read(cls, pids: Mapping[str, int]) -> "Meter":
        """Of these processes with all their children, and of this one without."""
        found = _processes()
        parts = {name: _tree(found, pid) for name, pid in pids.items()}
        if WORKER in pids:
            own = found[pids[WORKER]].own
            parts |= {WORKER: own, TYPST: parts[WORKER] - own}
        return cls(time.perf_counter(), _busy(), {**parts, OURSELVES: found[os.getpid()].own})


@dataclass(frozen=True)
class Cost:
    """Between two looks. others: the share of the machine that other programs had."""

    seconds: float
    parts: Mapping[str, float]
    others: float

    @classmethod
    def between(cls, before: Meter, after: Meter) -> "Cost":
        """What `after` shows more than `before`."""
        seconds = after.at - before.at
        parts = {name: round(spent - before.parts.get(name, 0.0), 2) for name, spent in after.parts.items()}
        foreign = after.busy - before.busy - sum(parts.values())
        return cls(seconds, parts, max(0.0, round(foreign / seconds / (os.cpu_count() or 1), 2)))


@dataclass(frozen=True)
class _Process:
    parent: int
    own: float
    reaped: float


def most_memory(pids: Mapping[str, int]) -> dict[str, float]:
    """MiB each of these processes had at its most (VmHWM), and the worker's pool in all."""
    found = _processes()
    most = {name: _most(pid) for name, pid in pids.items()}
    if WORKER in pids:
        most[TYPST] = round(sum(map(_most, _below(found, pids[WORKER]))), 1)
    return most


def _processes() -> dict[int, _Process]:
    found = {}
    for folder in _PROC.iterdir():
        if folder.name.isdecimal():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            user, system, reaped_user, reaped_system = (int(ticks) / _TICKS for ticks in fields[11:15])
            found[int(folder.name)] = _Process(int(fields[1]), user + system, reaped_user + reaped_system)
    return found


def _tree(found: Mapping[int, _Process], pid: int) -> float:
    return sum(found[one].own + found[one].reaped for one in (pid, *_below(found, pid)))


def _below(found: Mapping[int, _Process], pid: int) -> list[int]:
    children = [child for child, process in found.items() if process.parent == pid]
    return [*children, *(one for child in children for one in _below(found, child))]


def _most(pid: int) -> float:
    for line in (_PROC / str(pid) / "status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return round(int(line.split()[1]) / 1024, 1)
    return 0.0


def _busy() -> float:
    user, nice, system, _, _, irq, softirq, steal = map(int, (_PROC / "stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / _TICKS
