"""Starts the parts in order, starts again what dies, and leaves nothing running behind."""

import asyncio
import fcntl
import json
import os
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals

from parts.account import Account
from parts.processes import LOOPBACK, die_with_parent, end, end_leftover, is_free, kill_group
from records.private_file import write_private

GRACE_SECONDS = 15.0
# A part that lived this long starts again with the shortest pause.
STEADY_SECONDS = 30.0
SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 5.0
LARGEST_LOG_BYTES = 20 * 1024 * 1024
OURSELVES = Account()


class PartFailed(Exception):
    """A part cannot run: which, why, and what to do about it, for the one who started it."""


@dataclass(frozen=True)
class Part:
    """A program that is kept running.

    ready: returns once the part answers; the supervisor sets the deadline of `patience` seconds.
    ports: what it listens on, each with the name of the setting that changes it.
    then: runs once, when the part is ready for the first time, before the next part starts.
    orphan_signal: what the kernel sends it when the supervisor is killed (Linux).
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(repr=False)
    ready: Callable[[], Awaitable[None]]
    log: Path
    cwd: Path = Path()
    ports: tuple[tuple[int, str], ...] = ()
    then: Callable[[], Awaitable[None]] | None = None
    account: Account = OURSELVES
    stop_signal: Signals = SIGTERM
    orphan_signal: Signals = SIGKILL
    patience: float = 60.0


def say(line: str) -> None:
    """Tell the person at the terminal."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


@contextmanager
def held(var: Path) -> Iterator[None]:
    """Hold this state folder for ourselves; raises PartFailed that names the holder."""
    # Others pass through (the database's account may be one), but do not look around.
    var.mkdir(mode=0o711, parents=True, exist_ok=True)
    with (var / "ikm.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            message = (
                f"{var} is in use: `ikm up` runs as process {lock.read().strip()}. Stop it, or set IKM_VAR "
                "(and the ports) to run a second one."
            )
            raise PartFailed(message) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


class Supervisor:
    """The parts that run, in the order in which they were started."""

    def __init__(self, parts: Sequence[Part], var: Path, tell: Callable[[str], None] = say) -> None:
        """Keep these parts, their process ids in `var/parts.json`."""
        self._parts = tuple(parts)
        self._pids = var / "parts.json"
        self._tell = tell
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._watches: dict[str, asyncio.Task[None]] = {}

    async def start(self) -> None:
        """Start every part and wait until it is ready; raises PartFailed, and what `then` raises.

        The caller calls `stop`, whatever happens here.
        """
        await self._end_leftovers()
        for part in self._parts:
            for port, setting in part.ports:
                if not is_free(port):
                    message = (
                        f"{part.name}: port {port} on {LOOPBACK} is in use by another program. "
                        f"Stop that program, or set {setting} to a free port."
                    )
                    raise PartFailed(message)
        for part in self._parts:
            process = await self._spawn(part)
            await self._first_answer(part, process)
            self._watches[part.name] = asyncio.create_task(self._watch(part, process), name=part.name)
            if part.then is not None:
                await part.then()

    async def stop(self) -> None:
        """Stop all in reverse order; who does not obey within 15 s is killed."""
        for part in reversed(self._parts):
            watch = self._watches.pop(part.name, None)
            if watch is not None:
                watch.cancel()
                await asyncio.wait([watch])
            process = self._running.pop(part.name, None)
            if process is not None and not await end(process, part.stop_signal, GRACE_SECONDS):
                self._tell(f"{part.name} did not stop within {GRACE_SECONDS:.0f} s and was killed")
        self._pids.unlink(missing_ok=True)

    async def _end_leftovers(self) -> None:
        # On Linux they end by themselves when their supervisor is killed; this waits for that, and helps.
        if self._pids.exists():
            pids = json.loads(self._pids.read_text())
            for part in reversed(self._parts):
                if part.name in pids:
                    await end_leftover(pids[part.name], part.argv, part.stop_signal, GRACE_SECONDS)
            self._pids.unlink()

    async def _spawn(self, part: Part) -> asyncio.subprocess.Process:
        part.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if part.log.exists() and part.log.stat().st_size > LARGEST_LOG_BYTES:
            part.log.rename(part.log.with_suffix(".log.1"))
        with part.log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *part.argv, env=dict(part.env), cwd=part.cwd, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
                user=part.account.uid, group=part.account.gid, extra_groups=part.account.groups,
                start_new_session=True, preexec_fn=die_with_parent(part.orphan_signal),
            )  # fmt: skip
        self._running[part.name] = process
        write_private(self._pids, json.dumps({name: each.pid for name, each in self._running.items()}))
        return process

    async def _first_answer(self, part: Part, process: asyncio.subprocess.Process) -> None:
        ready, death = asyncio.ensure_future(part.ready()), asyncio.create_task(process.wait())
        try:
            await asyncio.wait([ready, death], timeout=part.patience, return_when=asyncio.FIRST_COMPLETED)
            answered, died = ready.done() and ready.exception() is None, death.done()
        finally:
            ready.cancel()
            death.cancel()
            await asyncio.wait([ready, death])
        if died or not answered:
            why = _ended(process.returncode) if died else f"gave no answer within {part.patience:.0f} s"
            message = f"{part.name} {why}. The last lines of {part.log}:\n{tail(part.log)}"
            raise PartFailed(message)

    async def _watch(self, part: Part, process: asyncio.subprocess.Process) -> None:
        # Ends only by being cancelled.
        clock = asyncio.get_running_loop().time
        falls, since = 0, clock()
        while True:
            status = await process.wait()
            kill_group(process.pid)
            falls = 1 if clock() - since > STEADY_SECONDS else falls + 1
            pause = min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** (falls - 1))
            self._tell(f"{part.name} {_ended(status)}; starting it again in {pause:.1f} s")
            if falls % 5 == 0:
                self._tell(f"{part.name} keeps failing. The last lines of {part.log}:\n{tail(part.log)}")
            await asyncio.sleep(pause)
            process, since = await self._spawn(part), clock()


def tail(log: Path, lines: int = 8) -> str:
    """Return the last lines of a log."""
    with log.open("rb") as file:
        file.seek(max(log.stat().st_size - 8_192, 0))
        return "\n".join(f"  {line}" for line in file.read().decode(errors="replace").splitlines()[-lines:])


def _ended(status: int | None) -> str:
    if status is not None and status < 0:
        return f"was ended by {Signals(-status).name}"
    return f"ended with status {status}"
