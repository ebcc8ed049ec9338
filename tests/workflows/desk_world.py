"""What procedures meet in these tests: same-named stand-ins for the activities, named people, a clock that is told.

The stand-ins keep what they were asked; nothing is written anywhere. A worker's clock may stand apart from its
server's by a fixed span, so that a case of 2025 runs on real timers today.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from temporalio import activity
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateHandle, WorkflowUpdateStage
from temporalio.worker import Worker, WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner
from temporalio.workflow import _Definition

from scheme.calendar import SchemeCalendar
from scheme.choice import Channel, Choice
from scheme.choice_heard import Answer
from scheme.choice_round import ChoiceRound
from scheme.edition import Edition
from scheme.farmer import Farmer
from scheme.ids import (
    BodyId,
    CaseId,
    FarmId,
    NewsId,
    PersonId,
    SubmissionId,
    choice_case,
    farmer_case,
    matter_case,
    round_case,
)
from scheme.inbox import AnyCase, AnyStep, AnySubmission, Carried, Facts, Item, Look, Opened, OpenRequest
from scheme.lastenboek.grade import Grade
from scheme.matter import Close, Matter
from scheme.matter_kind import MatterKind
from scheme.news import FarmStopped, LetterLeft, LetterUnsent, News, What
from scheme.people import Actor, Role, farmer_of
from scheme.rules import Rules
from scheme.step import Act, Dealt, Outcome, Submission
from scheme.stopping import Stop
from worker import WORKFLOWS, runner

# Wed 2025-03-05; summer time begins on Sun 2025-03-30, between the reminder and the last day.
ASKED = datetime(2025, 3, 5, 8, tzinfo=UTC)
REMINDS = datetime(2025, 3, 19, 23, tzinfo=UTC)
CLOSES = datetime(2025, 4, 4, 22, tzinfo=UTC)

RULES = Rules(
    Edition.E11_1, choice_lead_months=9, choice_window_months=12, choice_reminder_days=14, choice_answer_days=30
)
FARM = FarmId("F-000123")
PREVIOUS, OTHER, UNKNOWN = BodyId("B-01"), BodyId("B-02"), BodyId("B-09")
SECRETARY = Actor(PersonId("P-0001"), Role.SECRETARIAT)
AUDITOR = Actor(PersonId("P-0002"), Role.AUDITOR)
CASE = choice_case(2025, FARM)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
PATIENCE = 30.0


def choice(**changes: object) -> Choice:
    """The choice of the farm, asked on 5 March 2025, for real."""
    asked = Choice(
        case_id=CASE,
        farm_id=FARM,
        year=2025,
        round_id=round_case(2025),
        rules=RULES,
        practice=False,
        asked_at=ASKED,
        reminder_due=date(2025, 3, 19),
        answer_due=date(2025, 4, 4),
        bodies=(PREVIOUS, OTHER),
        default_body=PREVIOUS,
        previous_body=PREVIOUS,
    )
    return replace(asked, **changes)  # type: ignore[arg-type]


def farmer(**changes: object) -> Farmer:
    """The farm, registered on the day of the letter, in practice; its certificate ends on 5 January 2026."""
    registered = Farmer(
        case_id=farmer_case(FARM),
        farm_id=FARM,
        rules=RULES,
        practice=True,
        registered_at=ASKED,
        expires_on=date(2026, 1, 5),
        choice_due=date(2025, 4, 5),
    )
    return replace(registered, **changes)  # type: ignore[arg-type]


def choice_round(**changes: object) -> ChoiceRound:
    """The round of 2025 over three farms, in practice."""
    opened = ChoiceRound(
        round_case(2025),
        2025,
        date(2025, 3, 5),
        RULES,
        practice=True,
        opened_at=ASKED,
        bodies=(PREVIOUS, OTHER),
        farms=3,
    )
    return replace(opened, **changes)  # type: ignore[arg-type]


def calendar() -> SchemeCalendar:
    """The house's own procedure, in practice."""
    return SchemeCalendar(practice=True, began_at=ASKED)


