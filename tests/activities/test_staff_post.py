"""Mails to people of the house go out between the letters, in a real conversation with the mail server."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest_asyncio

from records.database import Sessions
from records.digest import plan_digests
from records.person import PersonRow, StaffMailRow
from records.queries.account import undelivered
from records.queries.person import add_person
from records.staff_mail import claim_staff_mail, put_back_staff_mail
from records.task import TaskKind
from records.tasking import open_task
from scheme.ids import PersonId
from scheme.language import Language
from scheme.people import Role
from scheme.post import Sent
from tests.activities.test_post import Clerk, post, send
from tests.world import LETTERS_AT, change, run_round, table

AN = "an@ikm.example"


@pytest_asyncio.fixture
async def office(world: Sessions) -> AsyncIterator[Sessions]:
    """The secretary wants a mail each day, and a task waits."""
    await run_round(world)
    async with world.begin() as session:
        person = PersonId("P-0001")
        await add_person(session, person, "an", "An Peeters", Role.SECRETARIAT, None, Language.NL, "x" * 12)
        row = await session.get_one(PersonRow, person)
        row.digest, row.email = "daily", AN
        await open_task(session, "late:1", TaskKind.MATTER_LATE, LETTERS_AT, due_on=date(2025, 1, 14))
    yield world


async def mails(sessions: Sessions) -> list[tuple[str, str | None]]:
    return [(row.state, row.smtp_reply) for row in await table(sessions, StaffMailRow)]


async def test_it_follows_the_letters_and_goes_once(office: Sessions) -> None:
    async with post(office, clerk := Clerk()) as letters:
        assert [await send(letters) for _ in range(3)] == [Sent(3), Sent(1), Sent(0, None)]
    assert clerk.taken[-1]["To"] == AN
    assert clerk.taken[-1]["Subject"] == "Er wacht 1 taak op u, 1 te laat"
    (row,) = await table(office, StaffMailRow)
    assert (row.state, row.smtp_reply, row.handed_over_at) == ("handed-over", "250 2.0.0 Kept", LETTERS_AT)
    assert clerk.taken[-1]["Message-ID"] == row.message_id


async def test_a_refusal_for_now_is_tried_later_and_one_for_good_is_kept(office: Sessions) -> None:
    clerk = Clerk(to={AN: "450 mailbox busy"})
    before = datetime.now(UTC)
    async with post(office, clerk) as letters:
        await send(letters)
        assert await send(letters) == Sent(1)
        assert await mails(office) == [("planned", "450 mailbox busy")]
        waits = await send(letters)
        assert waits.next_due is not None
        assert before < waits.next_due < before + timedelta(hours=1)
        clerk.to[AN] = "550 no such mailbox"
        await change(office, "UPDATE staff_mail SET due_at = clock_timestamp()")
        assert [await send(letters), await send(letters)] == [Sent(1), Sent(0, None)]
    assert await mails(office) == [("failed", "550 no such mailbox")]


async def test_a_server_that_is_away_puts_it_off(office: Sessions) -> None:
    await change(office, "UPDATE letter SET state = 'handed-over'")
    async with post(office, None) as letters:
        assert await send(letters) == Sent(1)
    assert await mails(office) == [("planned", "unreachable")]


async def test_it_is_tried_as_often_as_a_letter_and_then_its_owner_sees_why(office: Sessions) -> None:
    await change(office, "UPDATE letter SET state = 'handed-over'")
    async with office.begin() as session:
        await plan_digests(session)
    await change(office, "UPDATE staff_mail SET attempts = 29")
    async with post(office, Clerk(to={AN: "450 mailbox busy"})) as letters:
        assert [await send(letters), await send(letters)] == [Sent(1), Sent(0, None)]
    async with office() as session:
        lost = await undelivered(session, "P-0001")
    assert lost is not None
    assert (lost.state, lost.smtp_reply) == ("failed", "given-up: 450 mailbox busy")


async def test_a_mail_that_was_not_tried_pays_nothing(office: Sessions) -> None:
    async with office.begin() as session:
        await plan_digests(session)
        (row,) = await claim_staff_mail(session, 1)
        await put_back_staff_mail(session, row)
    (row,) = await table(office, StaffMailRow)
    assert (row.state, row.attempts) == ("planned", 0)


async def test_what_a_killed_sender_had_goes_again_under_the_same_message_id(office: Sessions) -> None:
    await change(office, "UPDATE letter SET state = 'handed-over'")
    async with office.begin() as session:
        assert await plan_digests(session) == 1
    killed = "UPDATE staff_mail SET state = 'sending', attempts = 1, due_at = clock_timestamp() + interval '{} minutes'"
    await change(office, killed.format(9))
    async with post(office, clerk := Clerk()) as letters:
        assert (await send(letters)).letters == 0
        await change(office, killed.format(-1))
        assert await send(letters) == Sent(1)
    (row,) = await table(office, StaffMailRow)
    assert (clerk.ids, row.attempts) == ([row.message_id], 2)


async def test_an_address_that_is_none_fails_by_itself(office: Sessions) -> None:
    await change(office, "UPDATE letter SET state = 'handed-over'")
    await change(office, "UPDATE person SET email = 'an@ikm.example, bo@ikm.example'")
    async with post(office, Clerk()) as letters:
        assert await send(letters) == Sent(1)
    ((state, reply),) = await mails(office)
    assert (state, "one mail address" in (reply or "")) == ("failed", True)
