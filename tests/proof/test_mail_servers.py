"""Sixty letters against every mail server that misbehaves, by two workers of the whole house."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy import create_engine, text

from activities import mailing
from parts.postgres import Running
from parts.processes import free_port
from records.letter import HoldRow, LetterRow
from records.receiving import receive
from records.releasing import release
from records.task import TaskKind, TaskRow
from rehearsal.bad_mail import MANNERS, PASSWORD, POLITE, BadMail, Manner, serving
from rehearsal.mail_certificate import Shown, certificate
from scheme.choice_round import Start
from scheme.ids import CALENDAR, POST, NewsId
from scheme.news import LettersWait, News
from settings import MailTls
from tests.house import House
from tests.proved import SAID
from tests.world import LETTERS_AT, ROUND, SECRETARY, bring_in, change, farm, table
from workflows.options import MAIL_PAGES

pytestmark = [pytest.mark.proof, pytest.mark.timeout(600)]

FARMS = 60
HOLDS_AFTER = 10
LONGEST_SECONDS = 300.0
MOST_COPIES = 4
NEWS = News(NewsId("letters>post#proof"), POST, LETTERS_AT, LettersWait())


@dataclass(frozen=True)
class Case:
    """A server, what we do wrong with it, and how both are mended once the round is held; None: not at all."""

    manner: Manner = POLITE
    ours: dict[str, Any] = field(default_factory=dict)
    mended: dict[str, Any] | None = None
    better: Manner | None = None
    encrypts: bool = False


def case(name: str, shown: Shown) -> Case:
    """The case of that name."""
    signed_in = {"smtp_username": "ikm", "smtp_password": SecretStr(PASSWORD)}
    encrypted = {"smtp_tls": MailTls.STARTTLS, "smtp_ca_file": shown.authority}
    cases = {
        "wants encryption": Case(MANNERS["wants encryption"], {}, encrypted, encrypts=True),
        "wants a password": Case(MANNERS["wants a password"], {}, signed_in),
        "refuses our password": Case(
            MANNERS["wants a password"], signed_in | {"smtp_password": SecretStr("wrong")}, signed_in
        ),
        "shows a certificate of nobody": Case(POLITE, {"smtp_tls": MailTls.STARTTLS}, encrypted, encrypts=True),
        "offers no encryption": Case(POLITE, {"smtp_tls": MailTls.STARTTLS}, {}),
        "is not there": Case(POLITE, {"smtp_port": free_port()}, {}),
    }
    better = None if name in GO_ON else POLITE
    return cases.get(name) or Case(MANNERS[name], better=better)


# Held or not, these go on as they are.
GO_ON = {"hangs up on everybody once"}
NAMES = [*MANNERS, "refuses our password", "shows a certificate of nobody", "offers no encryption", "is not there"]


@pytest_asyncio.fixture(scope="module")
async def asked(house: House) -> AsyncIterator[House]:
    """Sixty farms were asked; whoever worked until now stops."""
    await bring_in(house.sessions, [farm(place) for place in range(1, FARMS + 1)])
    await house.settle()
    await house.play(datetime(2025, 1, 15, 8, tzinfo=UTC))
    await house.hand_in(await receive(house.sessions, CALENDAR, SECRETARY, Start(2025)))
    await house.play(datetime(2025, 1, 15, 9, tzinfo=UTC))
    await house.stop_worker()
    yield house


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten attempts to meet a server that is away take two minutes; these proofs are about something else."""
    for wait in ("FIRST_WAIT", "LONGEST_WAIT"):
        monkeypatch.setattr(mailing, wait, timedelta(milliseconds=100))


@pytest.mark.parametrize("name", NAMES)
async def test_every_letter_ends(asked: House, cluster: Running, tmp_path: Path, name: str, record_property) -> None:
    await write_again(asked, cluster)
    shown = certificate(tmp_path)
    known, began, reasons = case(name, shown), time.monotonic(), []
    async with serving(known.manner, certificate=shown.context if known.encrypts else None) as bad:
        async with two_workers(asked, {"smtp_port": bad.port} | known.ours):
            while (held := await rested(asked)) and known.mended is None:
                reasons.append(await check_held(asked, held, bad))
                bad.manner = known.better or bad.manner
                await let_go(asked)
        if held:
            reasons.append(await check_held(asked, held, bad))
            async with two_workers(asked, {"smtp_port": bad.port} | (known.mended or {})):
                await let_go(asked)
                assert await rested(asked) is None
    record_property(SAID, f"{name}: {await ended(asked, bad, reasons)}, {time.monotonic() - began:.0f} s")


