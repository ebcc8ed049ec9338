"""The programs that a bench starts beside the house: they say when they are ready, and end when it is over."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from signal import SIGTERM

from parts.processes import die_with_parent, end
from parts.up import ROOT

READY = b"ready\n"
GRACE_SECONDS = 5


@asynccontextmanager
async def children(commands: Sequence[Sequence[str]], **extra: str) -> AsyncIterator[list[Process]]:
    """Modules of ours with their words, each once it has said that it is ready."""
    running: list[Process] = []
    try:
        for words in commands:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", *words, cwd=ROOT, env={**os.environ, **extra}, stdin=PIPE, stdout=PIPE,
                start_new_session=True, preexec_fn=die_with_parent(SIGTERM),
            )  # fmt: skip
            running.append(process)
        await asyncio.gather(*(asked(process, b"", READY) for process in running))
        yield running
    finally:
        for process in running:
            await end(process, SIGTERM, GRACE_SECONDS)


async def asked(process: Process, words: bytes, answer: bytes) -> None:
    """Say these words and wait for the answer; raises RuntimeError for another one."""
    if process.stdin is None or process.stdout is None:
        raise RuntimeError
    process.stdin.write(words)
    said = await process.stdout.readline()
    if said != answer:
        message = f"a floor's process said {said!r} instead of {answer!r}"
        raise RuntimeError(message)
