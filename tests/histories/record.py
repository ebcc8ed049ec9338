"""Records histories from the real server: `python -m tests.histories.record`.

Only names that are not in the index are recorded: a history that stands there is never recorded again. A change that
breaks one needs `workflow.patched` (or a new field with a default), and then a new history beside the old one.
All ids are invented. Production cases run with the server's own time skipping.
"""

import asyncio
import hashlib
import json
import os
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from temporalio.client import Client, WorkflowHandle, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from parts.temporal import binary
from scheme import calendar as calendars
from scheme import choice as choices
from scheme import choice_round as rounds
from scheme import farmer as farmers
from scheme import matter as matters
from scheme.choice import Channel
from scheme.choice_heard import Correction
from scheme.choice_round import Start
from scheme.correction import TakeBack
from scheme.extra_farm import Join
from scheme.ids import CALENDAR, POST, CaseId, FarmId, choice_case, farmer_case, round_case
from scheme.inbox import Carried, Opened, OpenPage, OpenRequest
from scheme.news import (
    BodyLost,
    CaseClosed,
    CaseOpened,
    FarmStopped,
    LetterLeft,
    LettersWait,
    News,
    RoundCancelled,
    RoundDone,
)
from scheme.step import Act, End
from tests.histories.audits import AUDITS
from tests.histories.recorder import Recorder, Script, first_run
from tests.histories.replay import HERE, INDEX, agree, listed, replay
from tests.histories.statuses import STATUSES
from tests.histories.takeovers import TAKEOVERS
from tests.workflows.desk_world import (
    ASKED,
    AUDITOR,
    CASE,
    CLOSES,
    DAY,
    FARM,
    MINUTE,
    OTHER,
    PREVIOUS,
    REMINDS,
    SECRETARY,
    accepted,
    answer,
    calendar,
    choice,
    choice_round,
    close,
    farmer,
    hand_in,
    left,
    matter,
    news,
    stop,
    stopped,
    submission,
    unsent,
)
from tests.workflows.test_post import Tray, post_with

HERSELF = farmer_case(FARM)
LEFT = datetime(2025, 5, 5, 8, tzinfo=UTC)
PRACTICE = choice(practice=True)
# Production runs on the server's clock, which only goes forwards: two years later, also across summer time.
LATER = {
    "asked_at": datetime(2027, 3, 3, 8, tzinfo=UTC),
    "reminder_due": date(2027, 3, 17),
    "answer_due": date(2027, 4, 2),
}
FOR_REAL = choice(**LATER)
REMINDS_FOR_REAL = datetime(2027, 3, 17, 23, tzinfo=UTC)
CLOSES_FOR_REAL = datetime(2027, 4, 2, 22, tzinfo=UTC)


def lost(target: CaseId, at: datetime) -> News:
    """The previous body was lost; the other one is left."""
    return news("lost", target, at, BodyLost(PREVIOUS, CASE, (OTHER,), OTHER))


async def choice_answered(recorder: Recorder) -> list[WorkflowHandle]:
    running = await recorder.choose(PRACTICE)
    await hand_in(running, answer(1, OTHER, ASKED + 5 * DAY))
    await running.signal("wake", CLOSES)
    await running.result()
    return [running]


async def choice_changed(recorder: Recorder) -> list[WorkflowHandle]:
    running = await recorder.choose(PRACTICE)
    await running.signal("wake", REMINDS)
    await recorder.steps(1)
    await hand_in(running, answer(1, OTHER, REMINDS + DAY))
    await hand_in(running, answer(2, PREVIOUS, CLOSES - MINUTE, SECRETARY))
    await running.signal("wake", CLOSES)
    await running.result()
    return [running]


async def choice_never(recorder: Recorder) -> list[WorkflowHandle]:
    running = await recorder.choose(PRACTICE)
    await running.signal("wake", REMINDS)
    await recorder.steps(1)
    await running.signal("wake", CLOSES)
    await running.result()
    return [running]


