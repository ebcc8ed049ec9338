"""A matter by its people: closed in time, closed late, never, stopped; real timers across summer time."""

from datetime import UTC, date, datetime

from scheme.errors import Refusal, Rule
from scheme.matter import WORKFLOW, State
from scheme.news import FarmStopped
from scheme.step import Act, End, Outcome
from tests.workflows.conftest import Skipping
from tests.workflows.desk_world import ASKED, AUDITOR, CLOSES, DAY, MINUTE, World, close, hand_in, matter, news


async def test_closed_in_time(skipping: Skipping, world: World) -> None:
    running = await skipping.start(WORKFLOW, matter())
    await skipping.until(ASKED + DAY)
    assert await hand_in(running, close(1, date(2025, 3, 6), ASKED + DAY)) == Outcome()
    await running.result()
    (step,) = world.steps
    assert (step.act, step.end, step.case.state, step.deadlines) == (
        Act.MATTER_CLOSED, End.SETTLED, State.CLOSED, (),
    )  # fmt: skip


async def test_nobody_acts_and_it_is_closed_late(skipping: Skipping, world: World) -> None:
    running = await skipping.start(WORKFLOW, matter())
    await skipping.until(CLOSES + DAY)
    await world.until(lambda seen: bool(seen.steps))
    assert CLOSES <= world.steps[0].at < CLOSES + MINUTE
    refused = await hand_in(running, close(1, date(2025, 4, 5), CLOSES + DAY, AUDITOR))
    assert refused == Outcome(Refusal(Rule.NOT_ALLOWED))
    assert await hand_in(running, close(2, date(2025, 4, 5), CLOSES + DAY)) == Outcome()
    await running.result()
    assert world.acts == [Act.MATTER_LATE, Act.REFUSED, Act.MATTER_CLOSED]


async def test_a_close_received_before_the_day_passed_counts_first(skipping: Skipping, world: World) -> None:
    world.unsettled = [close(1, date(2025, 4, 4), datetime(2025, 4, 4, 21, 59, tzinfo=UTC))]
    await (await skipping.start(WORKFLOW, matter())).result()
    assert world.acts == [Act.MATTER_CLOSED]


async def test_late_from_the_start_it_waits_for_the_farms_stop(skipping: Skipping, world: World) -> None:
    case = matter(due_on=date(2025, 3, 1), state=State.LATE)
    running = await skipping.start(WORKFLOW, case)
    await running.signal("hear", news("stopped", case.case_id, ASKED + DAY, FarmStopped(date(2025, 3, 6))))
    await running.result()
    assert world.acts == [Act.MATTER_STOPPED]
