"""The choice of inspection body by its people: answered, changed, late, never, stopped (domain.md §2); real timers.

A letter of Wed 2025-03-05: reminder after 19 March in winter time, the last day 4 April in summer time.
"""

import asyncio
from datetime import UTC, date, datetime

from scheme.choice import WORKFLOW, Request, State, opened
from scheme.errors import Refusal, Rule
from scheme.ids import BodyId, choice_case
from scheme.letter import LetterKind
from scheme.news import BodyLost
from scheme.people import THE_HOUSE
from scheme.step import Act, Deadline, DeadlineKind, Dealt, End, Outcome
from tests.workflows.conftest import Skipping
from tests.workflows.desk_world import (
    ASKED,
    CASE,
    CLOSES,
    FARM,
    MINUTE,
    OTHER,
    PREVIOUS,
    RULES,
    SECRETARY,
    UNKNOWN,
    World,
    accepted,
    answer,
    choice,
    hand_in,
    left,
    news,
    stopped,
    unsent,
)

REMIND = Deadline(DeadlineKind.REMIND, datetime(2025, 3, 19, 23, tzinfo=UTC))
CLOSE = Deadline(DeadlineKind.CLOSE, datetime(2025, 4, 4, 22, tzinfo=UTC))
TAKEN = Outcome()
LAST_MINUTE = datetime(2025, 4, 4, 21, 59, tzinfo=UTC)
LATE = datetime(2025, 4, 4, 22, 0, tzinfo=UTC)


def just_after(at: datetime, moment: datetime) -> bool:
    """Whether the timer of that moment led to it."""
    return moment <= at < moment + MINUTE


def test_days_across_summer_time() -> None:
    request = Request(2025, FARM, RULES, (PREVIOUS, OTHER), PREVIOUS, PREVIOUS)
    step = opened(request, ASKED, practice=False)
    assert step.deadlines == (REMIND, CLOSE)
    assert (step.case.case_id, step.case.reminder_due, step.case.answer_due) == (
        choice_case(2025, FARM), date(2025, 3, 19), date(2025, 4, 4),
    )  # fmt: skip


async def test_answered(skipping: Skipping, world: World) -> None:
    running = await skipping.start(WORKFLOW, choice())
    await skipping.until(datetime(2025, 3, 10, 9, tzinfo=UTC))
    given = answer(1, OTHER, datetime(2025, 3, 10, 8, 59, tzinfo=UTC))
    assert await hand_in(running, given) == TAKEN
    await running.result()
    first, last = world.steps
    assert (first.act, first.at, first.body, first.actor) == (
        Act.CHOICE_ANSWERED, given.received_at, OTHER, given.actor,
    )  # fmt: skip
    assert (first.deadlines, first.letters, first.dealt) == ((CLOSE,), (), (Dealt(given.id),))
    assert (last.act, last.body, last.end, last.actor) == (Act.CHOICE_CHOSEN, OTHER, End.CHOSEN, THE_HOUSE)
    assert (last.deadlines, last.letters) == ((), ())
    assert just_after(last.at, CLOSE.due)


async def test_answered_after_the_reminder_and_changed(skipping: Skipping, world: World) -> None:
    running = await skipping.start(WORKFLOW, choice())
    await skipping.until(datetime(2025, 4, 1, 9, tzinfo=UTC))
    await hand_in(running, answer(1, OTHER, datetime(2025, 4, 1, 9, tzinfo=UTC)))
    await hand_in(running, answer(2, PREVIOUS, LAST_MINUTE, SECRETARY))
    await running.result()
    assert [(step.act, step.body, step.case.revision) for step in world.steps] == [
        (Act.CHOICE_REMINDED, None, 2),
        (Act.CHOICE_ANSWERED, OTHER, 3),
        (Act.CHOICE_CHANGED, PREVIOUS, 4),
        (Act.CHOICE_CHOSEN, PREVIOUS, 5),
    ]