async def choice_late(recorder: Recorder) -> list[WorkflowHandle]:
    """Too late by the clock, and too late while the case is being closed."""
    recorder.world.held[Act.CHOICE_ASSIGNED] = asyncio.Event()
    running = await recorder.choose(PRACTICE)
    await running.signal("wake", REMINDS)
    await recorder.steps(1)
    await hand_in(running, answer(1, OTHER, CLOSES))
    await recorder.steps(3)
    later = await accepted(running, answer(2, OTHER, CLOSES + MINUTE))
    recorder.world.held[Act.CHOICE_ASSIGNED].set()
    await later.result()
    await running.result()
    return [running]


async def choice_stopped(recorder: Recorder) -> list[WorkflowHandle]:
    running = await recorder.choose(PRACTICE)
    await running.signal("hear", stopped(ASKED + DAY, date(2025, 3, 6)))
    await running.result()
    return [running]


async def choice_out_of_order(recorder: Recorder) -> list[WorkflowHandle]:
    """After an outage: the later answer arrives first, a third lies in the rows when the day has passed."""
    running = await recorder.choose(PRACTICE)
    await hand_in(running, answer(2, OTHER, ASKED + 2 * DAY))
    await hand_in(running, answer(1, PREVIOUS, ASKED + DAY))
    recorder.world.unsettled = [answer(3, PREVIOUS, CLOSES - MINUTE)]
    await running.signal("wake", CLOSES + DAY)
    await running.result()
    return [running]


async def choice_again(recorder: Recorder) -> list[WorkflowHandle]:
    """The body answered for is lost after the reminder: asked again, reminded, then chosen."""
    running = await recorder.choose(PRACTICE)
    await running.signal("wake", REMINDS)
    await recorder.steps(1)
    await hand_in(running, answer(1, PREVIOUS, REMINDS + DAY))
    await running.signal("hear", lost(CASE, REMINDS + 2 * DAY))
    await recorder.steps(3)
    await running.signal("wake", REMINDS + 17 * DAY)
    await recorder.steps(4)
    await hand_in(running, answer(2, OTHER, REMINDS + 18 * DAY))
    await running.signal("wake", REMINDS + 40 * DAY)
    await running.result()
    return [running]


async def farmer_again(recorder: Recorder) -> list[WorkflowHandle]:
    """The body of a closed choice is lost: the choice opens again."""
    running = await recorder.office.start(farmers.WORKFLOW, farmer())
    await running.signal("hear", lost(HERSELF, ASKED + DAY))
    await recorder.steps(1)
    await hand_in(running, stop(1, date(2025, 3, 4), ASKED, AUDITOR))
    return [running]


async def choice_unsent(recorder: Recorder) -> list[WorkflowHandle]:
    """Its letter has not left on the day of the reminder; it leaves in May, is reminded and assigned."""
    recorder.world.unsent = [unsent(REMINDS)]
    running = await recorder.choose(PRACTICE)
    await running.signal("wake", REMINDS)
    await recorder.steps(1)
    await running.signal("wake", CLOSES + DAY)
    await running.signal("hear", left(LEFT, LEFT.date()))
    await recorder.steps(2)
    await running.signal("wake", LEFT + 15 * DAY)
    await recorder.steps(3)
    await running.signal("wake", LEFT + 31 * DAY)
    await running.result()
    return [running]


async def choice_unsent_answered(recorder: Recorder) -> list[WorkflowHandle]:
    """The farmer calls while the letter waits; a letter that then leaves changes nothing."""
    recorder.world.unsent = [unsent(REMINDS)]
    running = await recorder.choose(PRACTICE)
    await running.signal("wake", CLOSES + DAY)
    await recorder.steps(1)
    await hand_in(running, answer(1, OTHER, LEFT, SECRETARY))
    await running.signal("hear", left(LEFT + DAY, LEFT.date()))
    await recorder.steps(3)
    await running.signal("wake", LEFT + 31 * DAY)
    await running.result()
    return [running]


async def real_choice_unsent(recorder: Recorder) -> list[WorkflowHandle]:
    """The letter leaves a week late, and the days count from there; a second one is still there on its day."""
    running = await recorder.choose(FOR_REAL)
    await recorder.until(running, REMINDS_FOR_REAL - 8 * DAY)
    await running.signal("hear", left(REMINDS_FOR_REAL - 8 * DAY, date(2027, 3, 10)))
    await recorder.steps(1)
    recorder.world.unsent = [unsent(REMINDS_FOR_REAL + 7 * DAY)]
    await recorder.until(running, REMINDS_FOR_REAL + 8 * DAY)
    await recorder.steps(2)
    await running.signal("hear", news("left-again", CASE, REMINDS_FOR_REAL + 9 * DAY, LetterLeft(date(2027, 3, 27))))
    await recorder.steps(3)
    await recorder.until(running, CLOSES_FOR_REAL + 25 * DAY)
    await running.result()
    return [running]


