"""The house's own procedure: the secretariat's button opens the year's round, or a rule says why not."""

from datetime import date

import pytest

from scheme.calendar import WORKFLOW
from scheme.choice_round import Start
from scheme.errors import Refusal, Rule
from scheme.ids import CALENDAR, round_case
from scheme.inbox import Opened, OpenRound
from scheme.news import RoundDone
from scheme.people import Actor
from scheme.step import Act, Dealt, Outcome
from tests.workflows.desk_world import ASKED, AUDITOR, SECRETARY, Office, World, calendar, hand_in, news, submission


async def test_opens_the_round(office: Office, world: World) -> None:
    running = await office.start(WORKFLOW, calendar())
    button = submission(1, Start(2025), ASKED, SECRETARY, CALENDAR)
    assert await hand_in(running, button) == Outcome()
    assert world.openings == [OpenRound(2025, ASKED, button.id)]
    (step,) = world.steps
    assert (step.act, step.actor, step.at, step.about) == (Act.OPENING_DONE, SECRETARY, ASKED, round_case(2025))
    assert step.dealt == (Dealt(button.id),)
    assert await hand_in(running, button, update_id="again") == Outcome()
    assert len(world.openings) == 1


@pytest.mark.parametrize(
    ("year", "actor", "refusal"),
    [
        pytest.param(2025, AUDITOR, Refusal(Rule.NOT_ALLOWED), id="auditor"),
        pytest.param(2026, SECRETARY, Refusal(Rule.WRONG_YEAR, date(2025, 3, 5)), id="next year"),
    ],
)
async def test_refuses_without_asking(office: Office, world: World, year: int, actor: Actor, refusal: Refusal) -> None:
    running = await office.start(WORKFLOW, calendar())
    button = submission(1, Start(year), ASKED, actor, CALENDAR)
    assert await hand_in(running, button) == Outcome(refusal)
    assert world.openings == []
    assert [(step.act, step.actor) for step in world.steps] == [(Act.REFUSED, actor)]


async def test_hands_on_the_rule_that_refused_the_opening(office: Office, world: World) -> None:
    refusal = Refusal(Rule.ALREADY_OPEN, date(2025, 3, 4))
    world.opened = lambda _: Opened(refused=refusal)
    running = await office.start(WORKFLOW, calendar())
    first, second = (submission(number, Start(2025), ASKED, SECRETARY, CALENDAR) for number in (1, 2))
    assert await hand_in(running, first) == Outcome(refusal)
    world.opened = lambda _: Opened()
    assert await hand_in(running, second) == Outcome()
    assert [(step.act, step.case.revision) for step in world.steps] == [(Act.REFUSED, 2), (Act.OPENING_DONE, 3)]


async def test_news_it_does_not_know_is_settled(office: Office, world: World) -> None:
    told = news("done", CALENDAR, ASKED, RoundDone())
    await office.start(WORKFLOW, calendar(), first=told)
    await world.until(lambda seen: bool(seen.steps))
    assert [(step.act, step.dealt) for step in world.steps] == [(Act.REFUSED, (Dealt(told.id),))]
