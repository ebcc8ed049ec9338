"""Whom a round may write to: a farm that chose in this house for its certificate is left alone, as one that chose before."""

from datetime import date

from records.clock import now
from records.database import Sessions
from records.opening import open_choice
from records.parameter import rules_at
from records.queries.choice_made import last_choice
from records.queries.choice_round import candidate
from records.queries.expiring import expiring
from scheme.choice_round import selected
from tests.world import BEGINS, bring_in, close_choice, farm, number, request

# Asked on Wed 2025-01-01; a round on Sat 2025-12-20 begins with certificates that end on 2026-09-20.
ENDS, NEXT_ROUND = date(2026, 9, 25), date(2025, 12, 20)


async def test_a_choice_made_here_counts_for_the_next_round(world: Sessions) -> None:
    await bring_in(world, [farm(place, expires_on=ENDS) for place in (11, 12)])
    async with world.begin() as session:
        assert await open_choice(session, request(11), BEGINS, opened_by="test", practice=True) is None
    await close_choice(world, 11)
    async with world() as session:
        rules = await rules_at(session, await now(session))
        rows = await expiring(session, NEXT_ROUND, rules)
        asked = [row.farm_id for row in rows if selected(candidate(row), NEXT_ROUND, rules)]
        assert number(12) in asked
        assert number(11) not in asked
        assert await last_choice(session, number(11), None) == date(2025, 1, 1)
        assert await last_choice(session, number(11), date(2025, 2, 1)) == date(2025, 2, 1)
        assert await last_choice(session, number(12), None) is None