async def real_choice_answered(recorder: Recorder) -> list[WorkflowHandle]:
    running = await recorder.choose(FOR_REAL)
    await hand_in(running, answer(1, OTHER, REMINDS_FOR_REAL - DAY))
    await recorder.until(running, CLOSES_FOR_REAL + MINUTE)
    await running.result()
    return [running]


async def real_choice_changed(recorder: Recorder) -> list[WorkflowHandle]:
    running = await recorder.choose(FOR_REAL)
    await recorder.until(running, REMINDS_FOR_REAL + DAY)
    await hand_in(running, answer(1, OTHER, REMINDS_FOR_REAL + DAY))
    await hand_in(running, answer(2, PREVIOUS, CLOSES_FOR_REAL - MINUTE, SECRETARY))
    await recorder.until(running, CLOSES_FOR_REAL + MINUTE)
    await running.result()
    return [running]


async def real_choice_never(recorder: Recorder) -> list[WorkflowHandle]:
    running = await recorder.choose(FOR_REAL)
    await recorder.until(running, CLOSES_FOR_REAL + MINUTE)
    await running.result()
    return [running]


async def real_choice_late(recorder: Recorder) -> list[WorkflowHandle]:
    recorder.world.unsettled = [answer(1, OTHER, CLOSES_FOR_REAL)]
    running = await recorder.choose(FOR_REAL)
    await recorder.until(running, CLOSES_FOR_REAL + MINUTE)
    await running.result()
    return [running]


async def real_choice_stopped(recorder: Recorder) -> list[WorkflowHandle]:
    running = await recorder.choose(FOR_REAL)
    await recorder.until(running, REMINDS_FOR_REAL + DAY)
    await running.signal("hear", stopped(REMINDS_FOR_REAL + DAY, date(2027, 3, 18)))
    await running.result()
    return [running]


async def real_choice_out_of_order(recorder: Recorder) -> list[WorkflowHandle]:
    running = await recorder.choose(FOR_REAL)
    await recorder.until(running, REMINDS_FOR_REAL + 3 * DAY)
    await hand_in(running, answer(2, OTHER, REMINDS_FOR_REAL + 2 * DAY))
    await hand_in(running, answer(1, PREVIOUS, REMINDS_FOR_REAL + DAY))
    recorder.world.unsettled = [answer(3, PREVIOUS, CLOSES_FOR_REAL - MINUTE)]
    await recorder.until(running, CLOSES_FOR_REAL + MINUTE)
    await running.result()
    return [running]


async def farmer_life(recorder: Recorder) -> list[WorkflowHandle]:
    """Seven cases open and end, two stops are refused and one taken; a new history begins in between."""
    running = await recorder.office.start(farmers.WORKFLOW, farmer())
    await hand_in(running, stop(1, date(2025, 3, 4), ASKED, AUDITOR))
    for number in range(2, 9):
        case = choice_case(2025, FARM, number)
        at = ASKED + number * DAY
        await running.signal("hear", news(f"opened-{number}", HERSELF, at, CaseOpened(case)))
        await running.signal("hear", news(f"closed-{number}", HERSELF, at, CaseClosed(case, End.CHOSEN)))
        await recorder.steps(2 * number - 1)
    await hand_in(running, stop(2, date(2025, 4, 1), ASKED + 20 * DAY))
    await hand_in(running, stop(1, date(2025, 3, 4), ASKED, AUDITOR), update_id="again")
    await hand_in(running, stop(3, date(2025, 3, 20), ASKED + 20 * DAY))
    return [first_run(recorder, running), recorder.client.get_workflow_handle(running.id)]


