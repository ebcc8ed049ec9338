"""What a case did is written whole, once, and only forwards (design.md §4, door 1)."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from records.case import CaseRow, RoundRow
from records.database import Sessions
from records.farm import Farm
from records.letter import LetterRow
from records.opening import open_choice
from records.receiving import receive, submission_of
from records.recording import write_step
from records.submission import OutboxRow, SubmissionRow
from records.trail import TrailEntry
from records.wire import news_from, refusal_from
from scheme import calendar, choice, choice_heard, choice_round, farmer, farmer_heard
from scheme.choice import Channel
from scheme.choice_heard import Answer
from scheme.choice_round import Start
from scheme.errors import Refusal, Rule
from scheme.ids import CALENDAR, POST, farmer_case
from scheme.inbox import AnyStep
from scheme.news import CaseClosed, FarmStopped, LettersWait, RoundDone
from scheme.people import farmer_of
from scheme.step import Act, End
from scheme.stopping import Stop
from tests.world import (
    CLOSES_AT,
    KEYS,
    LETTERS_AT,
    OLD,
    ROUND,
    SECRETARY,
    TWO,
    answer,
    case_of,
    choice_row,
    close_choice,
    column,
    number,
    request,
    run_round,
    stop,
    table,
    the_choice,
    value,
    wait_for_locks,
    write,
)

REMINDS_AT = datetime(2025, 1, 29, 23, tzinfo=UTC)
DEADLINES = "SELECT kind FROM deadline WHERE case_id = :id ORDER BY due"
ACTS = "SELECT act FROM trail WHERE chain = :chain ORDER BY place"
FARMER = farmer_case(number(1))


async def everything(sessions: Sessions) -> list[object]:
    """All that a step may write, to compare before and after."""
    kinds = (CaseRow, RoundRow, LetterRow, OutboxRow, SubmissionRow, TrailEntry, Farm)
    return [await table(sessions, kind) for kind in kinds]  # type: ignore[type-var]


async def hand_in(sessions: Sessions, **changes: object) -> None:
    values = {"case_id": the_choice(), "actor": farmer_of(number(1)), "facts": Answer(TWO, Channel.LINK)}
    await receive(sessions, **(values | {"submission_id": KEYS[1]} | changes))  # type: ignore[arg-type]


async def steps_of_a_choice(sessions: Sessions) -> list[AnyStep]:
    """Each step that a choice can take from here, with what was handed in for it."""
    asked = await case_of(sessions, the_choice())
    await hand_in(sessions)
    return [
        choice.remind(asked, REMINDS_AT),
        choice_heard.hear(asked, answer(TWO)),
        choice_heard.hear(asked, answer(OLD)),
        choice.close(asked, CLOSES_AT),
    ]


@pytest.mark.parametrize("which", range(4), ids=["reminded", "answered", "refused", "assigned"])
async def test_each_step_twice_writes_once(world: Sessions, which: int) -> None:
    await run_round(world)
    step = (await steps_of_a_choice(world))[which]
    before = await everything(world)
    assert await write(world, step)
    once = await everything(world)
    assert once != before
    assert not await write(world, step)
    assert await everything(world) == once


async def test_two_runs_of_one_step_at_once_write_once(world: Sessions) -> None:
    await run_round(world)
    step = choice.close(await case_of(world, the_choice()), CLOSES_AT)
    assert sorted(await asyncio.gather(write(world, step), write(world, step))) == [False, True]
    (row,) = await table(world, RoundRow)
    assert row.open == 2


async def test_an_older_step_that_comes_late_changes_nothing(world: Sessions) -> None:
    await run_round(world)
    reminded = choice.remind(await case_of(world, the_choice()), REMINDS_AT)
    answered = choice_heard.hear(reminded.case, answer(TWO, REMINDS_AT))
    await write(world, reminded)
    await write(world, answered)
    after = await everything(world)
    assert not await write(world, reminded)
    assert await everything(world) == after
    assert await case_of(world, the_choice()) == answered.case


async def test_deadlines_are_replaced(world: Sessions) -> None:
    await run_round(world)
    assert await column(world, DEADLINES, id=the_choice()) == ["remind", "close"]
    reminded = choice.remind(await case_of(world, the_choice()), REMINDS_AT)
    await write(world, reminded)
    assert await column(world, DEADLINES, id=the_choice()) == ["close"]
    await write(world, choice.close(reminded.case, CLOSES_AT))
    assert await column(world, DEADLINES, id=the_choice()) == []
    assert await column(world, DEADLINES, id=the_choice(2)) == ["remind", "close"]


async def test_a_reminder_is_a_letter_and_news_for_the_post(world: Sessions) -> None:
    await run_round(world)
    await write(world, choice.remind(await case_of(world, the_choice()), REMINDS_AT))
    async with world() as session:
        letter = await session.get_one(LetterRow, f"{the_choice()}:reminder")
        told = await session.get_one(OutboxRow, f"{the_choice()}>post#letters-2")
    assert (letter.state, letter.channel, letter.planned_at, letter.attempts) == ("planned", "mail", REMINDS_AT, 0)
    assert news_from(told.payload).what == LettersWait()
    assert told.target == POST


async def test_an_answer_is_settled_and_stands_in_the_row(world: Sessions) -> None:
    await run_round(world)
    await hand_in(world)
    await write(world, choice_heard.hear(await case_of(world, the_choice()), answer(TWO)))
    (submission,) = await table(world, SubmissionRow)
    assert submission.settled_at is not None
    assert submission.refused_by is None
    row = await choice_row(world, the_choice())
    assert (row.state, row.body, row.channel, row.answered_at) == ("answered", TWO, "link", LETTERS_AT)
    last = (await table(world, TrailEntry))[-1]
    assert (last.act, last.person, last.role, last.received_at) == ("choice:answered", "F-000001", "farmer", LETTERS_AT)
    assert last.facts == {
        "case": the_choice(),
        "body": TWO,
        "edition": "11.1",
        "submission": submission.submission_id,
    }


async def test_a_refusal_is_kept_with_its_rule(world: Sessions) -> None:
    await run_round(world)
    await hand_in(world, facts=Answer(OLD, Channel.LINK))
    await write(world, choice_heard.hear(await case_of(world, the_choice()), answer(OLD)))
    (submission,) = await table(world, SubmissionRow)
    assert refusal_from(submission.refused_by) == Refusal(Rule.BODY_NOT_OFFERED)
    last = (await table(world, TrailEntry))[-1]
    assert (last.act, last.rule, last.at) == ("submission:refused", "body-not-offered", LETTERS_AT)
    assert (await choice_row(world, the_choice())).state == "asked"


async def test_a_choice_that_ends_tells_the_farm_and_closes_its_case(world: Sessions) -> None:
    await run_round(world)
    await close_choice(world)
    async with world() as session:
        told = await session.get_one(OutboxRow, f"{the_choice()}>{FARMER}#closed")
        assert (await session.get_one(CaseRow, the_choice())).closed_at == CLOSES_AT
    assert news_from(told.payload).what == CaseClosed(the_choice(), End.ASSIGNED, audit=True)
    assert await column(world, ACTS, chain="F-000001") == ["farm:registered", "choice:asked", "choice:assigned"]


async def test_a_stop_tells_every_open_case_of_the_farm_in_order(world: Sessions) -> None:
    await run_round(world)
    for again in (3, 2, 4):
        async with world.begin() as session:
            wanted = request(number=again)
            await open_choice(session, wanted, LETTERS_AT, opened_by=KEYS[again], practice=True)
    await write(world, choice.close(await case_of(world, the_choice(again=4)), CLOSES_AT))
    await hand_in(world, case_id=FARMER, actor=SECRETARY, facts=Stop(date(2025, 1, 10)), submission_id=KEYS[2])
    stopped = farmer_heard.hear(await case_of(world, FARMER), stop(date(2025, 1, 10)))
    assert await write(world, stopped)
    assert not await write(world, stopped)
    told = await table(world, OutboxRow)
    told = sorted((row for row in told if row.kind == "farm-stopped"), key=lambda row: row.created_at)
    assert [row.target for row in told] == [the_choice(), the_choice(again=2), the_choice(again=3)]
    assert {news_from(row.payload).what for row in told} == {FarmStopped(date(2025, 1, 10))}
    assert told[0].news_id == "farmer:F-000001>choice:2025:F-000001#stopped-2"
    async with world() as session:
        row = await session.get_one(Farm, number(1))
    assert (row.standing, row.stopped_on) == ("stopped", date(2025, 1, 10))
    assert await value(world, "SELECT count(*) FROM farm WHERE standing = 'stopped'") == 1


async def test_a_stop_that_a_rule_forbids_tells_nobody(world: Sessions) -> None:
    await run_round(world)
    await write(world, farmer_heard.hear(await case_of(world, FARMER), stop(date(2025, 1, 16))))
    assert await value(world, "SELECT count(*) FROM outbox WHERE kind = 'farm-stopped'") == 0
    assert await value(world, "SELECT count(*) FROM farm WHERE standing = 'stopped'") == 0


async def test_a_case_opened_while_the_farm_stops_is_refused(world: Sessions) -> None:
    await run_round(world)
    stopped = farmer_heard.hear(await case_of(world, FARMER), stop(date(2025, 1, 10)))
    wanted = request(number=2)

    async def open_later() -> Refusal | None:
        async with world.begin() as session:
            return await open_choice(session, wanted, LETTERS_AT, opened_by=KEYS[1], practice=True)

    async with world.begin() as stopping:
        await write_step(stopping, stopped)
        opening = asyncio.create_task(open_later())
        await wait_for_locks(world)
    assert await opening == Refusal(Rule.FARM_STOPPED, date(2025, 1, 10))


async def test_the_last_choice_tells_the_round_once(world: Sessions) -> None:
    await run_round(world)
    done = "SELECT count(*) FROM outbox WHERE kind = 'round-done'"
    steps = [await close_choice(world, place) for place in (1, 2)]
    assert await value(world, done) == 0
    steps.append(await close_choice(world, 3))
    for step in steps:
        assert not await write(world, step)
    (row,) = await table(world, RoundRow)
    assert (row.open, row.state) == (0, "asking")
    assert await value(world, done) == 1


async def test_two_that_close_at_the_same_time_tell_the_round_once(world: Sessions) -> None:
    await run_round(world)
    await close_choice(world, 3)
    async with world.begin() as holding:
        await holding.get_one(RoundRow, ROUND, with_for_update=True)
        both = [asyncio.create_task(close_choice(world, place)) for place in (1, 2)]
        await wait_for_locks(world, 2)
    await asyncio.gather(*both)
    (row,) = await table(world, RoundRow)
    assert row.open == 0
    async with world() as session:
        told = await session.get_one(OutboxRow, f"{ROUND}>{ROUND}#done")
    assert news_from(told.payload).what == RoundDone()


async def test_a_round_asks_page_by_page_and_is_done(world: Sessions) -> None:
    await run_round(world)
    half = choice_round.asked(await case_of(world, ROUND), number(2), last=False)
    await write(world, half)
    assert await column(world, DEADLINES, id=ROUND) == ["ask"]
    whole = choice_round.asked(half.case, number(3), last=True)
    await write(world, whole)
    assert await column(world, DEADLINES, id=ROUND) == []
    for place in (1, 2, 3):
        await close_choice(world, place)
    async with world() as session:
        told = news_from((await session.get_one(OutboxRow, f"{ROUND}>{ROUND}#done")).payload)
    await write(world, choice_round.hear(whole.case, told))
    (row,) = await table(world, RoundRow)
    assert (row.state, row.open) == ("done", 0)
    async with world() as session:
        assert (await session.get_one(CaseRow, ROUND)).closed_at == CLOSES_AT
        assert (await session.get_one(OutboxRow, told.id)).settled_at is not None
    acts = ["choice-round:opened", "choice-round:asked", "choice-round:asked", "choice-round:done"]
    assert (await column(world, ACTS, chain="house"))[-4:] == acts


async def test_a_farms_window_and_its_cases_are_steps_like_any_other(world: Sessions) -> None:
    case = await case_of(world, FARMER)
    passed = farmer.window_passed(case, datetime(2025, 3, 1, 23, tzinfo=UTC))
    await write(world, passed)
    # Its certificate is still watched.
    assert await column(world, DEADLINES, id=FARMER) == ["certificate-warning"]
    assert await case_of(world, FARMER) == replace(case, choice_due=None, revision=2)


async def test_the_houses_answer_to_a_start_is_settled(world: Sessions) -> None:
    await hand_in(world, case_id=CALENDAR, actor=SECRETARY, facts=Start(2025), submission_id=KEYS[0])
    (row,) = await table(world, SubmissionRow)
    house = await case_of(world, CALENDAR)
    await write(world, calendar.answered(house, submission_of(row), None))  # type: ignore[arg-type]
    (row,) = await table(world, SubmissionRow)
    assert row.settled_at is not None
    last = (await table(world, TrailEntry))[-1]
    assert (last.chain, last.act, last.facts) == (
        "house",
        Act.OPENING_DONE.value,
        {"case": CALENDAR, "about": ROUND, "submission": KEYS[0]},
    )
