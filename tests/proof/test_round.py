"""A whole round: killed, out, repeated, searched. Runs in `make prove`, not in `make test`."""

import asyncio
import json
import multiprocessing
import signal
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from rehearsal.people import decide
from rehearsal.register import generate, write
from rehearsal.round import Players, Where, agenda, finish, gathered, live, to, write_letters
from rehearsal.scenario import Scenario, scaled, scenario
from rehearsal.web import form_of
from scheme.days import ZONE, add_days, end_of_day
from scheme.ids import BodyId, FarmId
from tests.proof.leaks import leaks_of
from tests.stage import IKM, ROOT, Stage, eventually, raised

pytestmark = pytest.mark.proof

YEAR = 2025
SEED = 2025
FEWER = 1000


@pytest.fixture(name="played")
def _played(request: pytest.FixtureRequest) -> Scenario:
    """The scenario, whole unless --proof-farms says otherwise."""
    farms = request.config.getoption("--proof-farms")
    whole = scenario(str(YEAR))
    return whole if farms is None else scaled(whole, farms)


@pytest.fixture(name="fewer")
def _fewer(played: Scenario) -> Scenario:
    """A part of it, where a register of full size would show nothing more."""
    return scaled(played, min(FEWER, played.register.farms))


async def test_a_killed_worker_changes_nothing_and_nothing_leaks(
    tmp_path: Path, fewer: Scenario, proof_line: Callable[[str], None]
) -> None:
    """Played twice: once with workers killed during the mailing, once beside a busy machine with a killed step."""
    async with house(tmp_path / "one", fewer) as (stage, players):
        killed = await mail_with_kills(stage, players)
        assert killed >= 1, "the letters were out before anybody could be killed"
        await live(players, agenda(players))
        await finish(players)
        first = await result(stage)
        await check_ledger(stage, first, fewer)
        await check_same_numbers(stage, first)
        planted, found = await leaks_of(stage)
        assert planted, "the search does not find the name planted for it"
        assert found == []
    with busy():
        async with house(tmp_path / "two", fewer) as (stage, players):
            await write_letters(players)
            await live_with_killed_steps(stage, players)
            await finish(players)
            second = await result(stage)
            await check_ledger(stage, second, fewer)
    assert difference(first, second) == []
    proof_line(f"twice the same: {sums(first)}; killed {killed} times while it wrote; nothing leaked")


async def test_an_outage_on_the_last_evening_costs_nobody_an_answer(
    tmp_path: Path, fewer: Scenario, proof_line: Callable[[str], None]
) -> None:
    """Workers out at 23:50 of the last day: one farmer and one secretary still hand in, and both count once."""
    async with house(tmp_path / "outage", fewer) as (stage, players):
        await write_letters(players)
        last = add_days(players.letters_on, fewer.register.answer_days)
        evening = datetime.combine(last, time(23, 50), ZONE)
        silent = Silent.among(players)
        await live(players, [act for act in agenda(players) if act.farm not in silent.all])
        await to(players, evening)
        stage.send("worker", signal.SIGSTOP)
        by_link, by_paper = await asyncio.gather(answer_by_link(stage, players, silent), key_paper(players, silent))
        assert "niet verwerkt" in by_link or "not yet processed" in by_link
        assert not by_paper["settled"]
        await restart(stage, "temporal")
        await stage.ikm("clock", "to", (evening + timedelta(days=1)).isoformat(), "--outage")
        await restart(stage, "worker")
        await stage.ikm("clock", "to", (evening + timedelta(days=1, minutes=1)).isoformat())
        rows = {row["farmId"]: row for row in (await result(stage))["farms"]}
        for farm in (silent.link, silent.paper):
            assert (rows[farm]["end"], rows[farm]["body"]) == ("chosen", silent.body)
            assert datetime.fromisoformat(rows[farm]["answeredAt"]) == evening
        assert rows[silent.never]["end"] == "assigned"
        figures = await stage.json("choice-round", "show", str(YEAR))
        assert figures["state"] == "done"
        proof_line(f"an outage on the last evening: {sums(figures)}; both who answered in it count with 23:50")