async def choice_corrected(recorder: Recorder) -> list[WorkflowHandle]:
    """A wrong body was keyed; the second who corrects it comes too late."""
    running = await recorder.choose(PRACTICE)
    await hand_in(running, answer(1, PREVIOUS, ASKED + DAY, SECRETARY))
    meant = Correction(CASE, PREVIOUS, OTHER, Channel.PAPER)
    for number in (2, 3):
        await hand_in(running, submission(number, meant, ASKED + 2 * DAY, SECRETARY, CASE))
    await running.signal("wake", CLOSES)
    await running.result()
    return [running]


async def choice_runs_again(recorder: Recorder) -> list[WorkflowHandle]:
    """Its farm's stop is taken back after the day of the reminder: it is reminded at once."""
    again = replace(PRACTICE, case_id=choice_case(2025, FARM, 2), replaces=CASE, begun_at=REMINDS + DAY)
    running = await recorder.choose(again)
    await recorder.steps(1)
    await running.signal("wake", CLOSES)
    await running.result()
    return [running]


async def farmer_put_right(recorder: Recorder) -> list[WorkflowHandle]:
    """A stop is taken back, a choice corrected, a farm joins; a planner may do none of it."""
    recorder.world.opened = lambda _: Opened(case_id=CASE)
    running = await recorder.office.start(farmers.WORKFLOW, farmer())
    await hand_in(running, stop(1, date(2025, 3, 4), ASKED))
    back, meant = TakeBack(date(2025, 3, 4)), Correction(CASE, PREVIOUS, OTHER, Channel.PAPER)
    asked = ((back, AUDITOR), (back, SECRETARY), (meant, SECRETARY), (Join(2025), SECRETARY))
    for number, (facts, actor) in enumerate(asked, 2):
        await hand_in(running, submission(number, facts, ASKED + DAY, actor, HERSELF))
    return [first_run(recorder, running)]


async def farmer_window(recorder: Recorder) -> list[WorkflowHandle]:
    """Nobody asked for a choice: the farm brings itself in."""
    running = await recorder.office.start(farmers.WORKFLOW, farmer())
    await running.signal("wake", datetime(2025, 4, 5, 22, tzinfo=UTC))
    await recorder.steps(1)
    await hand_in(running, stop(1, date(2025, 3, 4), ASKED, AUDITOR))
    return [running]


async def matter_closed_late(recorder: Recorder) -> list[WorkflowHandle]:
    """A close is refused, the day passes, it is closed."""
    running = await recorder.office.start(matters.WORKFLOW, matter(practice=True))
    await hand_in(running, close(1, date(2025, 3, 6), ASKED + DAY, AUDITOR))
    await running.signal("wake", CLOSES)
    await recorder.steps(2)
    await hand_in(running, close(2, date(2025, 4, 6), CLOSES + 3 * DAY))
    await running.result()
    return [running]


async def matter_stopped(recorder: Recorder) -> list[WorkflowHandle]:
    """Late from the start, then the farm stops."""
    case = matter(practice=True, due_on=date(2025, 2, 28), state=matters.State.LATE)
    running = await recorder.office.start(matters.WORKFLOW, case)
    await running.signal("hear", news("stopped", case.case_id, ASKED + DAY, FarmStopped(date(2025, 3, 6))))
    await running.result()
    return [running]


async def real_matter_late(recorder: Recorder) -> list[WorkflowHandle]:
    later = {"taken_at": LATER["asked_at"], "began_on": date(2027, 1, 2), "due_on": date(2027, 4, 2)}
    running = await recorder.office.start(matters.WORKFLOW, matter(**later))
    await recorder.until(running, CLOSES_FOR_REAL + MINUTE)
    await recorder.steps(1)
    await hand_in(running, close(1, date(2027, 4, 2), CLOSES_FOR_REAL + MINUTE))
    await running.result()
    return [running]


async def choice_taken_over_reminded(recorder: Recorder) -> list[WorkflowHandle]:
    """Asked and reminded before the house began: nothing but its end is left."""
    taken = choice(practice=True, state=choices.State.REMINDED, reminded_at=REMINDS)
    running = await recorder.choose(taken)
    await running.signal("wake", CLOSES)
    await running.result()
    return [running]


