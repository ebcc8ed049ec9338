"""A round's letters and mail servers that misbehave: each letter ends delivered or on paper with a task (RFC 5321)."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import SecretStr
from temporalio.exceptions import ApplicationError

from activities.counter import Patience
from activities.mailing import LONGEST_WAIT
from activities.post import Letters
from press.pool import PressPool
from records.database import Sessions
from records.letter import HoldRow, LetterRow
from records.releasing import release
from records.task import TaskRow
from rehearsal.bad_mail import MANNERS, PASSWORD, POLITE, BadMail, Manner, Step, is_fifth, serving
from rehearsal.mail_certificate import certificate
from settings import MailTls, Settings
from tests.activities.test_post import HOUSE, send
from tests.world import ROUND, SECRETARY, bring_in, change, farm, run_round, table

ADDRESSES = [f"hoeve@f{place}.example" for place in (1, 2, *range(4, 15))]
FIFTHS = [address for address in ADDRESSES if is_fifth(address)]
SOON = Patience(answer=2.0, letter=4.0, page=30.0)
HELD_BY = 10


class Blank:
    """A press whose paper stays blank: what is printed is not what these tests are about."""

    async def typeset(self, letters: list[Any]) -> list[bytes]:
        return [b"%PDF-1.7" for _ in letters]


@pytest.fixture
async def asked(world: Sessions) -> Sessions:
    """Thirteen farms get mail, one paper."""
    await bring_in(world, [farm(place) for place in range(4, 15)])
    await run_round(world)
    return world


@asynccontextmanager
async def facing(
    sessions: Sessions, manner: Manner, patience: Patience = SOON, **settings: Any
) -> AsyncIterator[tuple[Letters, BadMail]]:
    """The post and the server it has to do with."""
    async with serving(manner, certificate=settings.pop("certificate", None)) as bad:
        known = Settings(smtp_port=bad.port, code_key=SecretStr(""), **settings)
        yield Letters(sessions, cast("PressPool", Blank()), HOUSE, known, patience), bad


async def work(sessions: Sessions, letters: Letters, most: int = 100) -> None:
    """Page after page, as the post does; what it waits for between attempts is not waited for here."""
    attempt = 1
    for page in range(most):
        try:
            sent = await send(letters, 7, page=str(page - attempt), attempt=attempt)
        except ApplicationError:
            attempt += 1
            continue
        attempt = 1
        if not sent.letters and sent.next_due is None:
            return
        await change(sessions, "UPDATE letter SET due_at = clock_timestamp() WHERE state = 'planned'")
    raise AssertionError(await table(sessions, LetterRow))


async def ends(sessions: Sessions) -> dict[str, str]:
    """What became of the letters that set out by mail; a letter on paper has its task."""
    tasks = Counter(task.facts["letter"] for task in await table(sessions, TaskRow) if task.kind == "letter-refused")
    found = {}
    for row in await table(sessions, LetterRow):
        if row.address is not None:
            found[row.address] = row.state if row.channel == "mail" else f"{row.smtp_reply} {row.state}"
            assert (row.channel == "paper") == (tasks[row.letter_key] == 1), row
    return found


async def check_copies(sessions: Sessions, bad: BadMail) -> Counter[str]:
    """Every copy carries its letter's own Message-ID; how many copies each address has."""
    ids = {row.address: row.message_id for row in await table(sessions, LetterRow)}
    assert all(ids[address] == message_id for address, message_id in bad.taken)
    return Counter(address for address, _ in bad.taken)


async def hold(sessions: Sessions) -> HoldRow | None:
    return next(iter(row for row in await table(sessions, HoldRow) if row.held), None)


