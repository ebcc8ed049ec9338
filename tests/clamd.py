"""A clamd of our own: speaks INSTREAM, and finds whatever holds the word VIRUS."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

VIRUS = b"VIRUS"


class FakeClamd:
    """seen: what it was sent; says: an answer of its own in place of the true one."""

    def __init__(self, says: bytes | None = None) -> None:
        self.seen: list[bytes] = []
        self.says = says

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One question, one answer."""
        assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
        content = b""
        while length := int.from_bytes(await reader.readexactly(4), "big"):
            content += await reader.readexactly(length)
        self.seen.append(content)
        true = b"stream: Test.Virus FOUND" if VIRUS in content else b"stream: OK"
        writer.write((self.says or true) + b"\0")
        await writer.drain()
        writer.close()


@asynccontextmanager
async def listening(clamd: FakeClamd) -> AsyncIterator[int]:
    """The port it listens at."""
    server = await asyncio.start_server(clamd.serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
