"""Cases open in one place: the round with its frame, each farm's choice, once (design.md §4)."""

import asyncio
from datetime import UTC, date, datetime

import pytest

from records.case import CaseRow, ChoiceRow, MemberRow, RoundRow
from records.database import Sessions
from records.letter import LetterRow
from records.opening import open_choice, open_one, open_round, page_of
from records.recording import lock_farm
from scheme.choice_round import Country
from scheme.errors import Refusal, Rule, RuleViolationError
from scheme.ids import FarmId, SubmissionId, farmer_case
from scheme.inbox import OpenOne, OpenRound
from scheme.rules import Name
from tests.world import (
    CLOSES_AT,
    KEYS,
    LETTERS_AT,
    OLD,
    ONE,
    ROUND,
    RULES,
    TWO,
    ask_everybody,
    asked,
    begin_round,
    bring_in,
    case_of,
    change,
    choice_row,
    close_choice,
    column,
    farm,
    number,
    request,
    run_round,
    table,
    the_choice,
    value,
    wait_for_locks,
)

FARMER = farmer_case(number(1))


async def start(sessions: Sessions, opener: SubmissionId = KEYS[0], at: datetime = LETTERS_AT) -> Refusal | None:
    async with sessions.begin() as session:
        return await open_round(session, OpenRound(2025, at, opener), practice=True)


async def open_beside(sessions: Sessions, opener: str, **changes: object) -> Refusal | None:
    async with sessions.begin() as session:
        return await open_choice(session, request(**changes), LETTERS_AT, opened_by=opener, practice=True)  # type: ignore[arg-type]


async def ask_itself(sessions: Sessions, place: int = 1, at: datetime = LETTERS_AT) -> Refusal | None:
    """The farm's own workflow asks, nine months before the certificate ends."""
    wanted = OpenOne(number(place), at, farmer_case(number(place)))
    async with sessions.begin() as session:
        return await open_one(session, wanted, practice=True)


async def the_round(sessions: Sessions) -> RoundRow:
    (row,) = await table(sessions, RoundRow)
    return row


async def test_a_round_opens_with_its_frame(world: Sessions) -> None:
    more = [
        farm(4, inspection_body=OLD),
        farm(5, inspection_body=None),
        farm(6, inspection_body=TWO),
        farm(7, country=Country.NL),
        farm(8, expires_on=date(2025, 10, 14)),
        farm(9, choice_made_on=date(2025, 1, 10)),
    ]
    await bring_in(world, more)
    assert await start(world) is None
    frame = [(row.rank, row.farm_id, row.default_body, row.previous_body) for row in await table(world, MemberRow)]
    assert frame == [
        (1, "F-000001", ONE, ONE),
        (2, "F-000002", ONE, ONE),
        (3, "F-000003", ONE, ONE),
        (4, "F-000004", ONE, OLD),
        (5, "F-000005", TWO, None),
        (6, "F-000006", TWO, TWO),
    ]
    row = await the_round(world)
    assert (row.farms, row.open, row.refused, row.letters_on, row.state) == (6, 6, 0, date(2025, 1, 15), "asking")
    assert (await case_of(world, ROUND)).bodies == (ONE, TWO)
    assert await table(world, ChoiceRow) == []


async def test_the_same_opener_again_is_success_and_another_is_refused(world: Sessions) -> None:
    await start(world)
    assert await start(world) is None
    assert await start(world, KEYS[1]) == Refusal(Rule.ALREADY_OPEN, date(2025, 1, 15))
    assert (await the_round(world)).farms == 3


async def test_two_who_start_the_round_at_once_get_one(world: Sessions) -> None:
    done = await asyncio.gather(start(world, KEYS[1]), start(world, KEYS[2]))
    assert sorted(done, key=bool) == [None, Refusal(Rule.ALREADY_OPEN, date(2025, 1, 15))]
    assert (await the_round(world)).farms == 3


@pytest.mark.parametrize(
    ("at", "rule"),
    [
        pytest.param(datetime(2025, 6, 2, 8, tzinfo=UTC), Rule.NOBODY_TO_WRITE_TO, id="no certificate in the window"),
        pytest.param(datetime(2027, 3, 1, 8, tzinfo=UTC), Rule.NO_RECOGNISED_BODY, id="no body is recognised"),
    ],
)
async def test_a_round_without_farms_or_bodies_is_refused_and_leaves_nothing(
    world: Sessions, at: datetime, rule: Rule
) -> None:
    with pytest.raises(RuleViolationError) as raised:
        await start(world, at=at)
    assert raised.value.refusal.rule is rule
    assert await table(world, RoundRow) == []
    assert await value(world, "SELECT count(*) FROM outbox WHERE target LIKE 'choice-round:%'") == 0