async def let_go(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        assert await release(session, ROUND, SECRETARY)


@pytest.mark.parametrize(
    "manner",
    [
        "polite", "closes in the middle", "slow", "hangs up before the letter", "greylists", "only seven bit",
        "hangs up after the letter",
    ],
)  # fmt: skip
async def test_in_the_end_everybody_has_the_letter(asked: Sessions, manner: str) -> None:
    async with facing(asked, replace(MANNERS[manner], pause=MANNERS[manner].pause / 10)) as (letters, bad):
        await work(asked, letters)
    assert await ends(asked) == dict.fromkeys(ADDRESSES, "handed-over")
    copies = await check_copies(asked, bad)
    assert set(copies) == set(ADDRESSES)
    if manner != "hangs up after the letter":
        assert copies.total() == len(ADDRESSES)
    assert await hold(asked) is None


@pytest.mark.parametrize(
    ("manner", "reply", "copies"),
    [
        ("unknown for a fifth", "550 5.1.1 No such mailbox", 0),
        ("too large for a fifth", "552 5.3.4 Message too large", 0),
        ("later for a fifth", "given-up: 451 4.3.0 Lookup failed", 0),
        ("full for a fifth", "given-up: 452 4.2.2 Mailbox full", 0),
        ("hangs up after a fifth", "given-up: lost-after-data", 4),
    ],
)
async def test_who_gets_no_mail_gets_paper_and_somebody_a_task(
    asked: Sessions, manner: str, reply: str, copies: int
) -> None:
    if reply.startswith("given-up: 4"):
        await change(asked, "UPDATE letter SET attempts = 27 WHERE channel = 'mail'")
    async with facing(asked, MANNERS[manner]) as (letters, bad):
        await work(asked, letters)
    assert len(FIFTHS) == 3
    paper = f"{reply} to-print"
    expected = {address: paper if address in FIFTHS else "handed-over" for address in ADDRESSES}
    assert await ends(asked) == expected
    sent = {address: copies if address in FIFTHS else 1 for address in ADDRESSES}
    assert await check_copies(asked, bad) == Counter({address: many for address, many in sent.items() if many})
    assert await hold(asked) is None


@pytest.mark.parametrize(
    ("manner", "reason"),
    [
        ("closed", "421 4.3.2 Closed for maintenance"),
        ("later for everybody", "451 4.3.0 Lookup failed"),
        ("sender unknown", "550 5.7.1 This sender may not send here"),
        ("wants encryption", "530 Must issue a STARTTLS command first"),
        ("wants a password", "530 5.7.0 Authentication required"),
    ],
)
async def test_a_server_that_takes_nothing_holds_the_round_until_somebody_mended_it(
    asked: Sessions, tmp_path: Path, manner: str, reason: str
) -> None:
    shown = certificate(tmp_path).context if MANNERS[manner].wants_tls else None
    async with facing(asked, MANNERS[manner], certificate=shown) as (letters, bad):
        await work(asked, letters)
        await check_held(asked, reason)
    async with facing(asked, POLITE) as (letters, bad):
        await let_go(asked)
        await work(asked, letters)
    assert await ends(asked) == dict.fromkeys(ADDRESSES, "handed-over")
    assert await check_copies(asked, bad) == Counter(ADDRESSES)


async def check_held(sessions: Sessions, reason: str, task: str = "round-held") -> None:
    """The round is held, somebody has one task about it, and no letter is anywhere but in the ledger."""
    held = await hold(sessions)
    assert held is not None
    assert (held.hold_id, held.held_by, held.reason, held.failures_in_a_row) == (ROUND, None, reason, HELD_BY)
    assert [row.kind for row in await table(sessions, TaskRow) if row.closed_at is None] == [task]
    assert set((await ends(sessions)).values()) == {"planned"}


async def test_a_second_worker_stops_at_its_next_letter(asked: Sessions) -> None:
    """The hold is a row that each looks at before each letter: whoever comes late finds it."""
    slow = replace(MANNERS["later for everybody"], pause=0.01)
    async with facing(asked, slow) as (letters, bad):
        await asyncio.gather(send(letters, 7, page="1"), send(letters, 7, page="2"))
    assert HELD_BY <= bad.letters <= HELD_BY + 1
    assert Counter(row.attempts for row in await table(asked, LetterRow))[0] >= 2


async def test_a_server_that_wants_nothing_of_us_costs_ten_letters_their_mail(asked: Sessions) -> None:
    async with facing(asked, MANNERS["unwanted by everybody"]) as (letters, _):
        await work(asked, letters)
    assert (await hold(asked)) is not None
    paper = [end for end in (await ends(asked)).values() if end.startswith("554")]
    assert len(paper) == HELD_BY


async def test_nobody_there_is_ten_attempts_of_a_page_however_many_pages_wait(asked: Sessions) -> None:
    async with facing(asked, POLITE) as (letters, _):
        pass
    for page in ("1", "2", "3"):
        for attempt in range(1, 10):
            with pytest.raises(ApplicationError) as nobody:
                await send(letters, 4, page=page, attempt=attempt)
    assert (nobody.value.type, nobody.value.next_retry_delay) == ("MailServerUnreachable", LONGEST_WAIT)
    assert "@" not in str(nobody.value)
    assert await hold(asked) is None
    assert (await send(letters, 4, page="1", attempt=10)).letters > 0
    # The others find the round held at their next attempt, and wait for nothing any more.
    for page in ("2", "3"):
        assert (await send(letters, 4, page=page, attempt=10)).letters > 0
    await check_held(asked, "unreachable")
    assert {row.attempts for row in await table(asked, LetterRow) if row.channel == "mail"} == {0}


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"smtp_tls": MailTls.STARTTLS}, "untrusted"),
        ({"smtp_tls": MailTls.TLS}, "untrusted"),
    ],
)
async def test_a_certificate_that_nobody_vouches_for_ends_the_conversation(
    asked: Sessions, tmp_path: Path, settings: dict[str, Any], reason: str
) -> None:
    async with facing(asked, POLITE, certificate=certificate(tmp_path).context, **settings) as (letters, bad):
        await work(asked, letters)
    await check_held(asked, reason)
    assert (bad.taken, bad.letters) == ([], 0)


