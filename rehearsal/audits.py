"""The audits of a year played by simulated people, farm by farm, each by its course (rehearsal/course.py).

A farm's story is told by a generator: it acts, and yields the moment of the next act. The loop is that of the round:
move the clock to the first moment, act for all whose moment is now in order of farm number. A story begun anew, in a
house whose rehearsal was interrupted, acts only where the audit does not stand further already.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from rehearsal.course import Answers, Audits, Course, Days, dealt
from rehearsal.desks import Desks, certify, everything, judge, plan, read, report
from rehearsal.proving import Letterbox, prove
from rehearsal.round import AT_ONCE, Players, to
from scheme.certification import State as Certifying
from scheme.days import ZONE, add_days
from scheme.ids import BodyId, FarmId
from scheme.periodic_audit import ActionState, State

AT_OFFICE, AT_FARM, AT_HOME = time(9), time(10), time(19)
DECIDERS = ("decision-maker", "decision-maker-2")
ON_SITE, ON_PAPER = "on-site", "on-paper"


@dataclass
class Story:
    """One farm's audit and how it goes; random: of this farm alone. day: that of its last act."""

    players: Players
    desks: Desks
    letters: Letterbox
    audit: str
    farm: FarmId
    body: BodyId
    course: Course
    random: Random
    day: date = date.min

    @property
    def habits(self) -> Audits:
        """What people do, in days."""
        return self.players.scenario.audits

    async def now(self) -> dict[str, Any]:
        """The audit as the house tells it."""
        return await read(self.players.secretary.web, f"audits/{self.audit}")

    async def stands(self, state: State) -> bool:
        """Whether the audit is there."""
        return bool((await self.now())["state"] == state)

    def later(self, day: date, days: Days, hour: time = AT_OFFICE) -> datetime:
        """So many days after that day."""
        return at(add_days(day, days.drawn(self.random)), hour)

    def goes_on(self, moment: datetime) -> datetime:
        """That moment, which is that of the next act."""
        self.day = moment.date()
        return moment


async def play_audits(players: Players, desks: Desks) -> list[str]:
    """Every audit of the round's choices, until each has come to its end; their cases."""
    stories = await cast(players, desks)
    waiting = await together([tell(story) for story in stories])
    total, clock = len(waiting), await players.secretary.clock()
    while waiting:
        moment = min(waiting.values())
        if moment > clock:
            await to(players, moment)
        due = [story for story, when in waiting.items() if when == moment]
        waiting = {story: when for story, when in waiting.items() if when > moment} | await together(due)
        players.tell("audits", total - len(waiting), total)
    await players.secretary.print_letters()
    await to(players, await players.secretary.clock() + timedelta(days=1))
    return [story.audit for story in stories]


async def cast(players: Players, desks: Desks) -> list[Story]:
    """The audits in order of farm number, each with its course."""
    letters = Letterbox(players.mailbox, players.secretary)
    bodies = {body.name: body.body_id for body in players.scenario.register.bodies}
    asked = {one["farmId"] for one in await players.secretary.farms(players.year)}
    found = await everything(players.secretary.web, "audits")
    # The first of each farm: what comes after it is another choice's.
    lines = {FarmId(one["farmId"]): one for one in sorted(found, key=by_case, reverse=True) if one["farmId"] in asked}
    courses = dealt(lines, players.seed, players.scenario.audits)
    return [
        Story(
            players, desks, letters, line["caseId"], farm, bodies[line["inspectionBody"]], courses[farm],
            Random(f"{players.seed}:audit:{farm}"),
        )
        for farm, line in sorted(lines.items())
    ]  # fmt: skip


