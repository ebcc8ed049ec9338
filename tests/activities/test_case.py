"""The activities that every case shares, each run twice (design.md §4)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlmodel import select
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.case import Cases
from records.case import CaseRow, ChoiceRow, RoundRow
from records.database import Sessions
from records.receiving import receive
from records.submission import SubmissionRow
from scheme import choice
from scheme.choice import Channel
from scheme.choice_heard import Answer
from scheme.errors import Refusal, Rule
from scheme.ids import PersonId, farmer_case
from scheme.inbox import Look, Opened, OpenOne, OpenPage, OpenRound
from scheme.news import LetterUnsent
from scheme.people import Actor, Role, farmer_of
from scheme.step import Dealt, Outcome
from tests.world import (
    CLOSES_AT,
    KEYS,
    LETTERS_AT,
    ONE,
    ROUND,
    TWO,
    bring_in,
    case_of,
    change,
    farm,
    number,
    run_round,
    set_clock,
    table,
    the_choice,
    value,
    wait_for_locks,
)

LATE = Dealt(KEYS[1], Outcome(Refusal(Rule.CASE_CLOSED)))


async def run(activity: Callable[..., Awaitable[Any]], argument: object) -> Any:
    return await ActivityEnvironment().run(activity, argument)


async def twice(activity: Callable[..., Awaitable[Any]], argument: object) -> Any:
    """Run it as a worker does that was killed before it could say that it was done."""
    first = await run(activity, argument)
    assert await run(activity, argument) == first
    return first


async def hand_in(sessions: Sessions, key: int, actor: Actor | None = None) -> None:
    answer = Answer(TWO, Channel.LINK)
    await receive(sessions, the_choice(), actor or farmer_of(number(1)), answer, submission_id=KEYS[key])


async def test_record_runs_twice_and_writes_once(world: Sessions) -> None:
    await run_round(world)
    step = choice.close(await case_of(world, the_choice()), CLOSES_AT)
    await twice(Cases(world, practice=True).record, step)
    (row,) = await table(world, RoundRow)
    assert row.open == 2


async def test_a_round_is_opened_and_asked_page_by_page(world: Sessions) -> None:
    await set_clock(world, LETTERS_AT)
    cases = Cases(world, practice=True)
    assert await twice(cases.open_case, OpenRound(2025, LETTERS_AT, KEYS[0])) == Opened()
    first = await twice(cases.open_case, OpenPage(ROUND, None, 2, LETTERS_AT))
    assert first == Opened(reached=number(2), last=False)
    assert len(await table(world, ChoiceRow)) == 2
    last = await twice(cases.open_case, OpenPage(ROUND, first.reached, 2, LETTERS_AT))
    assert last == Opened(reached=number(3), last=True)
    assert len(await table(world, ChoiceRow)) == 3
    assert await twice(cases.open_case, OpenPage(ROUND, number(3), 2, LETTERS_AT)) == Opened(reached=number(3))


async def test_a_page_says_that_it_lives(world: Sessions) -> None:
    await set_clock(world, LETTERS_AT)
    cases = Cases(world, practice=True)
    await run(cases.open_case, OpenRound(2025, LETTERS_AT, KEYS[0]))
    beats: list[object] = []
    environment = ActivityEnvironment()
    environment.on_heartbeat = lambda *details: beats.append(details)
    await environment.run(cases.open_case, OpenPage(ROUND, None, 50, LETTERS_AT))
    assert beats


async def test_a_round_that_a_rule_forbids_is_an_outcome(world: Sessions) -> None:
    await set_clock(world, LETTERS_AT)
    await change(world, "UPDATE farm SET expires_on = NULL")
    opened = await twice(Cases(world, practice=True).open_case, OpenRound(2025, LETTERS_AT, KEYS[0]))
    assert opened.refused == Refusal(Rule.NOBODY_TO_WRITE_TO, LETTERS_AT.date())
    assert await table(world, RoundRow) == []


async def test_a_farm_asks_itself(world: Sessions) -> None:
    request = OpenOne(number(1), LETTERS_AT, farmer_case(number(1)))
    assert await twice(Cases(world, practice=True).open_case, request) == Opened()
    (row,) = await table(world, ChoiceRow)
    assert (row.default_body, row.round_id) == (ONE, None)


async def test_a_look_finds_what_was_received_before_and_is_not_settled_oldest_first(world: Sessions) -> None:
    await bring_in(world, [farm(4)])
    await run_round(world)
    await set_clock(world, CLOSES_AT)
    await hand_in(world, 3)
    for key, minute in ((1, 58), (2, 59)):
        await set_clock(world, CLOSES_AT.replace(hour=22, minute=minute))
        await hand_in(world, key)
    await change(world, "UPDATE submission SET settled_at = now() WHERE submission_id = :key", key=KEYS[2])
    await hand_in(world, 4, Actor(PersonId("P-0001"), Role.SECRETARIAT))
    await set_clock(world, CLOSES_AT)
    await change(world, "UPDATE letter SET state = 'printed' WHERE case_id = :case", case=the_choice())
    found = await twice(Cases(world, practice=True).look, Look(the_choice(), CLOSES_AT))
    assert [one.id for one in found] == [KEYS[1], KEYS[4]]
    # Nobody answered there, and its letter is still in the house.
    (unsent,) = await twice(Cases(world, practice=True).look, Look(the_choice(2), CLOSES_AT))
    assert (unsent.what, unsent.at) == (LetterUnsent(), CLOSES_AT)


async def test_a_look_before_its_moment_is_tried_again(world: Sessions) -> None:
    await run_round(world)
    with pytest.raises(ApplicationError) as early:
        await run(Cases(world, practice=True).look, Look(the_choice(), CLOSES_AT))
    assert (early.value.type, early.value.non_retryable) == ("NotYet", False)


async def test_a_look_waits_for_what_is_being_received(world: Sessions) -> None:
    await run_round(world)
    async with world.begin() as receiving:
        query = select(CaseRow).where(CaseRow.case_id == the_choice()).with_for_update(read=True)
        await receiving.exec(query)
        looking = asyncio.create_task(run(Cases(world, practice=True).look, Look(the_choice(), LETTERS_AT)))
        await wait_for_locks(world)
    assert await looking == []


async def test_what_came_after_the_end_is_turned_away(world: Sessions) -> None:
    await run_round(world)
    await hand_in(world, 1)
    await twice(Cases(world, practice=True).turn_away, (LATE,))
    (row,) = await table(world, SubmissionRow)
    assert row.settled_at is not None
    assert row.refused_by == {"rule": "case-closed", "day": None, "many": None}


async def test_what_was_settled_is_not_turned_away(world: Sessions) -> None:
    await run_round(world)
    await hand_in(world, 1)
    await change(world, "UPDATE submission SET settled_at = now()")
    before = await table(world, SubmissionRow)
    await run(Cases(world, practice=True).turn_away, (LATE,))
    assert await table(world, SubmissionRow) == before
    assert await value(world, "SELECT count(*) FROM submission WHERE refused_by IS NULL") == 1
