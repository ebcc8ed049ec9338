"""A farm's own procedure: it hears its cases, takes in a stop, brings itself into a round, and outlives a history."""

import asyncio
from datetime import UTC, date, datetime

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle

from scheme.certificate_days import Watch
from scheme.days import start_of_day
from scheme.errors import Refusal, Rule
from scheme.farmer import WORKFLOW, Farmer, Standing
from scheme.ids import FarmId, choice_case, farmer_case
from scheme.inbox import Carried, Opened, OpenOne
from scheme.news import BodyLost, CaseClosed, CaseOpened, News, RegisterChanged
from scheme.opening import OpenAgain
from scheme.step import Act, Deadline, DeadlineKind, End, Outcome, Submission
from scheme.stopping import Stop
from tests.workflows.conftest import OfficeAt
from tests.workflows.desk_world import (
    ASKED,
    AUDITOR,
    CASE,
    DAY,
    FARM,
    MINUTE,
    OTHER,
    PREVIOUS,
    SECRETARY,
    Office,
    World,
    accepted,
    events,
    farmer,
    hand_in,
    news,
    stop,
)

HERSELF = farmer_case(FARM)
# Nine months before 5 January 2026, to the end of the day, in summer time.
WINDOW = datetime(2025, 4, 5, 22, tzinfo=UTC)
ITS_CHOICE = news("opened", HERSELF, ASKED, CaseOpened(CASE))
REFUSED = Outcome(Refusal(Rule.NOT_ALLOWED))


async def test_hears_a_case_open_and_end(office: Office, world: World) -> None:
    running = await office.start(WORKFLOW, farmer(), first=ITS_CHOICE)
    await running.signal("hear", news("closed", HERSELF, ASKED + DAY, CaseClosed(CASE, End.CHOSEN)))
    await world.until(lambda seen: len(seen.steps) == 2)
    opened, ended = world.steps
    assert (opened.act, opened.about, opened.case.cases) == (Act.CASE_OPENED, CASE, (CASE,))
    assert (ended.act, ended.about, ended.case.cases) == (Act.CASE_CLOSED, CASE, ())
    assert (opened.at, ended.at) == (ASKED, ASKED + DAY)


async def test_a_stop_is_taken_once(office: Office, world: World) -> None:
    running = await office.start(WORKFLOW, farmer())
    assert await hand_in(running, stop(1, date(2025, 3, 4), ASKED)) == Outcome()
    (step,) = world.steps
    assert (step.act, step.actor, step.day, step.deadlines) == (Act.FARM_STOPPED, SECRETARY, date(2025, 3, 4), ())
    assert (step.case.standing, step.case.choice_due) == (Standing.STOPPED, None)
    again = await hand_in(running, stop(2, date(2025, 3, 5), ASKED))
    assert again == Outcome(Refusal(Rule.FARM_STOPPED, date(2025, 3, 4)))


@pytest.mark.parametrize(
    ("submitted", "refusal"),
    [
        pytest.param(stop(1, date(2025, 3, 5), ASKED, AUDITOR), Refusal(Rule.NOT_ALLOWED), id="auditor"),
        pytest.param(
            stop(1, date(2025, 3, 6), ASKED), Refusal(Rule.NOT_IN_THE_FUTURE, date(2025, 3, 6)), id="tomorrow"
        ),
    ],
)
async def test_a_stop_is_refused(office: Office, world: World, submitted: Submission[Stop], refusal: Refusal) -> None:
    running = await office.start(WORKFLOW, farmer())
    assert await hand_in(running, submitted) == Outcome(refusal)
    (step,) = world.steps
    assert (step.act, step.actor, step.case.standing) == (Act.REFUSED, submitted.actor, Standing.ACTIVE)
    assert step.deadlines == (Deadline(DeadlineKind.CHOICE_WINDOW, WINDOW),)


@pytest.mark.parametrize(
    "opened",
    [
        pytest.param(Opened(), id="opened"),
        pytest.param(Opened(refused=Refusal(Rule.ALREADY_OPEN, date(2025, 3, 5))), id="somebody was first"),
    ],
)
async def test_nine_months_before_the_end_it_asks_for_a_choice(office: Office, world: World, opened: Opened) -> None:
    world.opened = lambda _: opened
    running = await office.start(WORKFLOW, farmer())
    await running.signal("wake", WINDOW)
    await world.until(lambda seen: bool(seen.steps))
    assert world.openings == [OpenOne(FARM, WINDOW, HERSELF)]
    (step,) = world.steps
    assert (step.act, step.at, step.day, step.deadlines) == (Act.CHOICE_WINDOW, WINDOW, date(2025, 4, 5), ())