async def write_again(house: House, cluster: Running) -> None:
    """As if the letters had just been written; their keys and Message-IDs are the same each time."""
    owner = create_engine(cluster.url("ikm_owner", database=house.sessions.kw["bind"].url.database))
    with owner.begin() as connection:
        connection.execute(text("DELETE FROM task"))
        connection.execute(text("DELETE FROM hold"))
        connection.execute(
            text("""
            UPDATE letter l SET state = 'planned', channel = 'mail', attempts = 0, smtp_reply = NULL, sha256 = NULL,
                handed_over_at = NULL, claimed_by = NULL, claimed_at = NULL, due_at = clock_timestamp(),
                address = f.email
            FROM farm f WHERE f.farm_id = l.farm_id
            """)
        )
    owner.dispose()


@asynccontextmanager
async def two_workers(house: House, settings: dict[str, Any]) -> AsyncIterator[None]:
    """Each with a database pool, a press and a Temporal connection of its own."""
    known = house.settings.model_copy(update=settings)
    async with AsyncExitStack() as stack:
        for _ in range(2):
            worker = replace(house, settings=known, working=None)
            await worker.start_worker()
            stack.push_async_callback(worker.stop_worker)
        await hear(house)
        yield


async def hear(house: House) -> None:
    await house.client.get_workflow_handle(POST).signal("hear", NEWS)


async def rested(house: House) -> HoldRow | None:
    """Wait until no letter waits for the machine, and nobody's next attempt is waited for; the hold, if one stands."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + LONGEST_SECONDS
    while True:
        rows = Counter(row.state for row in await table(house.sessions, LetterRow))
        held = next((row for row in await table(house.sessions, HoldRow) if row.held), None)
        if not rows["sending"] and (held or not rows["planned"]):
            return held
        assert clock() < deadline, (rows, held)
        await change(
            house.sessions,
            "UPDATE letter SET due_at = clock_timestamp() WHERE state = 'planned' AND due_at > clock_timestamp()",
        )
        await hear(house)
        await asyncio.sleep(0.2)


async def check_held(house: House, held: HoldRow, bad: BadMail) -> str:
    """The reason, after at most one letter more than ten for each further lane: each looks before its next letter."""
    assert (held.hold_id, held.held_by) == (ROUND, None)
    tasks = [row for row in await table(house.sessions, TaskRow) if row.kind == TaskKind.ROUND_HELD.value]
    assert len([row for row in tasks if row.closed_at is None]) == 1
    if bad.manner.to == "everybody":
        assert bad.letters <= HOLDS_AFTER + MAIL_PAGES - 1
    return held.reason or ""


async def let_go(house: House) -> None:
    async with house.sessions.begin() as session:
        assert await release(session, ROUND, SECRETARY)


async def ended(house: House, bad: BadMail, reasons: list[str]) -> str:
    """Check every letter's end, and say what they came to."""
    letters = await table(house.sessions, LetterRow)
    tasks = Counter(row.facts["letter"] for row in await table(house.sessions, TaskRow) if row.kind == "letter-refused")
    for row in letters:
        on_paper = (row.channel, row.state) == ("paper", "to-print")
        assert on_paper or (row.channel, row.state) == ("mail", "handed-over"), row
        assert (tasks[row.letter_key], bool(row.smtp_reply)) == (int(on_paper), True)
    ids = {row.address: row.message_id for row in letters}
    copies = Counter((to, message) for to, message in bad.taken if to in ids)
    assert all(ids[to] == message for to, message in copies)
    by_mail = {row.address for row in letters if row.channel == "mail"}
    assert by_mail <= {to for to, _ in copies}
    assert max(copies.values(), default=0) <= MOST_COPIES
    twice = sum(many > 1 for many in copies.values())
    held = f"held {len(reasons)} times ({reasons[0]})" if reasons else "never held"
    return f"{len(by_mail)} by mail, {len(letters) - len(by_mail)} on paper with a task, {twice} more than once, {held}"
