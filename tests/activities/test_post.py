"""A page of letters goes out: each is noted by itself, whatever the mail server answers (design.md §8)."""

import asyncio
import hashlib
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import SecretStr
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.post import Letters
from activities.post import _ledger as ledger_of
from press.letter import Letter, typeset
from press.pool import PressPool
from press.written import House, written
from records.database import Sessions
from records.letter import HoldRow, LetterRow
from records.printing import print_waiting
from scheme.post import Sent
from settings import Settings
from tests.world import (
    LETTERS_AT,
    SECRETARY,
    bring_in,
    change,
    close_choice,
    farm,
    run_round,
    set_clock,
    table,
    the_choice,
)

HOUSE = House("http://ikm.test", b"k" * 32, practice=True)
FIRST, SECOND = "hoeve@f1.example", "hoeve@f2.example"


@dataclass
class Clerk:
    """A mail server that answers as it is told; to: reply by recipient, after: reply to the letter itself."""

    to: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    cut_after: set[str] = field(default_factory=set)
    taken: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.to:
            return self.to[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        (address,) = envelope.rcpt_tos
        if address in self.after:
            return self.after[address]
        message = message_from_bytes(cast("bytes", envelope.content), policy=policy.SMTP)
        self.taken.append(cast("EmailMessage", message))
        if address in self.cut_after:
            cast("Any", server).transport.abort()
        return "250 2.0.0 Kept"

    @property
    def ids(self) -> list[str]:
        return [message["Message-ID"] for message in self.taken]


class Inline:
    """The press without processes of its own."""

    async def typeset(self, letters: Sequence[Letter]) -> list[bytes]:
        return [typeset(letter) for letter in letters]


@asynccontextmanager
async def post(sessions: Sessions, clerk: Clerk | None, press: object = None) -> AsyncIterator[Letters]:
    """The activities, with this clerk at the counter or nobody."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = None
    if clerk is not None:
        server = await asyncio.get_running_loop().create_server(
            lambda: SMTP(clerk, hostname="localhost"), "127.0.0.1", port
        )
    settings = Settings(smtp_port=port, code_key=SecretStr(""))
    yield Letters(sessions, cast("PressPool", press or Inline()), HOUSE, settings)
    if server is not None:
        server.close()
        await server.wait_closed()


async def send(letters: Letters, size: int = 25, page: str = "1", attempt: int = 1) -> Sent:
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, activity_id=page, attempt=attempt)
    return cast("Sent", await environment.run(letters.send_letters, size))


async def test_a_low_rate_claims_few_letters_at_once(world: Sessions) -> None:
    await run_round(world)
    async with post(world, Clerk()) as letters:
        slow = replace(letters, settings=letters.settings.model_copy(update={"mail_rate": 1.0}))
        assert await send(slow) == Sent(1)


@dataclass
class Slow:
    """A press that is done only when Temporal has heard twice that the page lives."""

    beats: asyncio.Queue[object] = field(default_factory=asyncio.Queue)

    async def typeset(self, letters: Sequence[Letter]) -> list[bytes]:
        for _ in range(2):
            await self.beats.get()
        return [typeset(letter) for letter in letters]


async def letter(sessions: Sessions, place: int = 1, kind: str = "choice") -> LetterRow:
    async with sessions() as session:
        return await session.get_one(LetterRow, f"{the_choice(place)}:{kind}")


async def states(sessions: Sessions) -> list[str]:
    return [row.state for row in await table(sessions, LetterRow)]


async def test_a_page_says_that_it_lives_while_the_press_takes_its_time(
    world: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.beating.EVERY", timedelta(milliseconds=5))
    await run_round(world)
    async with post(world, Clerk(), press := Slow()) as letters:
        environment = ActivityEnvironment()
        environment.on_heartbeat = lambda *_: press.beats.put_nowait(None)
        assert await asyncio.wait_for(environment.run(letters.send_letters, 25), 30) == Sent(3)


async def test_a_letter_dated_anew_at_the_printer_gets_the_hash_of_what_was_printed(world: Sessions) -> None:
    await run_round(world)
    async with post(world, Clerk()) as letters:
        await send(letters)
        first = (await letter(world, 3)).sha256
        await set_clock(world, datetime(2025, 3, 3, 8, tzinfo=UTC))
        async with world.begin() as session:
            await print_waiting(session, SECRETARY)
        assert [await send(letters), await send(letters)] == [Sent(1), Sent(0, None)]
    row = await letter(world, 3)
    assert row.sha256 == hashlib.sha256(typeset(written(ledger_of(row), HOUSE))).hexdigest() != first


async def test_a_page_goes_out_by_mail_and_on_paper(world: Sessions) -> None:
    await run_round(world)
    async with post(world, clerk := Clerk()) as letters:
        assert await send(letters) == Sent(3)
        assert await send(letters) == Sent(0, None)
    assert await states(world) == ["handed-over", "handed-over", "to-print"]
    assert [message["To"] for message in clerk.taken] == [FIRST, SECOND]
    row = await letter(world)
    assert (row.handed_over_at, row.smtp_reply, row.attempts) == (LETTERS_AT, "250 2.0.0 Kept", 1)
    (pdf,) = [part.get_content() for part in clerk.taken[0].iter_attachments()]
    assert hashlib.sha256(pdf).hexdigest() == row.sha256
    assert clerk.ids == [row.message_id, (await letter(world, 2)).message_id]


async def test_a_letter_on_paper_is_printed_again_to_the_byte(world: Sessions) -> None:
    await run_round(world)
    async with post(world, Clerk()) as letters:
        await send(letters)
    async with world.begin() as session:
        await print_waiting(session, SECRETARY)
    await bring_in(world, [farm(3, email=None, name="Hoeve De Linde", street="Elders 9")])
    row = await letter(world, 3)
    assert (row.state, row.handed_over_at) == ("printed", None)
    assert hashlib.sha256(typeset(written(ledger_of(row), HOUSE))).hexdigest() == row.sha256


async def test_a_page_is_no_larger_than_asked(world: Sessions) -> None:
    await run_round(world)
    async with post(world, clerk := Clerk()) as letters:
        assert [(await send(letters, 2)).letters for _ in range(3)] == [2, 1, 0]
    assert len(clerk.taken) == 2


async def test_who_is_refused_for_now_gets_the_same_letter_later(world: Sessions) -> None:
    await run_round(world)
    clerk = Clerk(to={FIRST: "450 mailbox busy"})
    before = datetime.now(UTC)
    async with post(world, clerk) as letters:
        await send(letters)
        row = await letter(world)
        assert (row.state, row.smtp_reply) == ("planned", "450 mailbox busy")
        assert row.due_at is not None
        assert row.due_at > before
        assert await send(letters) == Sent(0, row.due_at)
        clerk.to.clear()
        await change(world, "UPDATE letter SET due_at = clock_timestamp() WHERE state = 'planned'")
        assert await send(letters) == Sent(1)
    assert [message["To"] for message in clerk.taken] == [SECOND, FIRST]
    assert clerk.ids[1] == row.message_id


@pytest.mark.parametrize("where", ["to", "after"])
async def test_who_is_refused_for_good_gets_paper_and_the_others_their_mail(world: Sessions, where: str) -> None:
    await run_round(world)
    clerk = Clerk(**{where: {FIRST: "550 no such mailbox"}})  # type: ignore[arg-type]
    async with post(world, clerk) as letters:
        await send(letters)
        row = await letter(world)
        assert (row.channel, row.state, row.smtp_reply) == ("paper", "planned", "550 no such mailbox")
        assert (await letter(world, 2)).state == "handed-over"
        await send(letters)
    row = await letter(world)
    assert (row.state, row.smtp_reply) == ("to-print", "550 no such mailbox")
    assert [message["To"] for message in clerk.taken] == [SECOND]


async def test_the_first_of_many_refused_does_not_spoil_the_rest(world: Sessions) -> None:
    await bring_in(world, [farm(place) for place in range(4, 10)])
    await run_round(world)
    clerk = Clerk(to={FIRST: "450 mailbox busy", "hoeve@f5.example": "550 no such mailbox"})
    async with post(world, clerk) as letters:
        await send(letters)
    assert len(clerk.taken) == 6
    assert await states(world) == ["planned", "handed-over", "to-print", "handed-over", "planned", *["handed-over"] * 4]


async def test_ten_refusals_in_a_row_hold_the_round(world: Sessions) -> None:
    await bring_in(world, [farm(place) for place in range(4, 14)])
    await run_round(world)
    everybody = {f"hoeve@f{place}.example": "451 try again later" for place in range(1, 14)}
    async with post(world, Clerk(to=everybody)) as letters:
        await send(letters, 6, page="1")
        await send(letters, 6, page="2")
        (hold,) = await table(world, HoldRow)
        assert (hold.held, hold.reason) == (True, "451 try again later")
        assert await send(letters) == Sent(0, None)


async def test_what_was_cut_before_our_note_goes_again_under_the_same_message_id(world: Sessions) -> None:
    """It costs the others nothing: they go in the next conversation."""
    await run_round(world)
    clerk = Clerk(cut_after={FIRST})
    async with post(world, clerk) as letters:
        assert await send(letters) == Sent(3)
        cut = await letter(world)
        assert (cut.state, cut.smtp_reply) == ("planned", "lost-after-data")
        assert (await letter(world, 2)).state == "handed-over"
        clerk.cut_after.clear()
        await change(world, "UPDATE letter SET due_at = clock_timestamp() WHERE state = 'planned'")
        assert await send(letters) == Sent(1)
    row = await letter(world)
    assert (row.state, row.attempts) == ("handed-over", 2)
    assert clerk.ids == [row.message_id, (await letter(world, 2)).message_id, row.message_id]


async def test_another_page_leaves_what_waits_for_the_server(world: Sessions) -> None:
    await run_round(world)
    async with post(world, None) as letters:
        with pytest.raises(ApplicationError, match="cannot be reached"):
            await send(letters)
        assert (await send(letters, page="2")).letters == 0


async def test_nobody_at_the_counter(world: Sessions) -> None:
    await run_round(world)
    async with post(world, None) as letters:
        with pytest.raises(ApplicationError, match="the mail server cannot be reached"):
            await send(letters)
    assert await states(world) == ["sending", "sending", "to-print"]
    async with post(world, clerk := Clerk()) as letters:
        assert await send(letters, attempt=2) == Sent(2)
    assert len(clerk.taken) == 2


async def test_a_letter_that_cannot_be_typeset_fails_alone(world: Sessions) -> None:
    await run_round(world)
    unprintable = "UPDATE letter SET words = jsonb_set(words, '{name}', '\"Hoeve 😀\"') WHERE farm_id = 'F-000001'"
    await change(world, unprintable)
    press = PressPool(processes=1)
    try:
        async with post(world, clerk := Clerk(), press) as letters:
            assert await send(letters) == Sent(3)
    finally:
        press.close()
    failed = await letter(world)
    assert failed.state == "failed"
    assert "😀" in (failed.smtp_reply or "")
    assert await states(world) == ["failed", "handed-over", "to-print"]
    assert [message["To"] for message in clerk.taken] == [SECOND]


async def test_a_letter_without_a_value_it_needs_fails_alone(world: Sessions) -> None:
    await run_round(world)
    await bring_in(world, [farm(1, expires_on=None)])
    async with post(world, Clerk()) as letters:
        await send(letters)
        await close_choice(world)
        assert await send(letters) == Sent(1)
    failed = await letter(world, kind="assignment")
    assert failed.state == "failed"
    assert "certificate_until" in (failed.smtp_reply or "")
