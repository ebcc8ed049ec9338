"""A cancelled round: what was not sent is withdrawn, what was sent stays valid (design.md §7, Hold)."""

from records import ledger
from records.database import Sessions
from records.holding import hold
from records.letter import HoldRow, LetterRow
from records.opening import open_one, open_round
from records.queries.cancellation import Effect, effect
from records.queries.choice_round import progress
from records.queries.matter import situation_of
from records.submission import OutboxRow
from scheme import choice_heard, choice_round
from scheme.choice import State as ChoiceState
from scheme.choice_round import Cancel
from scheme.errors import Refusal, Rule
from scheme.ids import NewsId
from scheme.inbox import OpenOne, OpenRound
from scheme.news import News, RoundCancelled
from scheme.step import Act, Submission
from tests.world import (
    KEYS,
    LETTERS_AT,
    ROUND,
    SECRETARY,
    YEAR,
    begin_round,
    case_of,
    choice_row,
    column,
    number,
    run_round,
    table,
    the_choice,
    write,
)

SHA = "0" * 64


async def cancel(sessions: Sessions) -> None:
    handed_in = Submission(KEYS[2], ROUND, SECRETARY, LETTERS_AT, Cancel())
    assert await write(sessions, choice_round.hear(await case_of(sessions, ROUND), handed_in))


async def one_went_out(sessions: Sessions) -> None:
    """Farm 1 has its letter, farm 2's waits, farm 3's waits for the printer; all are held."""
    await run_round(sessions)
    async with sessions.begin() as session:
        first, _, third = await ledger.claim(session, "page-a/1", 25)
        await ledger.note_handed_over(session, first, SHA, "250 OK")
        await ledger.note_to_print(session, third, SHA)
        await hold(session, ROUND, SECRETARY, "wrong day", "one")
    async with sessions.begin() as session:
        (second,) = [row for row in await table(sessions, LetterRow) if row.state == "sending"]
        assert not await ledger.still_mine(session, second, "page-a/1")


async def test_sent_letters_stay_valid_and_the_others_are_withdrawn(world: Sessions) -> None:
    await one_went_out(world)
    async with world() as session:
        meant = await effect(session, ROUND)
    assert meant == Effect(gone=1, sending=0, withdrawn=2, ended=0, go_on=1, cancelled=2, not_asked=0, over=False)
    await cancel(world)
    assert [row.state for row in await table(world, LetterRow)] == ["handed-over", "withdrawn", "withdrawn"]
    told = [row.target for row in await table(world, OutboxRow) if row.kind == "round-cancelled"]
    assert told == [the_choice(2), the_choice(3)]
    (lifted,) = await table(world, HoldRow)
    assert not lifted.held
    assert Act.ROUND_CANCELLED in await column(world, "SELECT act FROM trail WHERE chain = 'house'")


async def test_a_choice_without_a_letter_ends_without_a_body(world: Sessions) -> None:
    await one_went_out(world)
    await cancel(world)
    for place in (2, 3):
        told = News(NewsId(f"{ROUND}>{the_choice(place)}#cancelled"), the_choice(place), LETTERS_AT, RoundCancelled())
        step = choice_heard.hear(await case_of(world, the_choice(place)), told)
        assert step.act is Act.CHOICE_CANCELLED
        assert await write(world, step)
    row = await choice_row(world, the_choice(2))
    assert (row.state, row.body, row.closed_at) == ("cancelled", None, LETTERS_AT)
    async with world() as session:
        found = await progress(session, YEAR)
    assert found is not None
    assert (found.state, found.cancelled, found.open, found.moves) == ("cancelled", 2, 1, True)
    assert (found.asks, found.heard) == (1, 0)
    assert not [row for row in await table(world, OutboxRow) if row.kind == "round-done"]
    async with world() as session:
        left = await situation_of(session, number(2))
    assert left is not None
    assert left.choices == {the_choice(2): ChoiceState.CANCELLED}


async def test_farms_not_reached_are_left_out(world: Sessions) -> None:
    await begin_round(world)
    await cancel(world)
    assert set(await column(world, "SELECT refused FROM choice_round_member")) == {Rule.ROUND_CANCELLED}
    assert await column(world, "SELECT open FROM choice_round") == [0]


async def test_the_year_has_no_second_round(world: Sessions) -> None:
    await begin_round(world)
    second = OpenRound(YEAR, LETTERS_AT, KEYS[3])
    async with world.begin() as session:
        assert await open_round(session, second, practice=True) == Refusal(Rule.ALREADY_OPEN, LETTERS_AT.date())
    await cancel(world)
    async with world.begin() as session:
        assert await open_round(session, second, practice=True) == Refusal(Rule.ROUND_CANCELLED, LETTERS_AT.date())


async def test_a_farm_whose_choice_was_cancelled_asks_by_itself_under_the_next_number(world: Sessions) -> None:
    await test_a_choice_without_a_letter_ends_without_a_body(world)
    async with world.begin() as session:
        wanted = OpenOne(number(2), LETTERS_AT, ROUND)
        assert await open_one(session, wanted, practice=True) is None
    again = await choice_row(world, the_choice(2, 2))
    assert (again.state, again.round_id) == ("asked", None)