async def test_it_warns_before_its_certificate_ends_and_tells_that_it_has_ended(office: Office, world: World) -> None:
    """Until Mon 2026-01-05: on Tue 2025-10-07, on Sat 2025-12-06, and on Tue 2026-01-06; its own day comes first."""
    running = await office.start(WORKFLOW, farmer(watch=Watch(90, 30, letters=True), certificate_due=date(2025, 10, 7)))
    days = (WINDOW, *(start_of_day(day) for day in (date(2025, 10, 7), date(2025, 12, 6), date(2026, 1, 6))))
    for place, day in enumerate(days, start=1):
        await running.signal("wake", day)
        await world.until(lambda seen, place=place: len(seen.steps) == place)
    warned, ended = Act.CERTIFICATE_WARNED, Act.CERTIFICATE_ENDED
    assert [(step.act, step.at) for step in world.steps] == list(
        zip((Act.CHOICE_WINDOW, warned, warned, ended), days, strict=True)
    )
    assert world.steps[-1].deadlines == ()


async def test_a_way_back_to_a_last_day_that_passed_is_followed_by_the_end(office: Office, world: World) -> None:
    running = await office.start(WORKFLOW, farmer(choice_due=None))
    before = date(2025, 1, 31)
    known = RegisterChanged(before, None, True, Watch(90, 30, letters=True), back_from=date(2025, 12, 31))
    await running.signal("hear", news("back", HERSELF, ASKED, known))
    await world.until(lambda seen: len(seen.steps) == 2)
    assert world.acts == [Act.CERTIFICATE_CHANGED, Act.CERTIFICATE_ENDED]
    ended = world.steps[-1]
    assert (ended.at >= ASKED, ended.day, ended.case.certificate_due) == (True, before, None)


async def test_not_before_that_day_has_passed(office: Office, world: World) -> None:
    running = await office.start(WORKFLOW, farmer())
    await running.signal("wake", WINDOW - MINUTE)
    await two_more(running)
    assert world.acts == [Act.REFUSED, Act.REFUSED]
    assert world.openings == []


async def test_not_when_a_choice_runs(office: Office, world: World) -> None:
    running = await office.start(WORKFLOW, farmer(), first=ITS_CHOICE)
    await world.until(lambda seen: seen.acts == [Act.CASE_OPENED])
    await running.signal("wake", WINDOW + DAY)
    await two_more(running)
    assert world.acts == [Act.CASE_OPENED, Act.REFUSED, Act.REFUSED]
    assert world.openings == []
    assert [step.deadlines for step in world.steps] == [(), (), ()]


async def test_not_when_the_farm_has_stopped(office: Office, world: World) -> None:
    running = await office.start(WORKFLOW, farmer())
    await hand_in(running, stop(1, date(2025, 3, 4), ASKED))
    await running.signal("wake", WINDOW + DAY)
    await two_more(running)
    assert world.acts == [Act.FARM_STOPPED, Act.REFUSED, Act.REFUSED]
    assert world.openings == []


async def test_continues_as_new_without_losing_or_doubling(office: Office, world: World) -> None:
    """Seven bursts, each of five pieces of news told twice and five things handed in; histories hold forty events."""
    told = ASKED + 20 * DAY
    running = await office.start(WORKFLOW, farmer(expires_on=None, choice_due=None))
    await running.signal("wake", told)
    hears = [opening(number) for number in range(35)]
    refused = [stop(number, date(2025, 3, 4), ASKED, AUDITOR) for number in range(35)]
    for burst in range(0, 35, 5):
        telling = [running.signal("hear", one) for one in hears[burst : burst + 5] * 2]
        handing = [hand_in(running, one) for one in refused[burst : burst + 5]]
        outcomes = await asyncio.gather(*telling, *handing)
        assert outcomes[10:] == [REFUSED] * 5
        await world.until(lambda seen, after=2 * burst: len(seen.steps) == after + 10)
    assert [await hand_in(running, one, update_id=f"again-{one.id}") for one in refused[:5]] == [REFUSED] * 5
    await running.signal("hear", hears[0])
    last = stop(99, date(2025, 3, 4), ASKED, AUDITOR)
    await hand_in(running, last)

    dealt = [one.item for step in world.steps for one in step.dealt]
    assert sorted(dealt) == sorted(one.id for one in (*hears, *refused, last))
    assert [step.case.revision for step in world.steps] == list(range(2, 73))
    assert set(world.steps[-1].case.cases) == {one.what.case_id for one in hears}
    began = await beginnings(office.client, running)
    assert len(began) > 5
    assert {carried.heard_until for _, carried in began[1:]} == {told}
    revisions = [kept.revision for kept, _ in began]
    assert revisions == sorted(set(revisions))