async def farmer_with_a_matter(recorder: Recorder) -> list[WorkflowHandle]:
    """A matter opens and leaves the farm's own day of asking as it is."""
    running = await recorder.office.start(farmers.WORKFLOW, farmer())
    case = matter().case_id
    await running.signal("hear", news("opened", HERSELF, ASKED, CaseOpened(case)))
    await recorder.steps(1)
    await running.signal("wake", datetime(2025, 4, 5, 22, tzinfo=UTC))
    await recorder.steps(2)
    await running.signal("hear", news("closed", HERSELF, ASKED + 60 * DAY, CaseClosed(case, End.SETTLED)))
    await recorder.steps(3)
    return [running]


async def round_of_three(recorder: Recorder) -> list[WorkflowHandle]:
    """Two pages, then the end of the last choice."""

    def pages(request: OpenRequest) -> Opened:
        if isinstance(request, OpenPage) and request.after is None:
            return Opened(FarmId("F-000002"), last=False)
        return Opened(FarmId("F-000003"))

    recorder.world.opened = pages
    running = await recorder.office.start(rounds.WORKFLOW, choice_round())
    await recorder.steps(2)
    await running.signal("hear", news("done", round_case(2025), CLOSES, RoundDone()))
    await running.result()
    return [running]


async def round_cancelled(recorder: Recorder) -> list[WorkflowHandle]:
    """All are asked, an auditor may not cancel, the secretariat does."""
    recorder.world.opened = lambda _request: Opened(FarmId("F-000003"))
    running = await recorder.office.start(rounds.WORKFLOW, choice_round())
    await recorder.steps(1)
    await hand_in(running, submission(1, rounds.Cancel(), ASKED + DAY, AUDITOR, round_case(2025)))
    await hand_in(running, submission(2, rounds.Cancel(), ASKED + DAY, SECRETARY, round_case(2025)))
    await running.result()
    return [running]


async def choice_cancelled(recorder: Recorder) -> list[WorkflowHandle]:
    """Its round is cancelled before the letter went out."""
    running = await recorder.choose(PRACTICE)
    await running.signal("hear", news("cancelled", PRACTICE.case_id, ASKED + DAY, RoundCancelled()))
    await running.result()
    return [running]


async def calendar_asked(recorder: Recorder) -> list[WorkflowHandle]:
    """Refused for the year and for the role, accepted, and news it does not know."""
    running = await recorder.office.start(calendars.WORKFLOW, calendar())
    for number, (year, actor) in enumerate(((2026, SECRETARY), (2025, AUDITOR), (2025, SECRETARY)), 1):
        await hand_in(running, submission(number, Start(year), ASKED, actor, CALENDAR))
    await running.signal("hear", news("unknown", CALENDAR, ASKED, RoundDone()))
    await recorder.steps(4)
    await hand_in(running, submission(4, Start(2025), ASKED, AUDITOR, CALENDAR))
    return [first_run(recorder, running)]


AT_HAND = Carried(at_hand=True)


async def choice_at_hand(recorder: Recorder) -> list[WorkflowHandle]:
    """Steps are written as part of the workflow's own task; one whose writing fails goes the long way."""
    running = await recorder.office.start(choices.WORKFLOW, PRACTICE, carried=AT_HAND)
    await running.signal("wake", REMINDS)
    await recorder.steps(1)
    await hand_in(running, answer(1, OTHER, REMINDS + DAY))
    recorder.world.failing = 1
    await running.signal("wake", CLOSES)
    await running.result()
    return [running]


async def farmer_at_hand(recorder: Recorder) -> list[WorkflowHandle]:
    """The farm hears its choice open and end."""
    running = await recorder.office.start(farmers.WORKFLOW, farmer(), carried=AT_HAND)
    await running.signal("hear", news("opened", HERSELF, ASKED, CaseOpened(CASE)))
    await recorder.steps(1)
    await running.signal("hear", news("closed", HERSELF, CLOSES, CaseClosed(CASE, End.CHOSEN)))
    await recorder.steps(2)
    return [running]