@asynccontextmanager
async def house(var: Path, played: Scenario) -> AsyncIterator[tuple[Stage, Players]]:
    """A practice house with the scenario's register, and its people."""
    bodies, farms = generate(played, SEED)
    write(var / "register", bodies, farms)
    begins = played.register.clock.isoformat()
    async with raised(var, "up", "--practice", "--begins", begins) as stage:
        imported = ("register", "import", str(var / "register" / "farms.csv"))
        await stage.ikm(*imported, "--bodies", str(var / "register" / "bodies.csv"))
        where = Where(stage.web, stage.mailbox, "secretariat", stage.people()["secretariat"])
        async with gathered(where, played, SEED, farms, lambda *_: None) as players:
            yield stage, players


async def mail_with_kills(stage: Stage, players: Players) -> int:
    """Write the letters; kill the worker when a fifth and when three fifths of them are out; how often it was."""
    writing = asyncio.create_task(write_letters(players))
    killed = 0
    for part in (0.2, 0.6):
        if await mailed(stage, writing, part):
            old = stage.pid("worker")
            stage.send("worker", signal.SIGKILL)
            await stage.restarted("worker", old)
            killed += 1
    await writing
    return killed


async def mailed(stage: Stage, writing: asyncio.Task[None], part: float) -> bool:
    """Wait until this part of the letters is out; False when all were before anybody could look."""
    while not writing.done():
        shown = await stage.ikm("choice-round", "show", str(YEAR), "--json", check=False)
        if shown:
            figures = json.loads(shown.splitlines()[-1])
            if figures["letters"] and figures["mailed"] >= part * figures["letters"]:
                return figures["mailed"] < figures["letters"]
        await asyncio.sleep(0.2)
    return False