async def test_pages_follow_the_farms_numbers(world: Sessions) -> None:
    await start(world)

    async def page(after: FarmId | None, size: int) -> list[str]:
        async with world() as session:
            return [member.farm_id for member in await page_of(session, ROUND, after, size)]

    assert await page(None, 1) == ["F-000001", "F-000002"]  # one more than the page tells that there are more
    assert await page(number(2), 1) == ["F-000003"]
    assert await page(number(3), 1) == []


async def test_a_choice_opens_whole(world: Sessions) -> None:
    await run_round(world)
    choice = await case_of(world, the_choice())
    assert choice == asked(round_id=ROUND)
    row = await choice_row(world, the_choice())
    assert (row.state, row.round_id, row.answer_due, row.default_body) == ("asked", ROUND, date(2025, 2, 14), ONE)
    deadlines = "SELECT kind || ' ' || due::date FROM deadline WHERE case_id = :id ORDER BY due"
    assert await column(world, deadlines, id=the_choice()) == ["remind 2025-01-29", "close 2025-02-14"]
    letters = {letter.letter_key: (letter.channel, letter.state) for letter in await table(world, LetterRow)}
    assert letters == {
        "choice:2025:F-000001:choice": ("mail", "planned"),
        "choice:2025:F-000002:choice": ("mail", "planned"),
        "choice:2025:F-000003:choice": ("paper", "planned"),
    }
    told = await column(world, "SELECT news_id FROM outbox WHERE news_id LIKE '%2025:F-000001%' ORDER BY news_id")
    assert told == [
        "choice:2025:F-000001#start",
        "choice:2025:F-000001>farmer:F-000001#opened",
        "choice:2025:F-000001>post#letters-1",
    ]
    acts = "SELECT act FROM trail WHERE chain = 'F-000001' ORDER BY place"
    assert await column(world, acts) == ["farm:registered", "choice:asked"]


async def test_the_same_opener_of_a_choice_again_is_success_and_another_is_refused(world: Sessions) -> None:
    assert await open_beside(world, FARMER) is None
    assert await open_beside(world, FARMER) is None
    assert await open_beside(world, KEYS[1]) == Refusal(Rule.ALREADY_OPEN, date(2025, 1, 15))
    assert len(await table(world, ChoiceRow)) == len(await table(world, LetterRow)) == 1


async def test_two_who_open_one_case_at_once_get_one(world: Sessions) -> None:
    async with world.begin() as holding:
        await lock_farm(holding, number(1))
        both = [asyncio.create_task(open_beside(world, opener)) for opener in (KEYS[1], KEYS[2])]
        await wait_for_locks(world, 2)
    done = await asyncio.gather(*both)
    assert sorted(done, key=bool) == [None, Refusal(Rule.ALREADY_OPEN, date(2025, 1, 15))]
    assert len(await table(world, ChoiceRow)) == 1
    assert await value(world, "SELECT count(*) FROM outbox WHERE news_id = 'choice:2025:F-000001#start'") == 1


async def test_a_stopped_farm_is_refused_and_counted_once_however_often_the_page_runs(world: Sessions) -> None:
    await begin_round(world)
    await stop_by_hand(world, 2)
    for _ in range(2):
        await ask_everybody(world)
    row = await the_round(world)
    assert (row.farms, row.open, row.refused) == (3, 2, 1)
    refused = {member.farm_id: member.refused for member in await table(world, MemberRow)}
    assert refused == {"F-000001": None, "F-000002": "farm-stopped", "F-000003": None}
    assert {choice.farm_id for choice in await table(world, ChoiceRow)} == {"F-000001", "F-000003"}


async def test_a_round_of_which_every_farm_is_refused_is_told_so_once(world: Sessions) -> None:
    await begin_round(world)
    for place in (1, 2, 3):
        await stop_by_hand(world, place)
    for _ in range(2):
        await ask_everybody(world)
    assert (await the_round(world)).open == 0
    assert await column(world, "SELECT news_id FROM outbox WHERE kind = 'round-done'") == [f"{ROUND}>{ROUND}#done"]


