"""clamd: asked over its own protocol whether a file holds a virus (INSTREAM, man clamd(8)).

A command, then pieces with their length before them, then a length of nought; one line answers. The libraries there
are wait for it with a thread held, so the few lines stand here.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from scheme.stored_file import Scan, ScanState
from settings import Settings

PIECE = 65_536
SECONDS = 30.0
UNREACHED = Scan(ScanState.UNSCANNED)


@dataclass(frozen=True)
class Scanner:
    """Where clamd listens: at a socket, or at a host and port. seconds: until it counts as away."""

    socket: Path | None
    host: str
    port: int
    seconds: float = SECONDS

    async def scan(self, content: bytes) -> Scan:
        """What it says; unscanned where it is away, answers too late, or says something else than yes or no."""
        try:
            async with asyncio.timeout(self.seconds):
                reply = await self._asked(content)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            return UNREACHED
        return Scan(_state(reply), reply)

    async def _asked(self, content: bytes) -> str:
        reader, writer = await self._connected()
        try:
            await _send(writer, content)
            return (await reader.readuntil(b"\0")).rstrip(b"\0").decode(errors="replace")
        finally:
            writer.close()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.socket is not None:
            return await asyncio.open_unix_connection(self.socket)
        return await asyncio.open_connection(self.host, self.port)


def scanner_of(settings: Settings) -> Scanner | None:
    """The house's scanner, None where it has none."""
    if settings.clamd_socket is None and not settings.clamd_host:
        return None
    return Scanner(settings.clamd_socket, settings.clamd_host, settings.clamd_port)


async def _send(writer: asyncio.StreamWriter, content: bytes) -> None:
    """The whole; where clamd has had enough it hangs up, and has said why."""
    try:
        writer.write(b"zINSTREAM\0")
        for start in range(0, len(content), PIECE):
            piece = content[start : start + PIECE]
            writer.write(len(piece).to_bytes(4, "big") + piece)
            await writer.drain()
        writer.write(bytes(4))
        await writer.drain()
    except ConnectionError:
        return


def _state(reply: str) -> ScanState:
    """`stream: OK`, `stream: Eicar-Signature FOUND`, or an error, such as a limit of its own that is too low."""
    if reply == "stream: OK":
        return ScanState.CLEAN
    return ScanState.INFECTED if reply.endswith(" FOUND") else ScanState.UNSCANNED
