"""Bodies are lost while a choice is open and after it closed, through every room on the real parts (domain.md §12.2)."""

from datetime import UTC, date, datetime

from sqlmodel import select

from records.body_change import change_body
from records.case import ChoiceRow, RoundRow
from records.farm import InspectionBody
from records.letter import LetterRow
from records.receiving import receive
from records.register_row import locked
from scheme.choice import Channel
from scheme.choice_heard import Answer
from scheme.choice_round import Start
from scheme.ids import CALENDAR, BodyId, farmer_case
from scheme.people import farmer_of
from scheme.register_line import BodyLine
from scheme.stopping import Stop
from tests.house import House
from tests.world import BODIES, FARMS, OLD, ONE, SECRETARY, TWO, bring_in, number, the_choice

RENEWED = BodyLine(OLD, "Keurpunt 5", date(2021, 3, 1), date(2027, 2, 28))


async def lose(house: House, body: BodyId) -> None:
    """The body has been recognised until the end of January 2025 only."""
    async with house.sessions.begin() as session:
        row = await locked(session, InspectionBody, body)
        assert row is not None
        days = {"recognised_from": row.recognised_from, "recognised_until": date(2025, 1, 31)}
        await change_body(session, row, days, SECRETARY)
    await house.settle()


async def choose(house: House, body: BodyId) -> None:
    """Farm 1 answers by the letter's link."""
    answer = Answer(body, Channel.LINK)
    await house.hand_in(await receive(house.sessions, the_choice(1), farmer_of(number(1)), answer))


async def choices(house: House) -> dict[str, tuple[str, str | None]]:
    """Each choice: its state and its body."""
    async with house.sessions() as session:
        return {row.case_id: (row.state, row.body) for row in await session.exec(select(ChoiceRow))}


async def test_an_open_choice_is_asked_again_and_a_closed_one_opens_again(house: House) -> None:
    await bring_in(house.sessions, FARMS, (*BODIES[:2], RENEWED))
    await house.settle()
    await house.play(datetime(2025, 1, 15, 8, tzinfo=UTC))
    await house.hand_in(await receive(house.sessions, CALENDAR, SECRETARY, Start(2025)))
    await house.settle()
    await house.print_letters()
    await house.play(datetime(2025, 2, 10, 8, tzinfo=UTC))
    await choose(house, ONE)
    await lose(house, ONE)
    await house.print_letters()
    assert await choices(house) == {the_choice(place): ("asked", None) for place in (1, 2, 3)}
    await choose(house, TWO)
    await house.play(datetime(2025, 3, 20, 8, tzinfo=UTC))
    closed = {the_choice(1): ("chosen", TWO), the_choice(2): ("assigned", OLD), the_choice(3): ("assigned", TWO)}
    assert await choices(house) == closed
    stopped = Stop(date(2025, 3, 19))
    await house.hand_in(await receive(house.sessions, farmer_case(number(3)), SECRETARY, stopped))
    await lose(house, TWO)
    assert await choices(house) == {**closed, the_choice(1, again=2): ("asked", None)}
    await house.play(datetime(2025, 4, 25, 8, tzinfo=UTC))
    assert await choices(house) == {**closed, the_choice(1, again=2): ("assigned", OLD)}
    async with house.sessions() as session:
        mine = select(LetterRow.letter_key).where(LetterRow.farm_id == number(1))
        written = sorted(key.removeprefix("choice:2025:F-000001:") for key in await session.exec(mine))
        row = (await session.exec(select(RoundRow))).one()
    assert written == ["2:again", "2:assignment", "2:reminder", "again:2", "choice", "reminder"]
    assert (row.state, row.open) == ("done", 0)