def matter(**changes: object) -> Matter:
    """A corrective action of grade A, found on 5 January 2025 and taken over on 5 March, for real."""
    taken = Matter(
        case_id=matter_case(FARM, 1),
        farm_id=FARM,
        rules=RULES,
        practice=False,
        taken_at=ASKED,
        what=MatterKind.CORRECTIVE_ACTION,
        began_on=date(2025, 1, 5),
        due_on=date(2025, 4, 4),
        body=PREVIOUS,
        grade=Grade.A,
    )
    return replace(taken, **changes)  # type: ignore[arg-type]


def submission(number: int, facts: Facts, at: datetime, actor: Actor, case_id: CaseId) -> AnySubmission:
    """Something handed in; the number is its id."""
    return Submission(SubmissionId(f"00000000-0000-4000-8000-{number:012}"), case_id, actor, at, facts)


def answer(number: int, body: BodyId, at: datetime, actor: Actor | None = None) -> Submission[Answer]:
    """The farmer's answer by the letter's link, or one that somebody keyed from paper."""
    channel = Channel.LINK if actor is None else Channel.PAPER
    return submission(number, Answer(body, channel), at, actor or farmer_of(FARM), CASE)


def stop(number: int, stopped_on: date, at: datetime, actor: Actor = SECRETARY) -> Submission[Stop]:
    """The farm stops delivering milk."""
    return submission(number, Stop(stopped_on), at, actor, farmer_case(FARM))


def close(number: int, closed_on: date, at: datetime, actor: Actor = SECRETARY) -> Submission[Close]:
    """Somebody says that the matter is settled."""
    return submission(number, Close(closed_on), at, actor, matter_case(FARM, 1))


def news(word: str, target: CaseId, at: datetime, what: What) -> News:
    """News, told by the calendar; the word makes its id."""
    return News(NewsId(f"calendar>{target}#{word}"), target, at, what)


def stopped(at: datetime, day: date) -> News:
    """The choice hears that its farm stopped."""
    return news("stopped", CASE, at, FarmStopped(day))


def unsent(at: datetime) -> News:
    """The choice's day came, and its letter is still in the house."""
    return news("unsent", CASE, at, LetterUnsent())


def left(at: datetime, day: date) -> News:
    """Its letter left, dated on that day."""
    return news("left", CASE, at, LetterLeft(day))


@dataclass
class World:
    """What the stand-ins were asked, in order, and what they answer.

    unsettled: rows that `look` finds; a recorded step settles them. unsent: news that `look` finds, each once. held: acts whose recording waits until released.
    failing: how many recordings fail after they wrote, as when the reply gets lost.
    """

    steps: list[AnyStep] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    openings: list[OpenRequest] = field(default_factory=list)
    turned_away: list[Dealt] = field(default_factory=list)
    unsettled: list[AnySubmission] = field(default_factory=list)
    opened: Callable[[OpenRequest], Opened] = lambda _: Opened()
    unsent: list[News] = field(default_factory=list)
    held: dict[Act, asyncio.Event] = field(default_factory=dict)
    failing: int = 0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @activity.defn(name="record")
    async def record(self, step: AnyStep) -> None:
        """Keep the step."""
        self.steps.append(step)
        await self._tell()
        if step.act in self.held:
            await self.held[step.act].wait()
        if self.failing:
            self.failing -= 1
            message = "the reply was lost"
            raise ConnectionError(message)
        settled = {dealt.item for dealt in step.dealt}
        self.unsettled = [one for one in self.unsettled if one.id not in settled]

    @activity.defn(name="look")
    async def look(self, look: Look) -> list[Item]:
        """What was received before the moment and is not settled, oldest first, after the news of a letter."""
        self.looks.append(look)
        found = (one for one in self.unsettled if one.case_id == look.case_id and one.received_at < look.due)
        news, self.unsent = self.unsent, []
        return [*news, *sorted(found, key=lambda one: one.received_at)]

    @activity.defn(name="turn_away")
    async def turn_away(self, dealt: tuple[Dealt, ...]) -> None:
        """Keep what came too late."""
        self.turned_away += dealt
        await self._tell()

    @activity.defn(name="open_case")
    async def open_case(self, request: OpenRequest) -> Opened:
        """Keep the request and answer as this world was told to."""
        self.openings.append(request)
        await self._tell()
        return self.opened(request)

    @property
    def acts(self) -> list[Act]:
        """What was recorded."""
        return [step.act for step in self.steps]

    async def until(self, happened: Callable[["World"], bool]) -> None:
        """Return as soon as it is so; fails when it does not come."""
        async with asyncio.timeout(PATIENCE), self.changed:
            await self.changed.wait_for(lambda: happened(self))

    async def _tell(self) -> None:
        async with self.changed:
            self.changed.notify_all()


