"""A letter to a wrong address: sent again under a code of its own, the wrong one visible and revoked."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import true

from records.database import Sessions
from records.letter import LetterRow, LetterState
from records.queries.choice_round import progress
from records.queries.home import waiting
from records.queries.letter import Sieve
from records.queries.letter import letters as ledger
from records.queries.listing import Paging
from records.receiving import KeyReusedError
from records.replacing import Address, NoSuchLetterError, Replacement, replace_letter
from records.submission import SubmissionRow
from records.trail import TrailEntry
from scheme.choice import remind
from scheme.choice_letter import unsent
from scheme.errors import Rule, RuleViolationError
from scheme.step import Act
from tests.world import (
    CLOSES_AT,
    KEYS,
    SECRETARY,
    case_of,
    change,
    choice_row,
    close_choice,
    run_round,
    table,
    the_choice,
    value,
    write,
)

LATE = datetime(2025, 1, 29, 23, tzinfo=UTC)
WRONG = "choice:2025:F-000001:choice"
RIGHT = Address("Kerkstraat 9", "2320", "Hoogstraten", None)
WANTED = Replacement(WRONG, RIGHT, "Verhuisd in december", KEYS[5])


async def send_again(sessions: Sessions, wanted: Replacement = WANTED) -> str:
    async with sessions.begin() as session:
        return await replace_letter(session, wanted, SECRETARY)


async def gone(sessions: Sessions) -> None:
    await run_round(sessions)
    await change(sessions, "UPDATE letter SET state = 'handed-over'")


async def letters(sessions: Sessions) -> dict[str, LetterRow]:
    return {one.letter_key: one for one in await table(sessions, LetterRow) if one.farm_id == "F-000001"}


async def test_it_goes_out_again_and_its_first_code_is_revoked(world: Sessions) -> None:
    await gone(world)
    key = await send_again(world)
    sent, again = (await letters(world))[WRONG], (await letters(world))[key]
    assert (key, again.replaces) == ("choice:2025:F-000001:choice-2", WRONG)
    assert (sent.state, sent.address, sent.code_version) == (LetterState.HANDED_OVER, "hoeve@f1.example", 1)
    assert (again.state, again.channel, again.address, again.code_version) == (LetterState.PLANNED, "paper", None, 2)
    assert (again.words["street"], again.words["answer_due"]) == ("Kerkstraat 9", "2025-02-14")
    assert (await choice_row(world, the_choice())).code_version == 2
    assert (
        await value(world, "SELECT street || coalesce(email, '') FROM farm WHERE farm_id = 'F-000001'")
        == "Kerkstraat 9"
    )
    told = [(entry.act, entry.facts) for entry in await table(world, TrailEntry) if entry.chain == "F-000001"][-1]
    assert told == (
        Act.LETTER_REPLACED,
        {"case": the_choice(), "about": WRONG, "letter": key, "submission": KEYS[5]},
    )
    (kept,) = await table(world, SubmissionRow)
    assert kept.words == {"reason": "Verhuisd in december"}


async def test_it_is_counted_once(world: Sessions) -> None:
    await gone(world)
    await send_again(world)
    async with world() as session:
        shown = await progress(session, 2025)
        listed = await ledger(session, true(), Sieve(year=2025, counted=True), Paging())
        everything = await ledger(session, true(), Sieve(year=2025), Paging())
    assert shown is not None
    assert (shown.letters, shown.mailed, shown.waiting) == (3, 2, 1)
    assert (listed.total, everything.total) == (3, 4)


async def test_held_letters_do_not_wait_for_the_printer(world: Sessions) -> None:
    await run_round(world)
    await change(world, "UPDATE letter SET state = 'to-print'")
    await change(
        world,
        "INSERT INTO hold (hold_id, held, failures_in_a_row, held_by) VALUES ('choice-round:2025', true, 0, 'P-0001')",
    )
    async with world() as session:
        shown = await progress(session, 2025)
        assert (await waiting(session)).to_print == 0
    assert shown is not None
    assert shown.to_print == 0


async def test_a_letter_that_waits_is_withdrawn_and_its_code_stays(world: Sessions) -> None:
    await run_round(world)
    await write(world, unsent(await case_of(world, the_choice()), LATE))
    key = await send_again(world)
    assert (await letters(world))[WRONG].state == LetterState.WITHDRAWN
    # The task that waits until it has left is about the other one now.
    assert await value(world, "SELECT facts ->> 'letter' FROM task WHERE closed_at IS NULL") == key
    assert (await letters(world))[key].code_version == 1
    assert (await table(world, TrailEntry))[-1].act == Act.LETTER_REDIRECTED


async def test_the_reminder_carries_the_code_that_counts(world: Sessions) -> None:
    await gone(world)
    await send_again(world)
    await write(world, remind(await case_of(world, the_choice()), CLOSES_AT))
    assert (await letters(world))["choice:2025:F-000001:reminder"].code_version == 2


async def test_the_same_key_again_sends_nothing_new(world: Sessions) -> None:
    await gone(world)
    assert await send_again(world) == await send_again(world)
    assert len(await letters(world)) == 2
    with pytest.raises(KeyReusedError):
        await send_again(world, replace(WANTED, reason="Iets anders"))


async def test_the_replacement_can_be_replaced_and_the_first_cannot_again(world: Sessions) -> None:
    await gone(world)
    second = await send_again(world)
    elsewhere = replace(WANTED, address=replace(RIGHT, street="Kerkstraat 19"), key=KEYS[6])
    assert await refused(world, elsewhere) is Rule.CHANGED_MEANWHILE
    third = await send_again(world, replace(elsewhere, letter_key=second))
    assert third == "choice:2025:F-000001:choice-3"
    assert (await letters(world))[second].state == LetterState.WITHDRAWN


async def refused(sessions: Sessions, wanted: Replacement) -> Rule:
    with pytest.raises(RuleViolationError) as raised:
        await send_again(sessions, wanted)
    return raised.value.refusal.rule


async def test_what_is_right_or_over_is_not_sent_again(world: Sessions) -> None:
    await gone(world)
    same = Address("Dorp 1", "2300", "Turnhout", "hoeve@f1.example")
    assert await refused(world, replace(WANTED, address=same)) is Rule.NOTHING_TO_CORRECT
    await close_choice(world)
    assert await refused(world, WANTED) is Rule.CASE_CLOSED
    key = await send_again(world, replace(WANTED, letter_key="choice:2025:F-000001:assignment"))
    assert (await choice_row(world, the_choice())).code_version == 1
    assert key == "choice:2025:F-000001:assignment-2"
    await change(world, "UPDATE farm SET standing = 'stopped'")
    assert await refused(world, replace(WANTED, letter_key=key, key=KEYS[7])) is Rule.FARM_STOPPED
    with pytest.raises(NoSuchLetterError):
        await send_again(world, replace(WANTED, letter_key="choice:2025:F-000009:choice"))
