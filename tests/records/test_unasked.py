"""Farms nobody asks, as the list finds them: the rulebook says the same of each."""

from datetime import date
from typing import Any

from sqlalchemy import true
from sqlmodel import select

from records.clock import now
from records.database import Sessions
from records.farm import Farm
from records.opening import open_choice
from records.queries.farm import farms
from records.queries.farm_sieve import FarmSieve
from records.queries.home import Unasked, not_asked
from records.queries.listing import Paging
from records.queries.matter import situation_of
from scheme import farmer_heard
from scheme.choice_round import Country
from scheme.ids import farmer_case
from scheme.news import CaseClosed
from scheme.projection import Coming, foreseen
from scheme.step import End
from tests.world import BEGINS, bring_in, case_of, close_choice, farm, news, number, request, the_choice, write

# Wed 2025-01-01: a certificate until Tue 2025-09-30 ends within nine months, one until Wed 2025-10-01 does not.
LATE = date(2025, 9, 30)
FARMS: dict[int, dict[str, Any]] = {
    11: {"expires_on": LATE},
    12: {"expires_on": date(2025, 10, 1)},
    13: {"expires_on": LATE, "country": Country.NL},
    14: {"expires_on": LATE, "choice_made_on": date(2023, 12, 30)},
    15: {"expires_on": LATE, "choice_made_on": date(2023, 12, 29)},
    16: {"expires_on": date(2024, 12, 31)},
    17: {"expires_on": None},
    18: {"expires_on": LATE},
    19: {"expires_on": LATE},
    20: {"expires_on": LATE},
}
# Number 18 chooses, 19 has chosen, 20 asks itself at the end of the day: its choice ended with its round.
UNASKED = [11, 15]


async def test_the_list_finds_whom_the_projection_calls_unasked(world: Sessions) -> None:
    await bring_in(world, [farm(place, **changes) for place, changes in FARMS.items()])
    for place in (18, 19):
        async with world.begin() as session:
            assert await open_choice(session, request(place), BEGINS, opened_by="test", practice=True) is None
    await close_choice(world, 19)
    cancelled = news(CaseClosed(the_choice(20), End.CANCELLED), BEGINS, farmer_case(number(20)))
    await write(world, farmer_heard.hear(await case_of(world, cancelled.target), cancelled))
    expected = [number(place) for place in UNASKED]
    async with world() as session:
        at = await now(session)
        found = await farms(session, true(), FarmSieve(unasked=True), Paging())
        assert [line.farm_id for line in found.items] == expected
        everybody = list(await session.exec(select(Farm.farm_id).order_by(Farm.farm_id)))
        situations = {farm_id: await situation_of(session, farm_id) for farm_id in everybody}
        told = [
            farm_id for farm_id, one in situations.items()
            if one is not None and Coming.UNASKED in {each.coming for each in foreseen(one, at)}
        ]  # fmt: skip
        assert told == expected
        others = await farms(session, true(), FarmSieve(unasked=False), Paging(page_size=100))
        assert [line.farm_id for line in others.items] == [one for one in everybody if one not in expected]
        assert await not_asked(session) == Unasked(2, 9)
