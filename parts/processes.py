"""Child processes and ports: how a part is born, known again, and ended as a whole."""

import asyncio
import contextlib
import ctypes
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from signal import SIGCONT, SIGKILL, Signals

LOOPBACK = "127.0.0.1"
# Linux gives outgoing connections ports from 32768 on, others from 49152 on.
BELOW_OUTGOING, DRAWN_FROM = 32_767, 12_000
_PR_SET_PDEATHSIG = 1
# Loaded before any fork: a forked child may not load libraries.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(farewell: Signals) -> Callable[[], None]:
    """Return the preexec_fn that has the kernel send `farewell` to the child when its parent is killed.

    Linux only, nothing elsewhere. It must run after a change of user, which clears the wish;
    subprocess calls preexec_fn after setuid.
    """
    parent = os.getpid()

    def wish() -> None:
        if _libc is None:
            return
        _libc.prctl(_PR_SET_PDEATHSIG, int(farewell), 0, 0, 0)
        if os.getppid() != parent:  # The parent died before the wish was heard.
            os._exit(1)

    return wish


def command_of(pid: int) -> list[str]:
    """Argument vector of a running process; empty if there is none (or it is a zombie).

    Outside Linux the vector is what `ps` prints, split at blanks.
    """
    if sys.platform == "linux":
        try:
            raw = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            return []
        return [part.decode(errors="replace") for part in raw.split(b"\0")[:-1]]
    listed = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603, S607
    return listed.stdout.split()


def is_command(pid: int, argv: tuple[str, ...]) -> bool:
    """Whether the process with this id runs exactly this command: a process id alone may have been given anew."""
    return " ".join(command_of(pid)).split() == " ".join(argv).split()


def kill_group(leader: int) -> None:
    """SIGKILL to all that is left of a part's process group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, SIGKILL)


async def end(process: asyncio.subprocess.Process, polite: Signals, grace: float) -> bool:
    """Ask a part to stop, kill it after `grace` seconds; False if it had to be killed.

    SIGCONT goes along, since a frozen process hears nothing else.
    """
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(polite)
        process.send_signal(SIGCONT)
    try:
        async with asyncio.timeout(grace):
            await process.wait()
    except TimeoutError:
        kill_group(process.pid)
        await process.wait()
        return False
    kill_group(process.pid)
    return True


async def end_leftover(pid: int, argv: tuple[str, ...], polite: Signals, grace: float) -> None:
    """End a process that a killed supervisor left behind, if it still is what it was."""
    if not is_command(pid, argv):
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, polite)
        os.kill(pid, SIGCONT)

    async def gone() -> bool:
        return not is_command(pid, argv)

    try:
        async with asyncio.timeout(grace):
            await until(gone)
    except TimeoutError:
        kill_group(pid)
        async with asyncio.timeout(grace):
            await until(gone)


async def until(holds: Callable[[], Awaitable[bool]], every: float = 0.05) -> None:
    """Return when `holds` does, asking `every` so many seconds; the caller sets the deadline."""
    while not await holds():  # noqa: ASYNC110 - what other programs do sets no event
        await asyncio.sleep(every)


def is_free(port: int) -> bool:
    """Whether nobody listens on this loopback port."""
    with socket.socket() as probe:
        # A port whose last connections are still in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Return a loopback port nobody listens on just now (for tests).

    None of those that outgoing connections get: a part that is down for a moment must find its own again.
    """
    return next(port for port in iter(_drawn, None) if is_free(port))


def _drawn() -> int:
    return BELOW_OUTGOING - secrets.randbelow(DRAWN_FROM)
