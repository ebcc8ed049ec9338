"""A schedule of faults follows from its seed; the hand strikes what it is told, and a cable carries again after a cut."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehearsal.cable import Cable
from rehearsal.faults import POSSIBLE, Fault, How, Part, Weather, schedule
from rehearsal.striking import Hand, family
from tests.stage import eventually

SEEDS = st.integers(min_value=0, max_value=10_000)
WEATHERS = st.builds(
    Weather, many=st.integers(1, 40), seconds=st.floats(4, 600), longest=st.floats(1, 30), longest_cut=st.floats(1, 9)
)


@settings(deadline=None)
@given(SEEDS, WEATHERS)
def test_the_same_seed_is_the_same_weather(seed: int, weather: Weather) -> None:
    assert schedule(seed, weather) == schedule(seed, weather)


@settings(deadline=None)
@given(SEEDS, WEATHERS)
def test_faults_are_possible_in_order_and_bounded(seed: int, weather: Weather) -> None:
    faults = schedule(seed, weather)
    assert 1 <= len(faults) <= weather.many
    assert [fault.after for fault in faults] == sorted(fault.after for fault in faults)
    assert all(0 < fault.after <= weather.seconds for fault in faults)
    assert all((fault.how, fault.part) in POSSIBLE for fault in faults)
    assert all(fault.seconds <= weather.longest for fault in faults if fault.how is How.FREEZE)
    assert all(fault.seconds <= weather.longest_cut for fault in faults if fault.how is How.CUT)
    assert all(fault.seconds == 0 for fault in faults if fault.how in {How.KILL, How.RESTART})


@settings(deadline=None)
@given(SEEDS, WEATHERS)
def test_a_part_stands_again_before_it_is_struck_again(seed: int, weather: Weather) -> None:
    faults = schedule(seed, weather)
    for part in Part:
        its = [fault for fault in faults if fault.part is part]
        for before, after in pairwise(its):
            assert before.after + before.seconds + weather.rest <= after.after


def test_other_seeds_are_other_weathers() -> None:
    assert len({schedule(seed) for seed in range(50)}) == 50


def test_the_seeds_of_the_proof_meet_every_fault() -> None:
    assert {(fault.how, fault.part) for seed in range(1, 21) for fault in schedule(seed)} == set(POSSIBLE)


async def test_a_cut_cable_breaks_what_is_under_way_and_carries_again() -> None:
    async with echo() as port, Cable(port) as cable:
        reader, writer = await asyncio.open_connection("127.0.0.1", cable.port)
        assert await said(reader, writer) == b"hello"
        cutting = asyncio.create_task(cable.cut(0.2))
        assert await broken(reader)
        assert await refused(cable.port)
        await cutting
        reader, writer = await asyncio.open_connection("127.0.0.1", cable.port)
        assert await said(reader, writer) == b"hello"
        writer.close()


async def test_a_cable_to_nobody_breaks_and_does_not_fall() -> None:
    async with echo() as port:
        pass
    async with Cable(port) as cable:
        assert await refused(cable.port)
        assert await refused(cable.port)


async def test_the_hand_freezes_and_kills_the_process_it_is_told_and_writes_it_down(tmp_path: Path) -> None:
    log = tmp_path / "faults.jsonl"
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        hand = Hand(lambda _part: process.pid, {}, log)
        try:
            await hand.strike(Fault(0, How.FREEZE, Part.WORKER, 0.05))
            await hand.strike(Fault(1, How.KILL, Part.WORKER))
            assert await asyncio.to_thread(process.wait, 10) == -9
        finally:
            process.kill()
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["what"] for line in lines] == ["SIGSTOP", "SIGCONT", "SIGKILL"]
    assert {(line["part"], line["pid"]) for line in lines} == {("worker", process.pid)}
    assert [fault.how for fault in hand.struck] == [How.FREEZE, How.KILL]


async def test_a_hand_that_is_called_off_leaves_nothing_frozen(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as process:
        hand = Hand(lambda _part: process.pid, {}, tmp_path / "faults.jsonl")
        playing = asyncio.create_task(hand.play([Fault(0, How.FREEZE, Part.WORKER, 60)]))
        await eventually(hand.log.exists, "nothing was struck")
        playing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await playing
        assert await asyncio.to_thread(process.wait, 30) == 0


def test_a_family_is_a_process_and_all_below_it() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        found = list(family(os.getpid()))
        assert found[0] == os.getpid()
        assert child.pid in found
        assert os.getppid() not in found
        child.kill()


@asynccontextmanager
async def echo() -> AsyncIterator[int]:
    """The port of a server that says what it hears."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while heard := await reader.read(100):
            writer.write(heard)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def said(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """What comes back for a greeting."""
    writer.write(b"hello")
    return await reader.readexactly(5)


async def broken(reader: asyncio.StreamReader) -> bool:
    """Whether nothing more comes."""
    try:
        return await reader.read() == b""
    except ConnectionError:
        return True


async def refused(port: int) -> bool:
    """Whether a new connection comes to nothing."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionError:
        return True
    writer.write(b"hello")
    return await broken(reader)