class ShiftedRunner(WorkflowRunner):
    """The product's sandbox, its clock ahead of the server's by a fixed span; timers stay the server's own."""

    def __init__(self, ahead: timedelta) -> None:
        self._sandbox = runner(sandbox=True)
        self._ahead = ahead

    def prepare_workflow(self, defn: _Definition) -> None:
        """As the sandbox does it."""
        self._sandbox.prepare_workflow(defn)

    def set_worker_level_failure_exception_types(self, types: Sequence[type[BaseException]]) -> None:
        """As the sandbox does it."""
        self._sandbox.set_worker_level_failure_exception_types(types)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """A workflow that is told another time."""
        instance = self._sandbox.create_instance(det)
        activate = instance.activate

        def told(act):
            if act.HasField("timestamp"):
                act.timestamp.FromDatetime(act.timestamp.ToDatetime() + self._ahead)
            return activate(act)

        instance.activate = told  # type: ignore[method-assign]
        return instance


@dataclass
class Office:
    """A task queue with the stand-ins behind it. cached: 0 makes every workflow task a replay."""

    client: Client
    queue: str
    world: World
    ahead: timedelta = timedelta(0)
    cached: int = 100
    handles: list[WorkflowHandle] = field(default_factory=list)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """A worker is there."""
        world = self.world
        async with Worker(
            self.client,
            task_queue=self.queue,
            workflows=WORKFLOWS,
            activities=[world.record, world.look, world.turn_away, world.open_case],
            workflow_runner=ShiftedRunner(self.ahead),
            max_cached_workflows=self.cached,
        ):
            yield

    async def start(
        self, workflow: str, case: AnyCase, *, first: News | None = None, carried: Carried | None = None
    ) -> WorkflowHandle:
        """Begin the case, if wanted together with the first news it hears, or with what lies unread."""
        signal = {} if first is None else {"start_signal": "hear", "start_signal_args": [first]}
        handle = await self.client.start_workflow(
            workflow, args=[case, carried or Carried()], id=case.case_id, task_queue=self.queue, **signal
        )
        self.handles.append(handle)
        return handle

    async def close(self) -> None:
        """End what still runs."""
        for handle in self.handles:
            latest = self.client.get_workflow_handle(handle.id)
            if (await latest.describe()).close_time is None:
                await latest.terminate()


async def hand_in(handle: WorkflowHandle, submitted: AnySubmission, *, update_id: str | None = None) -> Outcome:
    """As the relay does it, under the submission's id unless another is given."""
    outcome: Outcome = await handle.execute_update(
        "hand_in", submitted, id=update_id or submitted.id, result_type=Outcome, rpc_timeout=timedelta(seconds=PATIENCE)
    )
    return outcome


async def accepted(handle: WorkflowHandle, submitted: AnySubmission) -> WorkflowUpdateHandle[Outcome]:
    """Handed in and lying in the inbox; its outcome may take its time."""
    return await handle.start_update(
        "hand_in",
        submitted,
        id=submitted.id,
        result_type=Outcome,
        wait_for_stage=WorkflowUpdateStage.ACCEPTED,
        rpc_timeout=timedelta(seconds=PATIENCE),
    )


async def events(handle: WorkflowHandle, kind: "EventType.ValueType") -> list:
    """Events of this kind in the run's history."""
    return [event async for event in handle.fetch_history_events() if event.event_type == kind]
