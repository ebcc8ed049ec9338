"""A closed choice opens again: another case, in its round, refused where it may not."""

from datetime import UTC, datetime

import pytest

from records.case import RoundRow
from records.database import Sessions
from records.opening_again import open_again
from records.telling import tell
from scheme.errors import Refusal, Rule
from scheme.ids import BodyId, NewsId, farmer_case
from scheme.news import BodyLost
from scheme.opening import OpenAgain
from tests.world import (
    ONE,
    ROUND,
    TWO,
    case_of,
    choice_row,
    close_choice,
    column,
    number,
    run_round,
    table,
    the_choice,
    value,
)

LATER = datetime(2025, 3, 3, 8, tzinfo=UTC)
NEWS = NewsId(f"calendar>{farmer_case(number(1))}#lost-b-01")


async def again(sessions: Sessions, **changes: object) -> Refusal | None:
    """The farm's workflow asks on Mon 2025-03-03, because body 1 was lost."""
    values: dict[str, object] = {
        "farm_id": number(1), "replaces": the_choice(), "at": LATER, "opened_by": NEWS, "bodies": (TWO,),
        "default_body": TWO, "lost_body": ONE,
    }  # fmt: skip
    async with sessions.begin() as session:
        return await open_again(session, OpenAgain(**(values | changes)), practice=True)  # type: ignore[arg-type]


@pytest.fixture
async def closed(world: Sessions) -> Sessions:
    """The round of 2025; the choice of farm 1 has been assigned body 1."""
    await run_round(world)
    await close_choice(world)
    return world


async def test_it_gets_the_next_number_and_days_of_its_own(closed: Sessions) -> None:
    assert await again(closed) is None
    choice = await case_of(closed, the_choice(again=2))
    assert (choice.replaces, choice.round_id, choice.bodies, choice.lost_body) == (the_choice(), ROUND, (TWO,), ONE)
    row = await choice_row(closed, the_choice(again=2))
    assert (row.replaces, row.state, str(row.answer_due)) == (the_choice(), "asked", "2025-04-02")
    assert (await choice_row(closed, the_choice())).body == ONE
    letters = "SELECT kind FROM letter WHERE case_id = :case"
    assert await column(closed, letters, case=the_choice(again=2)) == ["again"]


async def test_its_round_waits_for_one_more(closed: Sessions) -> None:
    await again(closed)
    (row,) = await table(closed, RoundRow)
    assert (row.farms, row.open) == (3, 3)


async def test_the_same_news_again_is_success_and_another_is_refused(closed: Sessions) -> None:
    assert await again(closed) is None
    assert await again(closed) is None
    other = NewsId(f"calendar>{farmer_case(number(1))}#lost-b-02")
    refused = await again(closed, opened_by=other)
    assert refused is not None
    assert refused.rule is Rule.ALREADY_OPEN
    assert await value(closed, "SELECT count(*) FROM choice WHERE farm_id = 'F-000001'") == 2


async def test_all_recognised_bodies_are_offered_where_none_is_named(closed: Sessions) -> None:
    assert await again(closed, bodies=(), default_body=None, lost_body=None) is None
    choice = await case_of(closed, the_choice(again=2))
    assert (choice.bodies, choice.default_body) == ((ONE, TWO), ONE)
    assert await column(closed, "SELECT kind FROM letter WHERE case_id = :case", case=choice.case_id) == ["choice"]


async def test_without_a_recognised_body_it_stays_closed(closed: Sessions) -> None:
    late = datetime(2027, 3, 1, 8, tzinfo=UTC)
    refused = await again(closed, at=late, bodies=(), default_body=None)
    assert refused is not None
    assert refused.rule is Rule.NO_RECOGNISED_BODY


async def test_a_loss_that_a_closing_choice_never_heard_goes_to_the_farms_workflow(world: Sessions) -> None:
    await run_round(world)
    for place, body in ((1, ONE), (2, TWO)):
        case, lost = the_choice(place), BodyLost(body, the_choice(place), (BodyId("B-03"),), BodyId("B-03"))
        async with world.begin() as session:
            await tell(session, farmer_case(number(place)), case, "lost", LATER, lost)
        await close_choice(world, place)
    told = "SELECT news_id FROM outbox WHERE kind = 'body-lost' AND target LIKE 'farmer:%'"
    assert await column(world, told) == ["choice:2025:F-000001>farmer:F-000001#lost-b-01"]