async def test_rules_are_fixed_when_a_case_opens(world: Sessions) -> None:
    await open_beside(world, FARMER)
    await change(
        world,
        "INSERT INTO parameter (name, valid_from, value, source) VALUES (:name, '2025-01-01', 45, 'a test')",
        name=Name.CHOICE_ANSWER_DAYS,
    )
    deadline = "SELECT due FROM deadline WHERE case_id = :id AND kind = 'close'"
    assert (await case_of(world, the_choice())).rules == RULES
    assert await value(world, deadline, id=the_choice()) == CLOSES_AT
    assert await ask_itself(world, 2) is None
    assert (await case_of(world, the_choice(2))).rules.choice_answer_days == 45
    assert await value(world, deadline, id=the_choice(2)) == datetime(2025, 3, 1, 23, tzinfo=UTC)


async def test_rules_of_a_round_are_those_of_its_letters(world: Sessions) -> None:
    await begin_round(world)
    await change(world, "INSERT INTO parameter VALUES ('choice-reminder-days', '2025-01-01', 7, 'a test', NULL)")
    await ask_everybody(world)
    assert (await choice_row(world, the_choice())).reminder_due == date(2025, 1, 29)


async def test_a_farm_that_asks_itself_before_any_round_stands_beside_it(world: Sessions) -> None:
    assert await ask_itself(world) is None
    choice = await case_of(world, the_choice())
    assert (choice.round_id, choice.default_body, choice.bodies) == (None, ONE, (ONE, TWO))
    await run_round(world)
    row = await the_round(world)
    assert (row.farms, row.open, row.refused) == (3, 2, 1)


async def test_a_farm_that_asks_itself_while_the_round_runs_joins_it_once(world: Sessions) -> None:
    await bring_in(world, [farm(9, expires_on=date(2026, 12, 1), inspection_body=OLD)])
    await run_round(world)
    for _ in range(2):
        assert await ask_itself(world, 9) is None
    row = await the_round(world)
    assert (row.farms, row.open) == (4, 4)
    joined = (await table(world, MemberRow))[-1]
    assert (joined.farm_id, joined.rank, joined.default_body) == ("F-000009", 4, ONE)
    assert (await choice_row(world, the_choice(9))).round_id == ROUND


async def test_a_farm_refused_on_its_own_request_is_not_waited_for(world: Sessions) -> None:
    await bring_in(world, [farm(9, expires_on=date(2026, 12, 1))])
    await run_round(world)
    await stop_by_hand(world, 9)
    assert await ask_itself(world, 9) == Refusal(Rule.FARM_STOPPED, date(2025, 1, 10))
    row = await the_round(world)
    assert (row.farms, row.open) == (3, 3)
    assert len(await table(world, MemberRow)) == 3


async def test_a_member_that_asked_itself_before_its_page_is_counted_once(world: Sessions) -> None:
    await begin_round(world)
    assert await ask_itself(world) is None
    await ask_everybody(world)
    row = await the_round(world)
    assert (row.farms, row.open, row.refused) == (3, 3, 0)
    await close_choice(world)
    assert (await the_round(world)).open == 2


async def test_after_the_round_a_farm_that_asks_itself_stands_alone(world: Sessions) -> None:
    await bring_in(world, [farm(9, expires_on=date(2026, 12, 1))])
    await run_round(world)
    for place in (1, 2, 3):
        await close_choice(world, place)
    assert await ask_itself(world, 9) is None
    assert (await choice_row(world, the_choice(9))).round_id is None
    assert (await the_round(world)).open == 0


async def test_no_body_is_recognised_when_the_farm_asks_itself(world: Sessions) -> None:
    refused = await ask_itself(world, at=datetime(2027, 3, 1, 8, tzinfo=UTC))
    assert refused == Refusal(Rule.NO_RECOGNISED_BODY, date(2027, 3, 1))
    assert await table(world, ChoiceRow) == []


async def test_a_reopened_choice_is_another_case(world: Sessions) -> None:
    await run_round(world)
    assert await open_beside(world, KEYS[1], number=2) is None
    cases = {row.case_id: row.opened_by for row in await table(world, CaseRow) if row.farm_id == "F-000001"}
    assert cases == {FARMER: "P-0001", the_choice(): ROUND, the_choice(again=2): KEYS[1]}


async def stop_by_hand(sessions: Sessions, place: int) -> None:
    """The farm stopped on Fri 2025-01-10; only its row says so."""
    stopped = "UPDATE farm SET standing = 'stopped', stopped_on = '2025-01-10' WHERE farm_id = :farm"
    await change(sessions, stopped, farm=number(place))
