"""A cable between two parts: it passes on what it hears, and can be cut. Loopback only."""

import asyncio
from types import TracebackType
from typing import Self

LOOPBACK = "127.0.0.1"
PIECE_BYTES = 64 * 1024


class Cable:
    """Listens on a port of its own and passes on to another; `async with` lays it and takes it away.

    delay: seconds each piece is under way, as to a server that is not on this machine.
    """

    def __init__(self, to: int, *, delay: float = 0.0) -> None:
        self.port = 0
        self._to = to
        self._delay = delay
        self._cut = False
        self._ends: set[asyncio.StreamWriter] = set()
        self._carrying: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, LOOPBACK, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        self._drop()
        if self._carrying:
            await asyncio.wait(self._carrying)

    async def cut(self, seconds: float) -> None:
        """Every connection breaks, with what is under way, and nobody gets a new one for so long."""
        self._cut = True
        self._drop()
        try:
            await asyncio.sleep(seconds)
        finally:
            self._cut = False

    def _drop(self) -> None:
        for end in self._ends:
            end.transport.abort()

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        carrying = asyncio.create_task(self._carry(reader, writer))
        self._carrying.add(carrying)
        carrying.add_done_callback(self._carrying.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._ends.add(writer)
        try:
            if not self._cut:
                await self._both_ways(reader, writer)
        except OSError:
            return  # Either end went away: the other one learns it below.
        finally:
            self._ends.discard(writer)
            writer.transport.abort()

    async def _both_ways(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there = await asyncio.open_connection(LOOPBACK, self._to)
        self._ends.add(there)
        try:
            await asyncio.gather(self._pass_on(reader, there), self._pass_on(there_reader, writer))
        finally:
            self._ends.discard(there)
            there.transport.abort()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(PIECE_BYTES):
            if self._delay:
                await asyncio.sleep(self._delay)
            writer.write(piece)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