async def test_encryption_that_was_asked_for_is_never_left_out(asked: Sessions) -> None:
    async with facing(asked, POLITE, smtp_tls=MailTls.STARTTLS) as (letters, bad):
        await work(asked, letters)
    await check_held(asked, "no-tls")
    assert bad.letters == 0


async def test_encrypted_and_signed_in(asked: Sessions, tmp_path: Path) -> None:
    shown = certificate(tmp_path)
    settings = {
        "smtp_tls": MailTls.STARTTLS, "smtp_ca_file": shown.authority,
        "smtp_username": "ikm", "smtp_password": SecretStr(PASSWORD),
    }  # fmt: skip
    manner = Manner(wants_tls=True, wants_password=True)
    async with facing(asked, manner, certificate=shown.context, **settings) as (letters, bad):
        await work(asked, letters)
    assert len(bad.taken) == len(ADDRESSES)


async def test_a_password_that_is_refused(asked: Sessions) -> None:
    settings = {"smtp_username": "ikm", "smtp_password": SecretStr("wrong")}
    async with facing(asked, MANNERS["wants a password"], **settings) as (letters, _):
        await work(asked, letters)
    await check_held(asked, "535 5.7.8 Authentication credentials invalid")


async def test_a_server_that_never_answers_is_left(asked: Sessions) -> None:
    impatient = Patience(answer=0.05, letter=0.1, page=30.0)
    async with facing(asked, Manner(Step.GREETING, pause=5.0), impatient) as (letters, _):
        await work(asked, letters)
    await check_held(asked, "unreachable")


async def test_a_slow_server_gets_what_fits_into_a_page(asked: Sessions) -> None:
    hasty = replace(SOON, page=0.0)
    async with facing(asked, POLITE, hasty) as (letters, bad):
        assert (await send(letters, 4)).letters == 4
    assert bad.taken == []
    assert {row.attempts for row in await table(asked, LetterRow) if row.channel == "mail"} == {0}


@pytest.mark.parametrize(
    ("address", "manner", "end"),
    [
        ("josé@hoeve.example", "polite", "handed-over"),
        ("josé@hoeve.example", "only seven bit", "no-eight-bit to-print"),
        ("jan@hoeve-geërfd.example", "only seven bit", "handed-over"),
    ],
)
async def test_addresses_beyond_ascii(asked: Sessions, address: str, manner: str, end: str) -> None:
    await change(asked, "UPDATE farm SET email = :address WHERE farm_id = 'F-000001'", address=address)
    await change(asked, "UPDATE letter SET address = :address WHERE farm_id = 'F-000001'", address=address)
    async with facing(asked, MANNERS[manner]) as (letters, bad):
        await work(asked, letters)
    assert (await ends(asked))[address] == end
    assert len(bad.taken) == len(ADDRESSES) - (end != "handed-over")
