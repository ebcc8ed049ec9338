"""The ledger: who may send which letter, what became of it, and when all letters of a round are held (design.md §8)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from records import ledger
from records.database import Sessions
from records.letter import HoldRow, LetterRow, PrintBatchRow
from records.posting import letter_key, message_id
from records.printing import print_waiting
from records.quiet import waiting
from records.releasing import release
from records.submission import OutboxRow
from scheme.letter import LetterKind
from scheme.mail_reply import refused
from tests.world import (
    FARMS,
    LETTERS_AT,
    ROUND,
    SECRETARY,
    bring_in,
    change,
    column,
    farm,
    run_round,
    table,
    the_choice,
    value,
)

SHA = "0" * 64
FIRST, SECOND = "page-a/1", "page-b/1"


async def claim(sessions: Sessions, claimant: str = FIRST, size: int = 25) -> list[LetterRow]:
    async with sessions.begin() as session:
        return await ledger.claim(session, claimant, size)


def farms_of(rows: Sequence[LetterRow]) -> list[str]:
    return [row.farm_id for row in rows]


async def letter(sessions: Sessions, place: int = 1) -> LetterRow:
    async with sessions() as session:
        return await session.get_one(LetterRow, f"{the_choice(place)}:choice")


async def refuse(sessions: Sessions, claimant: str = FIRST, times: int = 1) -> None:
    """So many letters are tried, each by itself, and refused for now."""
    for _ in range(times):
        (row,) = await claim(sessions, claimant, 1)
        async with sessions.begin() as session:
            await ledger.note_not_taken(session, row, refused(451, "try again later"))


async def hold_of(sessions: Sessions) -> HoldRow:
    (hold,) = await table(sessions, HoldRow)
    return hold


def test_keys_and_message_ids_are_the_same_for_ever() -> None:
    key = letter_key(the_choice(), LetterKind.REMINDER)
    assert key == "choice:2025:F-000001:reminder"
    assert message_id(key) == "<9e885f61-8469-581b-871b-ece6fd113fd6@letters.ikm.example>"


async def test_a_letter_that_went_out_keeps_its_words(world: Sessions) -> None:
    await run_round(world)
    async with world.begin() as session:
        for row in await ledger.claim(session, FIRST, 1):
            await ledger.note_handed_over(session, row, "0" * 64, "250 OK")
    before = await letter(world)
    await bring_in(world, [farm(1, name="Hoeve De Linde", email="nieuw@f1.example"), *FARMS[1:]])
    assert await letter(world) == before
    assert (before.address, before.words["name"]) == ("hoeve@f1.example", "Hoeve Ter Linde")
    assert (before.words["answer_due"], before.words["bodies"]) == ("2025-02-14", ["Keurpunt 1", "Keurpunt 2"])
    assert before.message_id == message_id(letter_key(the_choice(), LetterKind.CHOICE))


async def test_two_claimants_never_get_the_same_letter(world: Sessions) -> None:
    await run_round(world)
    async with world.begin() as first, world.begin() as second:
        mine = await ledger.claim(first, FIRST, 2)
        others = await ledger.claim(second, SECOND, 2)
    assert (farms_of(mine), farms_of(others)) == (["F-000001", "F-000002"], ["F-000003"])
    assert await claim(world, "page-c/1") == []


async def test_a_killed_page_is_taken_up_by_its_next_attempt_alone(world: Sessions) -> None:
    await run_round(world)
    left = await claim(world, "page-a/1", 2)
    assert farms_of(await claim(world, SECOND, 1)) == ["F-000003"]
    again = await claim(world, "page-a/2", 25)
    assert farms_of(again) == farms_of(left)
    assert {(row.claimed_by, row.attempts) for row in again} == {("page-a/2", 1)}
    async with world() as session:
        assert not await ledger.still_mine(session, left[0], "page-a/1")
        assert await ledger.still_mine(session, left[0], "page-a/2")


async def test_what_the_killed_attempt_notes_afterwards_changes_nothing(world: Sessions) -> None:
    await run_round(world)
    (old, *_) = await claim(world, "page-a/1")
    await claim(world, "page-a/2")
    async with world.begin() as session:
        await ledger.note_handed_over(session, old, SHA, "250 OK")
    assert (await letter(world)).state == "sending"


async def test_a_page_that_nobody_takes_up_is_free_after_ten_minutes(world: Sessions) -> None:
    await run_round(world)
    await claim(world)
    assert await claim(world, SECOND) == []
    await change(world, "UPDATE letter SET claimed_at = claimed_at - interval '10 minutes'")
    assert farms_of(await claim(world, SECOND)) == ["F-000001", "F-000002", "F-000003"]


async def test_the_ten_minutes_count_from_the_latest_attempt(world: Sessions) -> None:
    await run_round(world)
    await claim(world, "page-a/1")
    await change(world, "UPDATE letter SET claimed_at = claimed_at - interval '10 minutes'")
    assert len(await claim(world, "page-a/2")) == 3
    assert await claim(world, SECOND) == []


async def test_the_mail_server_took_it(world: Sessions) -> None:
    await run_round(world)
    (row, *_) = await claim(world)
    async with world.begin() as session:
        await ledger.note_handed_over(session, row, SHA, "250 OK")
    noted = await letter(world)
    assert (noted.state, noted.sha256, noted.smtp_reply, noted.handed_over_at) == (
        "handed-over",
        SHA,
        "250 OK",
        LETTERS_AT,
    )
    assert (noted.claimed_by, noted.claimed_at) == (None, None)
    assert farms_of(await claim(world)) == ["F-000002", "F-000003"]


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [
        pytest.param(1, 30, id="first"),
        pytest.param(2, 60, id="second"),
        pytest.param(7, 1920, id="seventh"),
        pytest.param(8, 3600, id="at most an hour"),
        pytest.param(1_000, 3600, id="after weeks"),
    ],
)
async def test_refused_for_now_goes_out_later(world: Sessions, attempts: int, seconds: int) -> None:
    await run_round(world)
    await change(world, "UPDATE letter SET attempts = :before", before=attempts - 1)
    before = datetime.now(UTC)
    await refuse(world)
    noted = await letter(world)
    assert noted.due_at is not None
    assert timedelta(0) <= noted.due_at - before - timedelta(seconds=seconds) < timedelta(seconds=10)
    assert (noted.state, noted.smtp_reply, noted.channel) == ("planned", "451 try again later", "mail")
    assert farms_of(await claim(world)) == ["F-000002", "F-000003"]
    await change(world, "UPDATE letter SET due_at = clock_timestamp()")
    (again,) = await claim(world, SECOND)
    assert (again.letter_key, again.message_id) == (noted.letter_key, noted.message_id)


async def test_refused_for_good_goes_on_paper_and_keeps_the_reply(world: Sessions) -> None:
    await run_round(world)
    (row, *_) = await claim(world, FIRST, 1)
    async with world.begin() as session:
        await ledger.note_not_taken(session, row, refused(550, "no such mailbox"))
    noted = await letter(world)
    assert (noted.state, noted.channel, noted.smtp_reply) == ("planned", "paper", "550 no such mailbox")
    assert farms_of(await claim(world, SECOND, 1)) == ["F-000001"]


async def test_a_letter_that_cannot_be_made_waits_for_a_person(world: Sessions) -> None:
    await run_round(world)
    (row, *_) = await claim(world, FIRST, 1)
    async with world.begin() as session:
        await ledger.note_failed(session, row, "no font has 😀")
    noted = await letter(world)
    assert (noted.state, noted.smtp_reply) == ("failed", "no font has 😀")
    assert farms_of(await claim(world, SECOND)) == ["F-000002", "F-000003"]


async def test_ten_failures_in_a_row_hold_the_round_across_claimants(world: Sessions) -> None:
    await bring_in(world, [farm(place) for place in range(4, 14)])
    await run_round(world)
    await refuse(world, FIRST, 5)
    await refuse(world, SECOND, 4)
    assert not (await hold_of(world)).held
    await refuse(world, FIRST)
    hold = await hold_of(world)
    assert (hold.hold_id, hold.held, hold.reason, hold.failures_in_a_row) == (ROUND, True, "451 try again later", 10)
    assert await claim(world, SECOND) == []
    held = "SELECT facts ->> 'about' FROM trail WHERE act = 'letter:held'"
    assert await column(world, held) == [ROUND]


async def test_a_success_counts_from_nought_again(world: Sessions) -> None:
    await bring_in(world, [farm(place) for place in range(4, 25)])
    await run_round(world)
    await refuse(world, FIRST, 9)
    (row,) = await claim(world, SECOND, 1)
    async with world.begin() as session:
        await ledger.note_handed_over(session, row, SHA, "250 OK")
    await refuse(world, FIRST, 9)
    hold = await hold_of(world)
    assert (hold.held, hold.failures_in_a_row) == (False, 9)


async def hold(sessions: Sessions, hold_id: str) -> None:
    await change(sessions, "INSERT INTO hold VALUES (:id, true, 'a test', 10, 'P-0001')", id=hold_id)


@pytest.mark.parametrize("hold_id", [ROUND, "post"])
async def test_what_is_held_is_left_alone_until_it_is_released(world: Sessions, hold_id: str) -> None:
    await run_round(world)
    await hold(world, hold_id)
    assert await claim(world) == []
    async with world() as session:
        assert await ledger.next_due(session) is None
        assert "letters" not in await waiting(session)
    async with world.begin() as session:
        assert await release(session, hold_id, SECRETARY)
    assert len(await claim(world)) == 3
    released = await hold_of(world)
    assert (released.held, released.reason, released.failures_in_a_row) == (False, None, 0)
    assert await column(world, "SELECT person FROM trail WHERE act = 'letter:released'") == ["P-0001"]
    assert len([row for row in await table(world, OutboxRow) if row.news_id.startswith("post>post#released-")]) == 1


async def test_another_rounds_hold_holds_nothing_here(world: Sessions) -> None:
    await run_round(world)
    await hold(world, "choice-round:2024")
    assert len(await claim(world)) == 3


async def test_releasing_what_is_not_held(world: Sessions) -> None:
    await change(world, "INSERT INTO hold VALUES ('post', false, NULL, 3)")
    async with world.begin() as session:
        assert await release(session, "post", SECRETARY)
        assert not await release(session, ROUND, SECRETARY)
    assert (await hold_of(world)).failures_in_a_row == 3
    assert await value(world, "SELECT count(*) FROM trail WHERE act = 'letter:released'") == 0


async def test_the_next_attempt_is_the_earliest_that_waits(world: Sessions) -> None:
    await run_round(world)
    due = datetime(2025, 1, 15, 12, tzinfo=UTC)
    await change(world, "UPDATE letter SET due_at = :due WHERE farm_id = 'F-000002'", due=due)
    async with world() as session:
        assert await ledger.next_due(session) == due
    await claim(world)
    async with world() as session:
        assert await ledger.next_due(session) is None


async def test_two_who_print_at_once_get_no_letter_in_common(world: Sessions) -> None:
    await run_round(world)
    for row in await claim(world):
        async with world.begin() as session:
            await ledger.note_to_print(session, row, SHA)
    async with world.begin() as first, world.begin() as second:
        batch = await print_waiting(first, SECRETARY)
        assert await print_waiting(second, SECRETARY) is None
    assert batch is not None
    assert batch.letters == 3
    letters = {(row.state, row.batch_id, row.printed_at) for row in await table(world, LetterRow)}
    assert letters == {("printed", batch.batch_id, LETTERS_AT)}
    (kept,) = await table(world, PrintBatchRow)
    assert (kept.letters, kept.printed_by) == (3, "P-0001")
    printed = "SELECT facts ->> 'letters' FROM trail WHERE act = 'letter:printed'"
    assert await column(world, printed) == ["3"]
