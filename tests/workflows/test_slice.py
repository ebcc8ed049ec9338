"""One farm, one letter, one answer, through every room on the real parts."""

from datetime import UTC, datetime

from sqlmodel import select

from records.case import ChoiceRow, RoundRow
from records.letter import LetterRow
from records.receiving import receive
from scheme.choice import Channel
from scheme.choice_heard import Answer
from scheme.choice_round import Start
from scheme.ids import CALENDAR
from scheme.people import farmer_of
from scheme.step import Outcome
from tests.house import House
from tests.world import FARMS, SECRETARY, TWO, bring_in, number, the_choice


async def test_one_farm(house: House) -> None:
    assert (await bring_in(house.sessions, FARMS)).added == 3
    await house.settle()
    await house.play(datetime(2025, 1, 15, 8, tzinfo=UTC))
    await house.hand_in(await receive(house.sessions, CALENDAR, SECRETARY, Start(2025)))
    await house.play(datetime(2025, 1, 16, 8, tzinfo=UTC))
    async with house.sessions() as session:
        letters = {row.farm_id: row.state for row in await session.exec(select(LetterRow))}
    assert letters == {"F-000001": "handed-over", "F-000002": "handed-over", "F-000003": "to-print"}
    # Printed ten days late: its days count from then.
    await house.play(datetime(2025, 1, 25, 8, tzinfo=UTC))
    await house.print_letters()
    answer = await receive(house.sessions, the_choice(1), farmer_of(number(1)), Answer(TWO, Channel.LINK))
    assert await house.hand_in(answer) == Outcome()
    await house.play(datetime(2025, 2, 20, 8, tzinfo=UTC))
    async with house.sessions() as session:
        assert (await session.get_one(ChoiceRow, the_choice(3))).state == "reminded"
    await house.play(datetime(2025, 3, 1, 8, tzinfo=UTC))
    async with house.sessions() as session:
        choices = {row.farm_id: (row.state, row.body) for row in await session.exec(select(ChoiceRow))}
        round_row = (await session.exec(select(RoundRow))).one()
    assert choices == {
        "F-000001": ("chosen", "B-02"), "F-000002": ("assigned", "B-01"), "F-000003": ("assigned", "B-01"),
    }  # fmt: skip
    assert (round_row.state, round_row.open) == ("done", 0)
