"""The hand that does what a schedule of faults says, and writes down what it did when."""

import asyncio
import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from signal import SIGCONT, SIGINT, SIGKILL, SIGSTOP, SIGTERM, Signals

from rehearsal.cable import Cable
from rehearsal.faults import Fault, How, Part

# PostgreSQL takes SIGTERM for "when all have gone home".
POLITE: Mapping[Part, Signals] = {part: SIGINT if part is Part.POSTGRES else SIGTERM for part in Part}


@dataclass
class Hand:
    """Strikes the parts of one house and no other process.

    pid_of: the process that runs a part now, as whoever started it knows; cables: through which others speak to it.
    log: a JSON line for each thing done. struck: what was done, in order, for whoever counts.
    """

    pid_of: Callable[[Part], int]
    cables: Mapping[Part, Cable]
    log: Path
    struck: list[Fault] = field(default_factory=list)

    async def play(self, faults: Sequence[Fault]) -> None:
        """Everything at its moment; cancelled, it leaves nothing frozen and no cable cut."""
        async with asyncio.TaskGroup() as group:
            for fault in faults:
                group.create_task(self._at_its_moment(fault))

    async def strike(self, fault: Fault) -> None:
        """One fault, from its beginning to its end."""
        self.struck.append(fault)
        match fault.how:
            case How.KILL:
                self._send(fault, SIGKILL)
            case How.RESTART:
                self._send(fault, POLITE[fault.part])
            case How.FREEZE:
                await self._freeze(fault)
            case How.CUT:
                self._note(fault, "cut")
                await self.cables[fault.part].cut(fault.seconds)
                self._note(fault, "mended")

    async def _at_its_moment(self, fault: Fault) -> None:
        await asyncio.sleep(fault.after)
        await self.strike(fault)

    def _send(self, fault: Fault, number: Signals) -> None:
        pid = self.pid_of(fault.part)
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        self._note(fault, number.name, pid)

    async def _freeze(self, fault: Fault) -> None:
        """The whole family: a frozen database answers nothing, whichever of its processes was asked."""
        frozen = list(family(self.pid_of(fault.part)))
        _send_all(frozen, SIGSTOP)
        self._note(fault, SIGSTOP.name, frozen[0])
        try:
            await asyncio.sleep(fault.seconds)
        finally:
            _send_all(reversed(frozen), SIGCONT)
            self._note(fault, SIGCONT.name, frozen[0])

    def _note(self, fault: Fault, what: str, pid: int | None = None) -> None:
        line = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "after": fault.after,
            "part": fault.part.value,
            "how": fault.how.value,
            "seconds": fault.seconds,
            "what": what,
            "pid": pid,
        }
        with self.log.open("a", encoding="utf-8") as log:
            log.write(json.dumps(line) + "\n")


def family(pid: int) -> Iterator[int]:
    """A process and all below it, parents first."""
    pairs = list(_parents())
    waiting = [pid]
    while waiting:
        parent = waiting.pop(0)
        yield parent
        waiting += [child for child, its_parent in pairs if its_parent == parent]


def _parents() -> Iterator[tuple[int, int]]:
    """Every process with its parent; `ps` only where there is no /proc."""
    stats = list(Path("/proc").glob("[0-9]*/stat"))
    if not stats:
        listed = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)  # noqa: S607
        yield from ((int(pid), int(parent)) for pid, parent in map(str.split, listed.stdout.splitlines()))
    for stat in stats:
        with suppress(FileNotFoundError, ProcessLookupError):
            # The name before it, in brackets, may hold anything.
            yield int(stat.parent.name), int(stat.read_text().rpartition(")")[2].split()[1])


def _send_all(pids: Iterator[int] | Sequence[int], number: Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
