"""One deadline that is really waited for."""

import asyncio
from datetime import timedelta

from temporalio.api.enums.v1 import EventType

from scheme.choice import WORKFLOW, State
from scheme.step import Act
from tests.workflows.conftest import OfficeAt
from tests.workflows.desk_world import CLOSES, MINUTE, OTHER, World, answer, choice, events

AHEAD = timedelta(seconds=3)


async def test_the_last_day_ends_in_three_seconds(office_at: OfficeAt, world: World) -> None:
    """Proven: on the real server a production case sets one timer to the end of its last day, and acts when it fires.

    Days are whole, so the worker's clock stands at three seconds before midnight of the last day and goes on at the
    server's pace; the timer is the server's own and nothing skips. What the rows received a second before the end counts.
    """
    office = office_at(CLOSES - AHEAD)
    world.unsettled = [answer(1, OTHER, CLOSES - timedelta(seconds=1))]
    async with office.working():
        running = await office.start(WORKFLOW, choice(state=State.REMINDED, revision=2))
        await asyncio.wait_for(running.result(), 30)
    assert [(step.act, step.body) for step in world.steps] == [(Act.CHOICE_ANSWERED, OTHER), (Act.CHOICE_CHOSEN, OTHER)]
    assert CLOSES <= world.looks[-1].due < CLOSES + MINUTE
    assert CLOSES <= world.steps[-1].at < CLOSES + MINUTE
    (timer,) = await events(running, EventType.EVENT_TYPE_TIMER_STARTED)
    (fired,) = await events(running, EventType.EVENT_TYPE_TIMER_FIRED)
    waited = timer.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
    assert timedelta(0) < waited <= AHEAD
    assert fired.event_time.ToDatetime() - timer.event_time.ToDatetime() >= waited - timedelta(milliseconds=5)
