"""Rounds in bad weather, ten of twenty: whatever is killed, frozen, restarted or cut off, each ends as in good weather."""

import asyncio
import shutil
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlmodel import select

from commands.check import gaps_of
from commands.open import opened
from parts.processes import until
from parts.secrets import read_environment
from records.letter import LetterRow
from records.queries.choice_round import farms_of
from rehearsal.course import Days
from rehearsal.faults import Fault, Part, schedule
from rehearsal.people import Habit
from rehearsal.register import generate
from rehearsal.round import Players, Where, agenda, finish, gathered, live, write_letters
from rehearsal.scenario import Scenario, scaled, scenario
from rehearsal.striking import Hand
from rehearsal.web import patient
from scheme.register_line import FarmLine
from settings import Settings
from tests.proof.test_round import pages
from tests.stage import eventually
from tests.weather import Cabled, all_up, cabled, copied, quiet
from workflows import options

pytestmark = pytest.mark.proof

YEAR = 2025
PEOPLE = 2025
FARMS = 200
# The other ten stand in test_more_faults.py, so that two processes share them.
SEEDS = range(1, 11)
AGAIN = timedelta(seconds=10)


@dataclass(frozen=True)
class Camp:
    """A house with its register, stopped; every round begins with a copy of it."""

    var: Path
    played: Scenario
    farms: list[FarmLine]


@dataclass(frozen=True)
class Ended:
    """How a round ended: each farm's row, each letter of the ledger, how often each mail lies in a mailbox."""

    farms: list[dict[str, Any]]
    letters: dict[str, tuple[str, str, str]]
    mails: Counter[str]
    gaps: list[tuple[str, str]]


def short(farms: int) -> Scenario:
    """The year with so many farms, all of them asked, whose people act on few days and at two hours only."""
    whole = scaled(scenario(str(YEAR)), farms)
    register = replace(whole.register, flemish_farms=farms, dutch_farms=0, round_farms=farms, waiting_farms=0)
    few = {"soon": Days(1, 2), "late": Days(6, 7), "reminded": Days(16, 17), "hours": Days(9, 10)}
    often = {"changes": 0.1, "stops": 0.02, "by_paper": Habit(soon=0.3, late=0.3, reminded=0.2, slip=0.5)}
    return replace(whole, register=register, people=replace(whole.people, **few, **often))