async def tell(story: Story) -> AsyncIterator[datetime]:
    """From the plan to the decision."""
    habits = story.habits
    plan_due = date.fromisoformat((await story.now())["planDue"])
    visit_at = story.later(plan_due, habits.visit, AT_FARM)
    yield story.goes_on(at(add_days(plan_due, -habits.plan.drawn(story.random)), AT_OFFICE))
    if await story.stands(State.TO_PLAN):
        await plan(story.desks, story.body, story.audit, visit_at)
    if story.course.stops:
        yield story.goes_on(at(add_days(visit_at.date(), -1), AT_OFFICE))
        if await story.stands(State.PLANNED):
            await story.players.secretary.stop_farm(story.farm, story.day.isoformat())
        return
    yield story.goes_on(story.later(visit_at.date(), habits.report, AT_HOME))
    score = story.course.score.drawn(story.random)
    if await story.stands(State.PLANNED):
        await report(story.desks, story.body, story.audit, visit_at.date(), story.course, score)
    async for moment in put_right(story):
        yield story.goes_on(moment)
    async for moment in decided(story):
        yield story.goes_on(moment)


async def put_right(story: Story) -> AsyncIterator[datetime]:
    """What was found is put right, shown and judged; or its last day passes."""
    actions = await corrective(story)
    if not actions:
        return
    first_due = min(date.fromisoformat(one["due"]) for one in actions)
    if story.course.answers is Answers.NEVER:
        yield at(add_days(first_due, 1), AT_OFFICE)
        return
    seen = ON_SITE if any(one["checked"] == ON_SITE for one in actions) else ON_PAPER
    for place, accepted in enumerate([False, True] if story.course.returned else [True]):
        yield proof_at(story, first_due)
        for one in await corrective(story):
            if one["proofs"] == place:
                await prove(story.players.farmer, story.letters, story.farm, one["requirement"])
        yield story.later(story.day, story.habits.judge)
        if seen == ON_SITE:
            visit_at = story.later(story.day, story.habits.follow_up, AT_FARM)
            if "followUpAt" not in await story.now():
                await plan(story.desks, story.body, story.audit, visit_at)
            yield at(visit_at.date(), AT_HOME)
        for one in await corrective(story):
            if one["state"] == ActionState.PROVEN and one["proofs"] == place + 1:
                number = one["requirement"]
                await judge(story.desks, story.body, story.audit, number, story.day, seen=seen, accepted=accepted)


async def corrective(story: Story) -> list[dict[str, Any]]:
    """What was found that has to be put right, wherever it stands."""
    return [one for one in (await story.now())["findings"] if one.get("due")]


def proof_at(story: Story, due: date) -> datetime:
    """When the farmer shows it: soon, or only once the house has reminded of the last day."""
    if story.course.answers is Answers.REMINDED:
        return at(add_days(due, -story.habits.reminded.drawn(story.random)), AT_HOME)
    return story.later(story.day, story.habits.proof, AT_HOME)


async def decided(story: Story) -> AsyncIterator[datetime]:
    """Two people who took no part review and decide."""
    reviewer, decider = story.random.sample(DECIDERS, 2)
    steps = (Certifying.TO_REVIEW, reviewer, "review"), (Certifying.TO_DECIDE, decider, "decision")
    for state, name, what in steps:
        yield story.later(story.day, story.habits.decide)
        certification = (await story.now())["certification"]
        if (await read(await story.desks.of(name), f"certifications/{certification}"))["state"] == state:
            await certify(story.desks, name, certification, what)


async def together(stories: list[AsyncIterator[datetime]]) -> dict[AsyncIterator[datetime], datetime]:
    """All go on to their next act, a few at a time; the moments of those that have one."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(story: AsyncIterator[datetime]) -> datetime | None:
        async with gate:
            return await anext(story, None)

    moments = await asyncio.gather(*(one(story) for story in stories))
    return {story: moment for story, moment in zip(stories, moments, strict=True) if moment is not None}


def by_case(line: dict[str, Any]) -> tuple[int, str]:
    """In the order in which a farm's audits opened."""
    return len(line["caseId"]), line["caseId"]


def at(day: date, hour: time) -> datetime:
    """That hour of the day."""
    return datetime.combine(day, hour, ZONE)
