"""The desk each procedure works at (design.md §5): time is told in practice, and nothing handed in is left unanswered."""

import asyncio
from datetime import UTC, date, datetime

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle

from scheme.choice import WORKFLOW
from scheme.errors import Refusal, Rule
from scheme.inbox import Look
from scheme.step import Act, Dealt, Outcome
from tests.workflows.conftest import OfficeAt
from tests.workflows.desk_world import (
    ASKED,
    CASE,
    CLOSES,
    DAY,
    MINUTE,
    OTHER,
    PREVIOUS,
    REMINDS,
    UNKNOWN,
    Office,
    World,
    accepted,
    answer,
    choice,
    events,
    hand_in,
    stopped,
)

PRACTICE = choice(practice=True)
CLOSED = Outcome(Refusal(Rule.CASE_CLOSED))


async def test_practice_makes_no_timer(office: Office, world: World) -> None:
    running = await office.start(WORKFLOW, PRACTICE)
    # Once this is answered, the case rests until the reminder; after the next one, until the last day.
    await hand_in(running, answer(1, UNKNOWN, ASKED))
    await running.signal("wake", REMINDS)
    await world.until(lambda seen: seen.acts[1:] == [Act.CHOICE_REMINDED])
    await hand_in(running, answer(2, UNKNOWN, REMINDS))
    await running.signal("wake", CLOSES)
    await running.result()
    assert [(step.act, step.at) for step in world.steps] == [
        (Act.REFUSED, ASKED),
        (Act.CHOICE_REMINDED, REMINDS),
        (Act.REFUSED, REMINDS),
        (Act.CHOICE_ASSIGNED, CLOSES),
    ]
    assert world.looks == [Look(CASE, REMINDS), Look(CASE, CLOSES)]
    assert await events(running, EventType.EVENT_TYPE_TIMER_STARTED) == []


async def test_a_minute_before_is_not_the_day(office: Office, world: World) -> None:
    running = await office.start(WORKFLOW, PRACTICE)
    await running.signal("wake", REMINDS - MINUTE)
    await answer_twice(running, ASKED)
    assert world.acts == [Act.CHOICE_ANSWERED, Act.CHOICE_CHANGED]
    assert world.looks == []


async def test_wake_only_raises_the_clock(office_at: OfficeAt, world: World) -> None:
    office = office_at(ASKED)
    running = await office.start(WORKFLOW, PRACTICE)
    await running.signal("wake", REMINDS + DAY)
    await running.signal("wake", REMINDS)
    async with office.working():
        await world.until(lambda seen: bool(seen.steps))
        await running.signal("wake", ASKED)
        await running.signal("wake", CLOSES)
        await running.result()
    assert [step.at for step in world.steps] == [REMINDS + DAY, CLOSES]


async def test_what_was_received_tells_the_time_too(office: Office, world: World) -> None:
    running = await office.start(WORKFLOW, PRACTICE)
    await hand_in(running, answer(1, OTHER, CLOSES))
    await running.result()
    assert [(step.act, step.at) for step in world.steps] == [(Act.REFUSED, CLOSES), (Act.CHOICE_ASSIGNED, CLOSES)]


async def test_wake_means_nothing_in_production(office: Office, world: World) -> None:
    running = await office.start(WORKFLOW, choice())
    await running.signal("wake", CLOSES + DAY)
    await answer_twice(running, ASKED)
    assert world.acts == [Act.CHOICE_ANSWERED, Act.CHOICE_CHANGED]
    assert world.looks == []


async def test_no_reminder_after_the_last_day(office_at: OfficeAt, world: World) -> None:
    """The workers were away from before the reminder until after the last day."""
    office = office_at(ASKED)
    running = await office.start(WORKFLOW, PRACTICE)
    await running.signal("wake", CLOSES + DAY)
    async with office.working():
        await running.result()
    assert world.acts == [Act.CHOICE_ASSIGNED]


async def test_the_inbox_comes_before_a_deadline_that_passed(office_at: OfficeAt, world: World) -> None:
    office = office_at(ASKED)
    at = datetime(2025, 3, 19, 22, tzinfo=UTC)
    running = await office.start(WORKFLOW, PRACTICE, first=stopped(at, date(2025, 3, 19)))
    await running.signal("wake", CLOSES + DAY)
    async with office.working():
        await running.result()
    assert [(step.act, step.at) for step in world.steps] == [(Act.CHOICE_STOPPED, at)]


async def test_what_came_too_late_is_answered_before_the_end(office: Office, world: World) -> None:
    world.held[Act.CHOICE_ASSIGNED] = asyncio.Event()
    running = await office.start(WORKFLOW, PRACTICE)
    await running.signal("wake", CLOSES)
    await world.until(lambda seen: Act.CHOICE_ASSIGNED in seen.acts)
    late = [answer(number, OTHER, CLOSES + MINUTE) for number in (1, 2)]
    handing = [await accepted(running, one) for one in late]
    told = stopped(CLOSES + MINUTE, date(2025, 4, 5))
    await running.signal("hear", told)
    world.held[Act.CHOICE_ASSIGNED].set()
    assert [await one.result() for one in handing] == [CLOSED, CLOSED]
    await running.result()
    assert world.acts == [Act.CHOICE_ASSIGNED]
    assert [dealt.item for dealt in world.turned_away] == [late[0].id, late[1].id, told.id]
    assert {dealt.outcome for dealt in world.turned_away} == {CLOSED}


async def test_every_handler_has_finished_before_the_end(office: Office, world: World) -> None:
    running = await office.start(WORKFLOW, PRACTICE)
    await running.signal("wake", REMINDS)
    await world.until(lambda seen: seen.acts == [Act.CHOICE_REMINDED])
    world.held[Act.CHOICE_ANSWERED] = asyncio.Event()
    handing = await accepted(running, answer(1, OTHER, REMINDS + DAY))
    await running.signal("wake", CLOSES)
    world.held[Act.CHOICE_ANSWERED].set()
    assert await handing.result() == Outcome()
    await running.result()
    assert (await running.describe()).status is WorkflowExecutionStatus.COMPLETED
    took = len(await events(running, EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED))
    gave = len(await events(running, EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED))
    assert (took, gave) == (1, 1)
    assert world.steps[-1].dealt == ()
    assert world.turned_away == []


async def test_a_worker_without_memory_does_the_same(office_at: OfficeAt, world: World) -> None:
    office = office_at(ASKED)
    office.cached = 0
    async with office.working():
        running = await office.start(WORKFLOW, PRACTICE)
        await running.signal("wake", REMINDS)
        await world.until(lambda seen: seen.acts == [Act.CHOICE_REMINDED])
        await hand_in(running, answer(1, OTHER, REMINDS + DAY))
        await hand_in(running, answer(2, PREVIOUS, REMINDS + 2 * DAY))
        await running.signal("wake", CLOSES)
        await running.result()
    assert world.acts == [Act.CHOICE_REMINDED, Act.CHOICE_ANSWERED, Act.CHOICE_CHANGED, Act.CHOICE_CHOSEN]
    assert [dealt for step in world.steps for dealt in step.dealt] == [
        Dealt(answer(1, OTHER, REMINDS).id),
        Dealt(answer(2, OTHER, REMINDS).id),
    ]


async def answer_twice(running: WorkflowHandle, at: datetime) -> None:
    """Hand in twice: a signal sent before has been acted upon by the second, not always by the first."""
    await hand_in(running, answer(1, OTHER, at))
    await hand_in(running, answer(2, PREVIOUS, at))
