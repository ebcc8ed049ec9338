"""A round does not open while a letter cannot be written, whatever its preview said before."""

from records.case import RoundRow
from records.database import Sessions
from records.opening import open_round
from records.queries.listing import Paging
from records.queries.round_member import preview
from scheme.errors import Refusal, Rule
from scheme.inbox import OpenRound
from scheme.writable import Obstacle
from tests.world import KEYS, LETTERS_AT, YEAR, begin_round, change, set_clock, table


async def test_the_rule_is_asked_again_where_the_round_opens(world: Sessions) -> None:
    await set_clock(world, LETTERS_AT)
    await change(world, "UPDATE farm SET city = '' WHERE farm_id = 'F-000003'")
    await change(world, "UPDATE farm SET language = 'es' WHERE farm_id = 'F-000001'")
    async with world.begin() as session:
        refused = await open_round(session, OpenRound(YEAR, LETTERS_AT, KEYS[0]), practice=True)
        seen = await preview(session, LETTERS_AT, Paging())
    assert refused == Refusal(Rule.NOT_WRITABLE, LETTERS_AT.date(), 2)
    assert await table(world, RoundRow) == []
    assert [(one.farm_id, one.obstacles) for one in seen.blocked] == [
        ("F-000001", (Obstacle.LANGUAGE,)), ("F-000003", (Obstacle.NO_ADDRESS,)),
    ]  # fmt: skip
    await change(world, "UPDATE farm SET city = 'Turnhout', language = 'nl'")
    await begin_round(world)