async def test_never(skipping: Skipping, world: World) -> None:
    running = await skipping.start(WORKFLOW, choice())
    await running.result()
    reminded, assigned = world.steps
    assert (reminded.act, reminded.letters, reminded.deadlines, reminded.day) == (
        Act.CHOICE_REMINDED, (LetterKind.REMINDER,), (CLOSE,), date(2025, 4, 4),
    )  # fmt: skip
    assert just_after(reminded.at, REMIND.due)
    assert (assigned.act, assigned.letters, assigned.deadlines) == (
        Act.CHOICE_ASSIGNED, (LetterKind.ASSIGNMENT,), (),
    )  # fmt: skip
    assert (assigned.body, assigned.end, assigned.case.state) == (PREVIOUS, End.ASSIGNED, State.ASSIGNED)
    assert just_after(assigned.at, CLOSE.due)


async def test_late_is_refused_and_the_default_stays(skipping: Skipping, world: World) -> None:
    world.unsettled = [answer(1, OTHER, LATE)]
    await (await skipping.start(WORKFLOW, choice())).result()
    assert world.acts == [Act.CHOICE_REMINDED, Act.REFUSED, Act.CHOICE_ASSIGNED]
    refused, assigned = world.steps[1:]
    assert refused.dealt[0].outcome == Outcome(Refusal(Rule.TOO_LATE, date(2025, 4, 4)))
    assert refused.deadlines == (CLOSE,)
    assert assigned.body == PREVIOUS


async def test_too_late_while_it_closes(skipping: Skipping, world: World) -> None:
    world.held[Act.CHOICE_ASSIGNED] = asyncio.Event()
    running = await skipping.start(WORKFLOW, choice())
    await skipping.until(CLOSES)
    await world.until(lambda seen: Act.CHOICE_ASSIGNED in seen.acts)
    late = answer(1, OTHER, LATE)
    handing = await accepted(running, late)
    world.held[Act.CHOICE_ASSIGNED].set()
    closed = Outcome(Refusal(Rule.CASE_CLOSED))
    assert await handing.result() == closed
    await running.result()
    assert world.acts == [Act.CHOICE_REMINDED, Act.CHOICE_ASSIGNED]
    assert world.turned_away == [Dealt(late.id, closed)]


async def test_received_in_time_and_found_by_the_look(skipping: Skipping, world: World) -> None:
    world.unsettled = [answer(1, OTHER, LAST_MINUTE)]
    await (await skipping.start(WORKFLOW, choice())).result()
    assert [(step.act, step.body) for step in world.steps] == [
        (Act.CHOICE_REMINDED, None),
        (Act.CHOICE_ANSWERED, OTHER),
        (Act.CHOICE_CHOSEN, OTHER),
    ]
    assert world.looks[-1].due >= CLOSE.due


async def test_found_by_the_look_before_the_reminder(skipping: Skipping, world: World) -> None:
    world.unsettled = [answer(1, OTHER, datetime(2025, 3, 19, 22, 59, tzinfo=UTC))]
    await (await skipping.start(WORKFLOW, choice())).result()
    assert world.acts == [Act.CHOICE_ANSWERED, Act.CHOICE_CHOSEN]


async def test_stopped(skipping: Skipping, world: World) -> None:
    running = await skipping.start(WORKFLOW, choice())
    at = datetime(2025, 3, 12, 10, tzinfo=UTC)
    await skipping.until(at)
    await running.signal("hear", stopped(at, date(2025, 3, 11)))
    await running.result()
    (step,) = world.steps
    assert (step.act, step.at, step.day, step.end) == (Act.CHOICE_STOPPED, at, date(2025, 3, 11), End.STOPPED)
    assert (step.deadlines, step.letters, step.case.body) == ((), (), None)


async def test_the_inbox_comes_before_the_deadline(skipping: Skipping, world: World) -> None:
    await skipping.until(CLOSES + MINUTE)
    running = await skipping.start(WORKFLOW, choice(), first=stopped(LAST_MINUTE, date(2025, 4, 3)))
    await running.result()
    assert world.acts == [Act.CHOICE_STOPPED]


async def test_a_refused_answer_still_gets_its_reminder(skipping: Skipping, world: World) -> None:
    running = await skipping.start(WORKFLOW, choice())
    outcome = await hand_in(running, answer(1, UNKNOWN, datetime(2025, 3, 10, 9, tzinfo=UTC)))
    assert outcome == Outcome(Refusal(Rule.BODY_NOT_OFFERED))
    await running.result()
    assert world.acts == [Act.REFUSED, Act.CHOICE_REMINDED, Act.CHOICE_ASSIGNED]
    assert world.steps[0].deadlines == (REMIND, CLOSE)


