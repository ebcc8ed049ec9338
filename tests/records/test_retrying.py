"""Only letters that did not go out are tried again, with what the register says now (design.md §8)."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlmodel import col

from records import ledger
from records.database import Sessions
from records.letter import LetterRow
from records.posting import withdraw
from records.printing import print_waiting
from records.queries.person import add_person
from records.quiet import waiting
from records.releasing import release
from records.retrying import Retried, retry
from records.submission import OutboxRow
from records.task import TaskRow
from scheme import choice_letter
from scheme.ids import PersonId
from scheme.language import Language
from scheme.mail_reply import refused
from scheme.people import Role
from scheme.register import FarmLine
from scheme.step import Act
from tests.world import (
    FARMS,
    ROUND,
    SECRETARY,
    bring_in,
    case_of,
    change,
    close_choice,
    column,
    farm,
    run_round,
    table,
    the_choice,
    write,
)

SHA = "0" * 64
AN = PersonId("P-0001")
MENDED: Sequence[FarmLine] = (farm(1, email="nieuw@f1.example"), farm(2, name="Hoeve Ter Linde"), FARMS[2])


async def one_of_each(sessions: Sessions) -> None:
    """Farm 1's letter is refused and on its way to the printer, farm 2's cannot be made, farm 3's is printed."""
    await run_round(sessions)
    async with sessions.begin() as session:
        refused, impossible, printed = await ledger.claim(session, "page-a/1", 25)
        await ledger.note_refused(session, refused, "550 no such user")
        await ledger.note_failed(session, impossible, "no such sign")
        await ledger.note_to_print(session, printed, SHA)
        await print_waiting(session, SECRETARY)


async def again(sessions: Sessions, letter: str | None = None) -> Retried:
    async with sessions.begin() as session:
        if letter is not None:
            return await retry(session, SECRETARY, letter_key=letter)
        return await retry(session, SECRETARY, round_id=ROUND)


async def states(sessions: Sessions) -> list[tuple[str, str]]:
    return [(row.state, row.channel) for row in await table(sessions, LetterRow)]


async def test_a_refused_letter_waits_for_another_address(world: Sessions) -> None:
    await one_of_each(world)
    assert await again(world) == Retried(letters=1, same_address=1)
    assert await states(world) == [("planned", "paper"), ("planned", "mail"), ("printed", "paper")]


async def test_a_mended_letter_goes_out_under_its_own_message_id(world: Sessions) -> None:
    await one_of_each(world)
    before = (await table(world, LetterRow))[0]
    await bring_in(world, MENDED)
    assert await again(world) == Retried(letters=2, same_address=0)
    after = (await table(world, LetterRow))[0]
    assert (after.state, after.channel, after.address) == ("planned", "mail", "nieuw@f1.example")
    assert (after.message_id, after.words["dated"]) == (before.message_id, before.words["dated"])
    assert len([row for row in await table(world, OutboxRow) if row.news_id.startswith("post>post#retried")]) == 1
    assert await column(world, "SELECT chain FROM trail WHERE act = :act ORDER BY 1", act=Act.LETTER_RETRIED) == [
        "F-000001", "F-000002",
    ]  # fmt: skip


async def test_what_went_out_is_never_sent_again(world: Sessions) -> None:
    await one_of_each(world)
    assert await again(world, f"{the_choice(3)}:choice") == Retried(letters=0, same_address=0)


async def put_off(sessions: Sessions) -> None:
    """The three letters wait: one for an hour after our address was refused, one for a moment, one for its turn."""
    await run_round(sessions)
    async with sessions.begin() as session:
        for row in await ledger.claim(session, "page-a/1", 2):
            await ledger.note_not_taken(session, row, refused(550, "5.7.1 not from you", ours=True))
    await change(sessions, "UPDATE letter SET due_at = due_at + interval '1 hour' WHERE farm_id = 'F-000001'")


