"""clamd is asked in its own words, over TCP and over a socket; its silence is no answer."""

import asyncio
from pathlib import Path

import pytest

from parts.processes import free_port
from records.scanner import PIECE, UNREACHED, Scanner
from scheme.stored_file import Scan, ScanState
from tests.clamd import VIRUS, FakeClamd, listening


@pytest.mark.parametrize(
    ("content", "scan"),
    [
        pytest.param(b"milk" * PIECE, Scan(ScanState.CLEAN, "stream: OK"), id="several pieces"),
        pytest.param(b"", Scan(ScanState.CLEAN, "stream: OK"), id="nothing"),
        pytest.param(VIRUS, Scan(ScanState.INFECTED, "stream: Test.Virus FOUND"), id="a virus"),
    ],
)
async def test_what_it_says_of_a_file(content: bytes, scan: Scan) -> None:
    clamd = FakeClamd()
    async with listening(clamd) as port:
        assert await Scanner(None, "127.0.0.1", port).scan(content) == scan
    assert clamd.seen == [content]


async def test_over_a_socket(tmp_path: Path) -> None:
    clamd, socket = FakeClamd(), tmp_path / "clamd.ctl"
    async with await asyncio.start_unix_server(clamd.serve, socket):
        assert (await Scanner(socket, "", 0).scan(b"milk")).state is ScanState.CLEAN


async def test_what_is_neither_yes_nor_no_leaves_the_file_unscanned() -> None:
    async with listening(FakeClamd(b"INSTREAM size limit exceeded. ERROR")) as port:
        scan = await Scanner(None, "127.0.0.1", port).scan(b"milk")
    assert scan == Scan(ScanState.UNSCANNED, "INSTREAM size limit exceeded. ERROR")


async def test_a_scanner_that_is_away_or_says_nothing() -> None:
    assert await Scanner(None, "127.0.0.1", free_port()).scan(b"milk") == UNREACHED

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await Scanner(None, "127.0.0.1", port, seconds=0.2).scan(b"milk") == UNREACHED