async def test_the_same_submission_twice_has_one_outcome(skipping: Skipping, world: World) -> None:
    running = await skipping.start(WORKFLOW, choice())
    refused = answer(1, UNKNOWN, datetime(2025, 3, 10, 9, tzinfo=UTC))
    outcomes = [
        await hand_in(running, refused),
        await hand_in(running, refused),
        # The server forgets update ids with a run; the desk's own memory must hold too.
        await hand_in(running, refused, update_id="again"),
    ]
    assert outcomes == [Outcome(Refusal(Rule.BODY_NOT_OFFERED))] * 3
    assert world.acts == [Act.REFUSED]


async def test_out_of_order_the_later_answer_stands(skipping: Skipping, world: World) -> None:
    running = await skipping.start(WORKFLOW, choice())
    await hand_in(running, answer(2, OTHER, datetime(2025, 3, 11, 9, tzinfo=UTC)))
    earlier = await hand_in(running, answer(1, PREVIOUS, datetime(2025, 3, 10, 9, tzinfo=UTC)))
    assert earlier == Outcome(Refusal(Rule.SUPERSEDED, date(2025, 3, 11)))
    await running.result()
    assert [step.body for step in world.steps] == [OTHER, None, OTHER]


async def test_a_retried_record_writes_the_same_revision(skipping: Skipping, world: World) -> None:
    world.failing = 1
    running = await skipping.start(WORKFLOW, choice())
    assert await hand_in(running, answer(1, BodyId("B-02"), datetime(2025, 3, 10, 9, tzinfo=UTC))) == TAKEN
    first, again = world.steps
    assert first == again
    assert again.case.revision == 2


async def test_asked_again_where_the_body_was_lost(skipping: Skipping, world: World) -> None:
    """Lost on Thu 2025-03-20, a day after the reminder: reminded after 3 April, closed after 19 April."""
    running = await skipping.start(WORKFLOW, choice())
    await skipping.until(datetime(2025, 3, 20, 9, tzinfo=UTC))
    lost = BodyLost(PREVIOUS, CASE, (OTHER,), OTHER)
    await running.signal("hear", news("lost", CASE, datetime(2025, 3, 20, 9, tzinfo=UTC), lost))
    await running.result()
    assert world.acts == [Act.CHOICE_REMINDED, Act.CHOICE_ASKED_AGAIN, Act.CHOICE_REMINDED, Act.CHOICE_ASSIGNED]
    assert [step.letters for step in world.steps[1:]] == [
        (LetterKind.AGAIN,), (LetterKind.REMINDER,), (LetterKind.ASSIGNMENT,),
    ]  # fmt: skip
    assert just_after(world.steps[2].at, datetime(2025, 4, 3, 22, tzinfo=UTC))
    assert just_after(world.steps[3].at, datetime(2025, 4, 19, 22, tzinfo=UTC))
    assert world.steps[3].body == OTHER


async def test_its_letter_is_in_the_house_on_the_day_and_leaves_after_the_last(
    skipping: Skipping, world: World
) -> None:
    world.unsent = [unsent(datetime(2025, 3, 19, 23, tzinfo=UTC))]
    running = await skipping.start(WORKFLOW, choice())
    await skipping.until(datetime(2025, 5, 5, 9, tzinfo=UTC))
    assert world.acts == [Act.CHOICE_UNSENT]
    await running.signal("hear", left(datetime(2025, 5, 5, 9, tzinfo=UTC), date(2025, 5, 5)))
    await running.result()
    assert world.acts == [Act.CHOICE_UNSENT, Act.CHOICE_LETTER_LEFT, Act.CHOICE_REMINDED, Act.CHOICE_ASSIGNED]
    assert just_after(world.steps[2].at, datetime(2025, 5, 19, 22, tzinfo=UTC))
    assert just_after(world.steps[3].at, datetime(2025, 6, 4, 22, tzinfo=UTC))