async def due(sessions: Sessions) -> list[str]:
    """Farms whose letter may be claimed now."""
    return await column(sessions, "SELECT farm_id FROM letter WHERE due_at <= clock_timestamp() ORDER BY 1")


async def test_a_letter_that_waits_for_a_later_attempt_is_tried_now(world: Sessions) -> None:
    await put_off(world)
    assert await again(world, f"{the_choice(1)}:choice") == Retried(letters=1, same_address=0)
    assert await due(world) == ["F-000001", "F-000003"]
    assert await states(world) == [("planned", "mail"), ("planned", "mail"), ("planned", "paper")]
    assert len([row for row in await table(world, OutboxRow) if row.news_id.startswith("post>post#retried")]) == 1
    for place in (1, 3):
        assert await again(world, f"{the_choice(place)}:choice") == Retried(letters=0, same_address=0)
    assert await again(world) == Retried(letters=1, same_address=0)
    assert len(await due(world)) == 3


async def test_letters_that_are_let_go_do_not_wait_for_a_later_attempt(world: Sessions) -> None:
    await put_off(world)
    await change(world, "UPDATE hold SET held = true")
    assert await again(world) == Retried(letters=0, same_address=0)
    async with world.begin() as session:
        await release(session, ROUND, SECRETARY)
    assert len(await due(world)) == 3


async def test_a_letter_that_waits_for_an_hour_is_not_waited_for(world: Sessions) -> None:
    await put_off(world)
    async with world() as session:
        assert (await waiting(session))["letters"] == 2


async def test_its_task_ends_when_it_has_gone(world: Sessions) -> None:
    await one_of_each(world)
    await bring_in(world, MENDED)
    await again(world)
    async with world.begin() as session:
        for row in await ledger.claim(session, "page-b/1", 25):
            await ledger.note_handed_over(session, row, SHA, "250 OK")
    assert [task.closed_at is None for task in await table(world, TaskRow)] == [False, False]
    assert await again(world) == Retried(letters=0, same_address=0)


async def test_a_letter_has_one_task_until_it_is_printed(world: Sessions) -> None:
    await one_of_each(world)
    key = f"{the_choice()}:choice"
    for claimant in ("page-b/1", "page-c/1"):
        await change(world, "UPDATE letter SET channel = 'mail', state = 'planned' WHERE letter_key = :key", key=key)
        async with world.begin() as session:
            (row,) = await ledger.claim(session, claimant, 1)
            await ledger.note_refused(session, row, "550 no such user")
    open_ones = "SELECT kind FROM task WHERE facts ->> 'letter' = :key AND closed_at IS NULL"
    assert await column(world, open_ones, key=key) == ["letter-refused"]
    async with world.begin() as session:
        await add_person(session, AN, "an", "An Peeters", Role.SECRETARIAT, None, Language.NL, "x" * 12)
    await change(world, "UPDATE task SET person = :an WHERE kind = 'letter-refused'", an=AN)
    late = datetime(2025, 1, 29, 23, tzinfo=UTC)
    await write(world, choice_letter.unsent(await case_of(world, the_choice()), late))
    assert await column(world, open_ones.replace("kind", "kind || ' ' || person", 1), key=key) == [
        f"letter-unsent {AN}"
    ]
    async with world.begin() as session:
        (row,) = await ledger.claim(session, "page-d/1", 1)
        await ledger.note_to_print(session, row, SHA)
        await print_waiting(session, SECRETARY)
    assert await column(world, open_ones, key=key) == []


async def test_a_letter_that_was_withdrawn_needs_no_mending(world: Sessions) -> None:
    await one_of_each(world)
    async with world.begin() as session:
        await withdraw(session, col(LetterRow.farm_id) == "F-000001")
    assert await column(world, "SELECT kind FROM task WHERE closed_at IS NULL") == ["letter-failed"]


async def test_nobody_is_asked_after_the_last_day(world: Sessions) -> None:
    await one_of_each(world)
    await close_choice(world, 2)
    assert await again(world, f"{the_choice(2)}:choice") == Retried(letters=0, same_address=0)