async def live_with_killed_steps(stage: Stage, players: Players) -> None:
    """Days go by as ever, but the night of the reminders is stepped through by commands that are killed half-way."""
    acts = agenda(players)
    night = end_of_day(add_days(players.letters_on, 14))
    await live(players, [act for act in acts if act.moment < night])
    for seconds in (1.5, 2.5, 4.0):
        stepping = subprocess.Popen(
            [IKM, "clock", "to", (night + timedelta(hours=1)).isoformat()],
            cwd=ROOT, env=stage.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            await asyncio.to_thread(stepping.wait, seconds)
        except subprocess.TimeoutExpired:
            stepping.kill()
            await asyncio.to_thread(stepping.wait)
    await live(players, [act for act in acts if act.moment >= night])


async def result(stage: Stage) -> dict[str, Any]:
    """The round with its farms."""
    return dict(await stage.json("choice-round", "show", str(YEAR), "--farms"))


def sums(shown: dict[str, Any]) -> str:
    """A round in a few figures."""
    return ", ".join(f"{shown[name]} {name}" for name in ("letters", "answered", "assigned", "stopped"))


async def check_ledger(stage: Stage, shown: dict[str, Any], played: Scenario) -> None:
    """No letter lost, none under a second Message-ID, no farm twice, the sums right."""
    asked = played.register.round_farms
    assert shown["letters"] == asked == len({row["farmId"] for row in shown["farms"]}) == len(shown["farms"])
    assert shown["mailed"] + shown["printed"] == asked
    assert shown["answered"] + shown["assigned"] + shown["stopped"] == asked
    assert (shown["failed"], shown["state"]) == (0, "done")
    async with httpx.AsyncClient(base_url=stage.mailbox) as mailbox:
        mails = [item for page in [await pages(mailbox)] for item in page]
    handed = await stage.json("letters", "list", "--state", "handed-over")
    ids = {letter["messageId"] for letter in handed["letters"]}
    assert ids == {mail["messageId"] for mail in mails}
    # Twice under the same Message-ID: at most those in flight when a worker was killed.
    assert len(mails) - len(ids) <= 2 * 2


async def pages(mailbox: httpx.AsyncClient) -> list[dict[str, Any]]:
    """Every mail in the mailboxes."""
    found: list[dict[str, Any]] = []
    while items := (
        await mailbox.get("/messages", params={"after": found[-1]["number"] if found else 0, "limit": 1000})
    ).json()["items"]:
        found += items
    return found


async def check_same_numbers(stage: Stage, shown: dict[str, Any]) -> None:
    """The command, the API and the page say the same."""
    async with httpx.AsyncClient(base_url=stage.web) as web:
        signed = {"signInName": "secretariat", "password": stage.people()["secretariat"]}
        (await web.post("/api/v1/session", json=signed)).raise_for_status()
        api = (await web.get(f"/api/v1/choice-rounds/{YEAR}")).json()
        page = (await web.get(f"/choice-rounds/{YEAR}")).text
    assert {key: shown[key] for key in api} == api
    for number in (shown["letters"], shown["answered"], shown["assigned"], shown["stopped"]):
        assert f">{number}<" in page.replace("\n", "")


def difference(first: dict[str, Any], second: dict[str, Any]) -> list[tuple[Any, Any]]:
    """Farms that did not come out the same."""
    return [pair for pair in zip(first["farms"], second["farms"], strict=True) if pair[0] != pair[1]]


@contextmanager
def busy() -> Iterator[None]:
    """Two processes that only burn time."""
    burning = [multiprocessing.get_context("spawn").Process(target=_burn, daemon=True) for _ in range(2)]
    for process in burning:
        process.start()
    try:
        yield
    finally:
        for process in burning:
            process.kill()
            process.join()


def _burn() -> None:
    while True:
        pass


@dataclass(frozen=True)
class Silent:
    """Farms that would never have answered: one uses its link at the last minute, one's slip arrives, one stays silent."""

    link: FarmId
    paper: FarmId
    never: FarmId
    body: BodyId = field(default=BodyId("B-02"))

    @property
    def all(self) -> frozenset[FarmId]:
        """The three."""
        return frozenset({self.link, self.paper, self.never})

    @classmethod
    def among(cls, players: Players) -> "Silent":
        """The first of each kind."""
        people = players.scenario.people
        by_mail = [f for f in sorted(players.links) if not decide(f, SEED, people, by_email=True).answers]
        on_paper = [f for f in sorted(players.codes) if not decide(f, SEED, people, by_email=False).answers]
        return cls(by_mail[0], on_paper[0], by_mail[1])


async def answer_by_link(stage: Stage, players: Players, silent: Silent) -> str:
    """Open the link, mark, confirm; the page that follows."""
    path = players.links[silent.link].removeprefix(stage.web)
    async with httpx.AsyncClient(base_url=stage.web, timeout=60) as browser:
        page = await browser.get(path)
        confirm = await browser.post(
            path, data=form_of(page.text, path).fields | {"body": silent.body}, follow_redirects=True
        )
        answered = await browser.post(path + "/answer", data=form_of(confirm.text, path + "/answer").fields)
        return (await browser.get(answered.headers["location"])).text


async def key_paper(players: Players, silent: Silent) -> dict[str, Any]:
    """The secretary keys a slip."""
    keyed = {"farmId": silent.paper, "year": YEAR, "body": silent.body, "channel": "paper"}
    answer = await players.secretary.web.post("/api/v1/paper-answers", json=keyed)
    answer.raise_for_status()
    return dict(answer.json())


async def restart(stage: Stage, part: str) -> None:
    """Kill a part; its supervisor starts it again."""
    old = stage.pid(part)
    stage.send(part, signal.SIGKILL)
    await stage.restarted(part, old)
    if part == "worker":
        return
    await eventually(lambda: stage.process.poll() is None, "the house fell")