async def post_sending(recorder: Recorder) -> list[WorkflowHandle]:
    """Sixty letters, one attempt a second later, then it is told that more wait."""
    tray = Tray(letters=60)
    async with post_with(recorder.client, tray) as running:
        tray.next_due = datetime.now(UTC) + timedelta(seconds=1)
        await tray.until(lambda seen: sorted(seen.pages) == [0, 0, 10, 25, 25])
        tray.letters, tray.next_due = 1, None
        await tray.until(lambda seen: len(seen.pages) == 8)
        tray.letters = 1
        await running.signal("hear", news("letters", POST, ASKED, LettersWait()))
        await tray.until(lambda seen: len(seen.pages) == 11)
    return [first_run(recorder, running)]


SCRIPTS: dict[str, Script] = {
    "choice-answered": choice_answered,
    "choice-changed": choice_changed,
    "choice-never": choice_never,
    "choice-late": choice_late,
    "choice-stopped": choice_stopped,
    "choice-out-of-order": choice_out_of_order,
    "choice-again": choice_again,
    "choice-unsent": choice_unsent,
    "choice-unsent-answered": choice_unsent_answered,
    "choice-for-real-unsent": real_choice_unsent,
    "choice-for-real-answered": real_choice_answered,
    "choice-for-real-changed": real_choice_changed,
    "choice-for-real-never": real_choice_never,
    "choice-for-real-late": real_choice_late,
    "choice-for-real-stopped": real_choice_stopped,
    "choice-for-real-out-of-order": real_choice_out_of_order,
    "choice-taken-over-reminded": choice_taken_over_reminded,
    "matter-closed-late": matter_closed_late,
    "matter-stopped": matter_stopped,
    "matter-for-real-late": real_matter_late,
    "farmer-with-a-matter": farmer_with_a_matter,
    "farmer-life": farmer_life,
    "choice-corrected": choice_corrected,
    "choice-runs-again": choice_runs_again,
    "farmer-put-right": farmer_put_right,
    "farmer-window": farmer_window,
    "farmer-again": farmer_again,
    "choice-round-of-three": round_of_three,
    "choice-round-cancelled": round_cancelled,
    "choice-cancelled": choice_cancelled,
    "calendar-asked": calendar_asked,
    "post-sending": post_sending,
    "choice-at-hand": choice_at_hand,
    "farmer-at-hand": farmer_at_hand,
    **AUDITS,
    **STATUSES,
    **TAKEOVERS,
}


async def record(client: Client, name: str) -> None:
    """Play the script and keep the histories of its runs; several runs are numbered."""
    recorder = Recorder(client, name)
    async with recorder.office.working():
        runs = await SCRIPTS[name](recorder)
        for number, run in enumerate(runs, 1):
            await keep(name if len(runs) == 1 else f"{name}-{number}", await run.fetch_history())
        await recorder.office.close()


async def keep(name: str, history: WorkflowHistory) -> None:
    """Write a history with what was decided, and their line in the index."""
    decided = await replay(history)
    if not agree(decided, history):
        message = f"{name}: the replay does not decide what the history holds"
        raise RuntimeError(message)
    lines = ",\n".join(json.dumps(one) for one in decided)
    written = (history.to_json() + "\n", f"[\n{lines}\n]\n")
    for ending, text in zip(("json", "expected.json"), written, strict=True):
        (HERE / f"{name}.{ending}").write_text(text)
    hashes = " ".join(hashlib.sha256(text.encode()).hexdigest() for text in written)
    with INDEX.open("a") as index:
        index.write(f"{name} {hashes}\n")
    sys.stdout.write(f"{name}: {len(history.events)} events\n")


async def main() -> None:
    """Record what the index does not name yet."""
    known = listed()
    config = {"frontend.WorkflowTimeSkippingEnabled": "true", "limit.historyCount.suggestContinueAsNew": "40"}
    async with await WorkflowEnvironment.start_local(
        data_converter=pydantic_data_converter,
        identity="record",
        dev_server_existing_path=binary(),
        dev_server_log_level="error",
        dev_server_extra_args=[word for key in config for word in ("--dynamic-config-value", f"{key}={config[key]}")],
    ) as environment:
        for name in SCRIPTS:
            if name not in known and f"{name}-1" not in known:
                await record(environment.client, name)


if __name__ == "__main__":
    asyncio.run(main())
    # The interpreter may crash while it takes down the core's threads; all is written.
    sys.stdout.flush()
    os._exit(0)
