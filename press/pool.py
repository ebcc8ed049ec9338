"""A pool of processes for typesetting: typst holds the interpreter's lock, so threads gain nothing."""

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from press.letter import compiler
from press.said import AnyLetter, typeset

# Long enough that handing over costs nothing, short enough that all cores end together.
CHUNK = 8


class PressPool:
    """Typesets on all cores; processes start with the first letters, or when warmed, and stay warm.

    Processes are spawned: the program's own module must guard its start with `if __name__ == "__main__"`.
    """

    def __init__(self, processes: int | None = None) -> None:
        """processes: one a core unless told."""
        self._processes = processes or os.cpu_count() or 1
        self._executor = self._start()

    async def typeset(self, letters: Sequence[AnyLetter]) -> list[bytes]:
        """The letters as PDFs, in the same order.

        Raises CannotTypesetError as press.letter.typeset does, for the first letter that
        cannot be printed, and BrokenProcessPool when a process was killed: the next call
        finds a new pool.
        """
        loop = asyncio.get_running_loop()
        executor = self._executor
        chunks = [letters[at : at + CHUNK] for at in range(0, len(letters), CHUNK)]
        try:
            done = await asyncio.gather(*(loop.run_in_executor(executor, _typeset_all, chunk) for chunk in chunks))
        except BrokenProcessPool:
            if self._executor is executor:
                executor.shutdown(wait=False, cancel_futures=True)
                self._executor = self._start()
            raise
        return [pdf for chunk in done for pdf in chunk]

    def warm(self) -> None:
        """Start the processes now, beside whatever else begins: the first letter need not wait for them."""
        for _ in range(self._processes):
            self._executor.submit(_warm)

    def close(self) -> None:
        """Ends the processes; letters that have not begun are dropped."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _start(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self._processes, mp_context=get_context("spawn"), initializer=_warm)


def _warm() -> None:
    compiler()


def _typeset_all(letters: Sequence[AnyLetter]) -> list[bytes]:
    return [typeset(letter) for letter in letters]
