"""The yearly round: it asks page by page, each page once, and ends when it hears that its last choice has ended."""

from datetime import UTC, date, datetime, timedelta

from temporalio.exceptions import ApplicationError

from scheme.choice_round import WORKFLOW, Cancel, State
from scheme.errors import Refusal, Rule
from scheme.ids import FarmId, round_case
from scheme.inbox import Carried, Opened, OpenPage, OpenRequest
from scheme.news import RoundDone
from scheme.step import Act, Deadline, DeadlineKind, Dealt, Outcome
from tests.workflows.desk_world import (
    ASKED,
    AUDITOR,
    DAY,
    SECRETARY,
    Office,
    World,
    choice_round,
    hand_in,
    news,
    submission,
)

ROUND = round_case(2025)
FIRST, SECOND, THIRD = (FarmId(f"F-00000{number}") for number in (1, 2, 3))
# Midnight in Brussels: it is past, so the clock stands still until all are asked.
ASKING = Deadline(DeadlineKind.ASK, datetime(2025, 3, 4, 23, tzinfo=UTC))
DONE = news("done", ROUND, ASKED + 30 * DAY, RoundDone())


def two_pages(request: OpenRequest) -> Opened:
    """Two farms, then one."""
    assert isinstance(request, OpenPage)
    return Opened(SECOND, last=False) if request.after is None else Opened(THIRD)


async def test_asks_page_by_page_and_ends_with_its_last_choice(office: Office, world: World) -> None:
    world.opened = two_pages
    running = await office.start(WORKFLOW, choice_round())
    await world.until(lambda seen: len(seen.steps) == 2)
    await running.signal("hear", DONE)
    await running.result()
    assert world.openings == [OpenPage(ROUND, None, 50, ASKED), OpenPage(ROUND, SECOND, 50, ASKED)]
    assert [(step.act, step.at, step.case.state, step.case.reached) for step in world.steps] == [
        (Act.ROUND_ASKED, ASKED, State.ASKING, SECOND),
        (Act.ROUND_ASKED, ASKED, State.RUNNING, THIRD),
        (Act.ROUND_DONE, DONE.at, State.DONE, THIRD),
    ]
    assert [step.deadlines for step in world.steps] == [(ASKING,), (), ()]
    assert world.steps[-1].dealt == (Dealt(DONE.id),)


async def test_hears_its_end_while_it_asks(office: Office, world: World) -> None:
    """Every farm of the first page had stopped, and the news was faster than the second page."""
    world.opened = two_pages
    running = await office.start(WORKFLOW, choice_round(), first=DONE)
    await running.result()
    assert world.acts == [Act.ROUND_ASKED, Act.ROUND_ASKED, Act.ROUND_DONE]


async def test_goes_on_where_it_stood(office: Office, world: World) -> None:
    world.opened = two_pages
    running = await office.start(WORKFLOW, choice_round(reached=SECOND, revision=2), first=DONE)
    await running.result()
    assert [request.after for request in world.openings if isinstance(request, OpenPage)] == [SECOND]
    assert [step.case.revision for step in world.steps] == [3, 4]


async def test_a_page_that_failed_is_asked_again(office: Office, world: World) -> None:
    def fails_once(request: OpenRequest) -> Opened:
        if len(world.openings) == 1:
            message = "the database is away"
            raise ApplicationError(message, next_retry_delay=timedelta(milliseconds=1))
        return two_pages(request)

    world.opened = fails_once
    running = await office.start(WORKFLOW, choice_round(), first=DONE)
    await running.result()
    pages = [request.after for request in world.openings if isinstance(request, OpenPage)]
    assert pages == [None, None, SECOND]
    assert world.acts == [Act.ROUND_ASKED, Act.ROUND_ASKED, Act.ROUND_DONE]


async def test_told_twice_it_ends_once(office: Office, world: World) -> None:
    running = await office.start(WORKFLOW, choice_round(state=State.RUNNING, reached=THIRD), first=DONE)
    await running.result()
    assert world.acts == [Act.ROUND_DONE]
    assert world.steps[0].case.letters_on == date(2025, 3, 5)


async def test_cancelled_while_it_asks_it_asks_nobody_more(office: Office, world: World) -> None:
    """What a person handed in is taken before the next page."""
    world.opened = two_pages
    cancel = submission(1, Cancel(), ASKED, SECRETARY, ROUND)
    running = await office.start(WORKFLOW, choice_round(), carried=Carried(unread=(cancel,)))
    await running.result()
    assert (world.acts, world.openings) == ([Act.ROUND_CANCELLED], [])


async def test_cancelled_while_it_waits_it_ends(office: Office, world: World) -> None:
    running = await office.start(WORKFLOW, choice_round(state=State.RUNNING, reached=THIRD))
    assert await hand_in(running, submission(1, Cancel(), ASKED + DAY, AUDITOR, ROUND)) == Outcome(
        Refusal(Rule.NOT_ALLOWED)
    )
    assert await hand_in(running, submission(2, Cancel(), ASKED + DAY, SECRETARY, ROUND)) == Outcome()
    await running.result()
    assert world.acts == [Act.REFUSED, Act.ROUND_CANCELLED]
