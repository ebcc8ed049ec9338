"""A file is stored once, however often it is sent; one that nobody scanned is scanned when somebody can."""

import hashlib
from dataclasses import replace

import pytest

from activities.scanning import Rescan
from parts.processes import free_port
from records.database import Sessions
from records.receiving import KeyReusedError
from records.scanner import Scanner
from records.stored_file import FileUseRow, StoredFileRow
from records.storing import Use, store
from scheme.ids import farmer_case
from scheme.people import Actor
from scheme.stored_file import Content, MediaType, Purpose, Scan, ScannedFile, ScanState
from tests.clamd import VIRUS, FakeClamd, listening
from tests.world import KEYS, PLANNER, SECRETARY, change, number, table

CLEAN, UNSCANNED = Scan(ScanState.CLEAN, "stream: OK"), Scan(ScanState.UNSCANNED)
USE = Use(KEYS[1], farmer_case(number(1)), number(1), Purpose.PROOF, "stal.jpg")


def file(content: bytes = b"milk", scan: Scan = CLEAN) -> ScannedFile:
    return ScannedFile(Content(content, MediaType.JPEG, hashlib.sha256(b"sent " + content).hexdigest()), scan)


async def keep(sessions: Sessions, sent: ScannedFile, use: Use = USE, actor: Actor = SECRETARY) -> str:
    async with sessions.begin() as session:
        return await store(session, sent, use, actor)


async def test_the_same_content_is_stored_once_and_a_retry_is_no_second_use(world: Sessions) -> None:
    for use in (USE, USE, replace(USE, file_id=KEYS[2], name="melkput.jpg")):
        assert await keep(world, file(), use) == use.file_id
    assert [row.content for row in await table(world, StoredFileRow)] == [b"milk"]
    assert [row.name for row in await table(world, FileUseRow)] == ["stal.jpg", "melkput.jpg"]


async def test_an_id_stands_for_one_file_of_one_person(world: Sessions) -> None:
    await keep(world, file())
    for sent, actor in ((file(b"other"), SECRETARY), (file(), PLANNER)):
        with pytest.raises(KeyReusedError):
            await keep(world, sent, USE, actor)


async def test_what_was_sent_while_the_scanner_was_away_is_scanned_later(world: Sessions) -> None:
    await keep(world, file(b"milk", UNSCANNED))
    await keep(world, file(VIRUS, UNSCANNED), replace(USE, file_id=KEYS[2]))
    away = Rescan(world, Scanner(None, "127.0.0.1", free_port()))
    assert not await away.once(), "not before half a minute"
    await change(world, "UPDATE stored_file SET next_scan_at = clock_timestamp()")
    assert not await away.once()
    assert {row.scan_state for row in await table(world, StoredFileRow)} == {"unscanned"}
    await change(world, "UPDATE stored_file SET next_scan_at = clock_timestamp()")
    async with listening(FakeClamd()) as port:
        there = Rescan(world, Scanner(None, "127.0.0.1", port))
        assert [await there.once() for _ in range(3)] == [True, True, False]
    found = {row.scan_state: row.content for row in await table(world, StoredFileRow)}
    assert found == {"clean": b"milk", "infected": b""}, "a virus is not kept"


async def test_a_file_sent_again_with_the_scanner_back_is_scanned(world: Sessions) -> None:
    await keep(world, file(scan=UNSCANNED))
    await keep(world, file(), replace(USE, file_id=KEYS[2]))
    await keep(world, file(scan=UNSCANNED), replace(USE, file_id=KEYS[3]))
    assert [row.scan_state for row in await table(world, StoredFileRow)] == ["clean"]