@pytest_asyncio.fixture(scope="module")
async def camp(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Camp:
    """The register imported, every farm's workflow at rest."""
    var, played = tmp_path_factory.mktemp("camp") / "var", short(request.config.getoption("--proof-farms") or FARMS)
    bodies, farms = generate(played, PEOPLE)
    async with cabled(var, played.register.clock) as stage:
        await stage.bring_in(bodies, farms)
        await quiet(stage)
    return Camp(var, played, farms)


@pytest_asyncio.fixture(scope="module")
async def good(camp: Camp) -> Ended:
    """The round in good weather."""
    async with cabled(copied(camp.var, camp.var.with_name("good")), camp.played.register.clock) as stage:
        async with people(stage, camp) as players:
            await play(players)
        played = await ended(stage)
    assert played.gaps == []
    return played


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_round_in_bad_weather_ends_as_in_good(
    seed: int, camp: Camp, good: Ended, proof_line: Callable[[str], None]
) -> None:
    """No letter lost, none under a second Message-ID, every choice the same; rows, trail and workflows agree."""
    await weather(seed, camp, good, proof_line)


@pytest.mark.quiet
async def test_letters_flow_again_within_ten_seconds_of_a_killed_workers_restart(
    camp: Camp, proof_line: Callable[[str], None]
) -> None:
    """Killed twice while the letters go out to a slow server: how long until the next one, and the longest pause."""
    var = copied(camp.var, camp.var.with_name("flow"))
    async with cabled(var, camp.played.register.clock, mail_delay=0.05) as stage, people(stage, camp) as players:
        writing = asyncio.create_task(write_letters(players))
        restarts = []
        for part in (0.2, 0.6):
            await mailed(stage, round(part * len(camp.farms)))
            restarts.append(await restarted_worker(stage))
        await writing
        arrived = [datetime.fromisoformat(mail["receivedAt"]) for mail in await mails_of(stage)]
    first = [min(moment for moment in arrived if moment > restart.ready) - restart.ready for restart in restarts]
    starting = [restart.ready - restart.killed for restart in restarts]
    flowing = [moment for moment in arrived if moment > restarts[-1].ready]
    pause = max(later - earlier for earlier, later in pairwise(flowing))
    proof_line(
        f"next letter {seconds(first)} s after the worker was up again ({seconds(starting)} s after it was killed), "
        f"longest pause from then on {seconds([pause])} s"
    )
    assert max(*first, pause) <= AGAIN


@dataclass(frozen=True)
class Restart:
    """When a worker was killed, and when the next one said that it works."""

    killed: datetime
    ready: datetime


async def restarted_worker(stage: Cabled) -> Restart:
    """Kill the worker and wait for the next one."""
    note = stage.var / "worker.ready"
    before, killed = note.stat().st_mtime_ns, datetime.now(UTC)
    stage.send("worker", signal.SIGKILL)
    await eventually(lambda: note.stat().st_mtime_ns > before, "no worker came after the killed one")
    return Restart(killed, datetime.fromtimestamp(note.stat().st_mtime, UTC))


def seconds(spans: list[timedelta]) -> str:
    """Spans of time for a line."""
    return " and ".join(f"{span.total_seconds():.1f}" for span in spans)


async def weather(seed: int, camp: Camp, good: Ended, proof_line: Callable[[str], None]) -> None:
    """Play the round in the weather of this seed, and hold what it came to against good weather."""
    var = copied(camp.var, camp.var.with_name(f"seed-{seed}"))
    async with cabled(var, camp.played.register.clock) as stage:
        hand = Hand(stage.running, stage.cables, var / "faults.jsonl")
        async with people(stage, camp) as players:
            striking = asyncio.create_task(strike(stage, hand, schedule(seed)))
            await play(players)
            striking.cancel()
            await asyncio.wait([striking])
        await all_up(stage)
        bad = await ended(stage)
        trail = await stage.json("trail", "verify")
    twice = sum(bad.mails.values()) - len(bad.mails)
    proof_line(f"seed {seed}: {told(hand.struck)}; {len(bad.mails)} mails, {twice} of them twice")
    assert difference(good, bad) == []
    assert twice <= in_flight(hand.struck)
    assert (bad.gaps, trail["ok"]) == ([], True)
    # Twenty databases are much to keep; what was struck, logged and mailed stays.
    shutil.rmtree(var / "postgres")


async def strike(stage: Cabled, hand: Hand, faults: Sequence[Fault]) -> None:
    """The weather breaks when the first letter is out."""
    await mailed(stage, 1)
    await hand.play(faults)


async def mailed(stage: Cabled, many: int) -> None:
    """Wait until so many mails lie in the mailboxes."""
    async with patient(stage.mailbox) as mailbox:

        async def out() -> bool:
            return (await mailbox.get("/health")).json()["last"] >= many

        await until(out)


async def mails_of(stage: Cabled) -> list[dict[str, Any]]:
    """Every mail in the mailboxes, in order of arrival."""
    async with patient(stage.mailbox) as mailbox:
        return await pages(mailbox)


def difference(good: Ended, bad: Ended) -> list[object]:
    """What is not the same: farms, letters, the Message-IDs in the mailboxes."""
    farms = [pair for pair in zip(good.farms, bad.farms, strict=True) if pair[0] != pair[1]]
    letters = good.letters.items() ^ bad.letters.items()
    return [*farms, *sorted(letters), *sorted(good.mails.keys() ^ bad.mails.keys())]


def in_flight(struck: list[Fault]) -> int:
    """Letters that a mail server may have taken without our noting it: one for each page under way, each time."""
    breaking = [fault for fault in struck if fault.part is not Part.WEB]
    return len(breaking) * options.MAIL_PAGES


def told(struck: list[Fault]) -> str:
    """The weather in a few words."""
    return ", ".join(f"{fault.how} {fault.part} at {fault.after:.0f} s" for fault in struck)


async def play(players: Players) -> None:
    """The round from its button to the morning after its last day."""
    await write_letters(players)
    await live(players, agenda(players))
    await finish(players)


@asynccontextmanager
async def people(stage: Cabled, camp: Camp) -> AsyncIterator[Players]:
    """The secretary and the farmers of the register."""
    where = Where(stage.web, stage.mailbox, "secretariat", stage.people()["secretariat"])
    async with gathered(where, camp.played, PEOPLE, camp.farms, lambda *_: None) as players:
        yield players


async def ended(stage: Cabled) -> Ended:
    """What stands in the rows and lies in the mailboxes; whether they agree."""
    settings = Settings(**read_environment(stage.var / "env"))
    async with opened(settings) as house, house.sessions() as session:
        farms = [asdict(farm) for farm in await farms_of(session, YEAR)]
        ledger = list(await session.exec(select(LetterRow)))
        gaps = await gaps_of(house)
    mails = Counter(mail["messageId"] for mail in await mails_of(stage))
    letters = {one.letter_key: (one.channel, one.state, one.message_id) for one in ledger}
    return Ended(farms, letters, mails, gaps)
