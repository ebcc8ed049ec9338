"""What a person hands in is kept once, with its moment, before anything else happens (design.md §4, door 2)."""

import asyncio
from datetime import date

import pytest
from sqlmodel import select

from records.case import CaseRow
from records.database import Sessions
from records.receiving import KeyReusedError, NoSuchCaseError, receive, submission_of
from records.submission import SubmissionRow
from scheme.choice import Channel
from scheme.choice_heard import Answer
from scheme.choice_round import Start
from scheme.errors import Rule, RuleViolationError
from scheme.ids import CALENDAR, CaseId, farmer_case
from scheme.inbox import AnySubmission
from scheme.people import farmer_of
from scheme.stopping import Stop
from tests.world import (
    BEGINS,
    KEYS,
    LETTERS_AT,
    ONE,
    SECRETARY,
    TWO,
    close_choice,
    number,
    run_round,
    set_clock,
    table,
    the_choice,
    wait_for_locks,
)

ANSWER = Answer(TWO, Channel.LINK)
FARMER = farmer_of(number(1))


async def hand_in(sessions: Sessions, **changes: object) -> AnySubmission:
    values = {"case_id": the_choice(), "actor": FARMER, "facts": ANSWER, "submission_id": KEYS[1]} | changes
    return await receive(sessions, **values)  # type: ignore[arg-type]


async def only_row(sessions: Sessions) -> SubmissionRow:
    (row,) = await table(sessions, SubmissionRow)
    return row


async def test_it_is_a_row_with_the_moment_of_the_practice_clock(world: Sessions) -> None:
    await run_round(world)
    received = await hand_in(world, words={"remark": "Bel mij na vijf uur."})
    row = await only_row(world)
    assert received == submission_of(row)
    assert (received.received_at, received.facts, received.actor) == (LETTERS_AT, ANSWER, FARMER)
    assert (row.submission_id, row.case_id, row.kind, row.settled_at) == (KEYS[1], the_choice(), "answer", None)
    assert row.words == {"remark": "Bel mij na vijf uur."}


async def test_the_same_key_and_content_returns_the_first_receipt(world: Sessions) -> None:
    first = await hand_in(world, case_id=CALENDAR, actor=SECRETARY, facts=Start(2025))
    await set_clock(world, LETTERS_AT)
    again = await hand_in(world, case_id=CALENDAR, actor=SECRETARY, facts=Start(2025))
    assert again == first
    assert (await only_row(world)).received_at == BEGINS


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"facts": Answer(ONE, Channel.LINK)}, id="another body"),
        pytest.param({"facts": Answer(TWO, Channel.CODE)}, id="another channel"),
        pytest.param({"actor": SECRETARY}, id="another person"),
        pytest.param({"case_id": the_choice(2)}, id="another case"),
        pytest.param({"words": {"remark": "Toch niet."}}, id="other words"),
    ],
)
async def test_the_same_key_with_other_content_is_refused(world: Sessions, changes: dict[str, object]) -> None:
    await run_round(world)
    await hand_in(world)
    before = await only_row(world)
    with pytest.raises(KeyReusedError):
        await hand_in(world, **changes)
    assert await only_row(world) == before


async def test_the_same_key_twice_at_once_is_one_receipt(world: Sessions) -> None:
    await run_round(world)
    async with world.begin() as holding:
        await lock(holding)
        both = [asyncio.create_task(hand_in(world)) for _ in range(2)]
        await wait_for_locks(world, 2)
    first, second = await asyncio.gather(*both)
    assert first == second == submission_of(await only_row(world))


async def test_without_a_key_each_is_a_receipt_of_its_own(world: Sessions) -> None:
    await run_round(world)
    first, second = await hand_in(world, submission_id=None), await hand_in(world, submission_id=None)
    assert first.id != second.id
    assert {row.submission_id for row in await table(world, SubmissionRow)} == {first.id, second.id}


async def test_an_unknown_case(world: Sessions) -> None:
    with pytest.raises(NoSuchCaseError):
        await hand_in(world, case_id=CaseId("choice:1999:F-000001"))
    assert await table(world, SubmissionRow) == []


@pytest.mark.parametrize(
    ("case_id", "facts"),
    [
        pytest.param(farmer_case(number(1)), ANSWER, id="an answer to a farm"),
        pytest.param(the_choice(), Stop(date(2025, 1, 1)), id="a stop to a choice"),
        pytest.param(CALENDAR, ANSWER, id="an answer to the calendar"),
        pytest.param(CaseId("choice-round:2025"), Start(2025), id="anything to a round"),
    ],
)
async def test_a_case_takes_only_what_is_meant_for_its_kind(world: Sessions, case_id: CaseId, facts: object) -> None:
    await run_round(world)
    with pytest.raises(RuleViolationError) as raised:
        await hand_in(world, case_id=case_id, facts=facts)
    assert raised.value.refusal.rule is Rule.NOT_UNDERSTOOD
    assert await table(world, SubmissionRow) == []


async def test_a_closed_case_settles_it_at_once_as_refused(world: Sessions) -> None:
    await run_round(world)
    await close_choice(world)
    await hand_in(world)
    row = await only_row(world)
    assert row.settled_at is not None
    assert row.refused_by == {"rule": Rule.CASE_CLOSED.value, "day": None, "many": None}


async def test_it_waits_for_the_cases_lock_and_is_stamped_behind_it(world: Sessions) -> None:
    await run_round(world)
    later = LETTERS_AT.replace(hour=17)
    async with world.begin() as holding:
        await lock(holding)
        receiving = asyncio.create_task(hand_in(world))
        await wait_for_locks(world)
        await set_clock(world, later)
        assert not receiving.done()
    assert (await receiving).received_at == later


async def test_two_people_hand_in_to_one_case_without_waiting_for_each_other(world: Sessions) -> None:
    await run_round(world)
    async with world.begin() as holding:
        await holding.exec(select(CaseRow).where(CaseRow.case_id == the_choice()).with_for_update(read=True))
        async with asyncio.timeout(10):
            await hand_in(world)


async def lock(session: object) -> None:
    """Hold the row of farm 1's choice, as `record` and a deadline's look do."""
    await session.exec(select(CaseRow).where(CaseRow.case_id == the_choice()).with_for_update())  # type: ignore[attr-defined]