async def test_continues_as_new_with_a_full_inbox(office_at: OfficeAt, world: World) -> None:
    """While one step is being written fifty things arrive, three of them from people who wait for their outcome."""
    world.held[Act.CASE_CLOSED] = asyncio.Event()
    office = office_at(ASKED)
    async with office.working():
        ending = news("closed", HERSELF, ASKED, CaseClosed(CASE, End.CHOSEN))
        running = await office.start(WORKFLOW, farmer(), first=ending)
        await world.until(lambda seen: seen.acts == [Act.CASE_CLOSED])
        for number in range(23):
            await running.signal("hear", opening(number))
        handing = [await accepted(running, stop(number, date(2025, 3, 4), ASKED, AUDITOR)) for number in range(3)]
        for number in range(23, 47):
            await running.signal("hear", opening(number))
        world.held[Act.CASE_CLOSED].set()
        assert [await one.result() for one in handing] == [REFUSED] * 3
        await world.until(lambda seen: len(seen.steps) == 51)
    dealt = [one.item for step in world.steps for one in step.dealt]
    assert len(dealt) == len(set(dealt)) == 51
    began = await beginnings(office.client, running)
    assert max(len(carried.unread) for _, carried in began) > 0


async def two_more(running: WorkflowHandle) -> None:
    """Hand in twice: a signal sent before has been acted upon by the second, not always by the first."""
    for number in (98, 99):
        await hand_in(running, stop(number, date(2025, 3, 4), ASKED, AUDITOR))


def opening(number: int) -> News:
    """A case of this farm opened; another one for each number."""
    case = choice_case(2025, FarmId("F-000123"), number + 2)
    return news(f"opened-{number}", HERSELF, ASKED, CaseOpened(case))


async def beginnings(client: Client, running: WorkflowHandle) -> list[tuple[Farmer, Carried]]:
    """What each run of the workflow began with, oldest first."""
    found, run_id = [], running.first_execution_run_id
    while run_id:
        run = client.get_workflow_handle(running.id, run_id=run_id)
        (began,) = await events(run, EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED)
        given = began.workflow_execution_started_event_attributes.input.payloads
        found.append(tuple(await client.data_converter.decode(given, [Farmer, Carried])))
        ended = await events(run, EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW)
        run_id = ended and ended[0].workflow_execution_continued_as_new_event_attributes.new_execution_run_id
    return found


@pytest.mark.parametrize(
    ("opened", "act"),
    [
        pytest.param(Opened(), Act.BODY_LOST, id="opened"),
        pytest.param(Opened(refused=Refusal(Rule.NO_RECOGNISED_BODY)), Act.REFUSED, id="nobody is left"),
    ],
)
async def test_a_lost_body_opens_the_closed_choice_again(
    office: Office, world: World, opened: Opened, act: Act
) -> None:
    world.opened = lambda _: opened
    lost = news("lost", HERSELF, ASKED, BodyLost(PREVIOUS, CASE, (OTHER,), OTHER))
    await office.start(WORKFLOW, farmer(), first=lost)
    await world.until(lambda seen: bool(seen.steps))
    assert world.openings == [OpenAgain(FARM, CASE, ASKED, lost.id, (OTHER,), OTHER, PREVIOUS)]
    (step,) = world.steps
    assert (step.act, step.body, step.about, step.dealt[0].outcome.refused_by) == (act, PREVIOUS, CASE, opened.refused)


async def test_a_stopped_farm_needs_no_other_body(office: Office, world: World) -> None:
    lost = news("lost", HERSELF, ASKED, BodyLost(PREVIOUS, CASE, (OTHER,), OTHER))
    await office.start(WORKFLOW, farmer(standing=Standing.STOPPED, stopped_on=date(2025, 3, 4)), first=lost)
    await world.until(lambda seen: bool(seen.steps))
    assert (world.acts, world.openings) == ([Act.REFUSED], [])
