"""The audits of a year played by simulated people, farm by farm, each by its course (rehearsal/course.py).

A farm's story is told by a generator: it acts, and yields the moment of the next act. The loop is that of the round:
move the clock to the first moment, act for all whose moment is now in order of farm number.
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
from scheme.days import ZONE, add_days
from scheme.ids import BodyId, FarmId

AT_OFFICE, AT_FARM, AT_HOME = time(9), time(10), time(19)
DECIDERS = ("decision-maker", "decision-maker-2")
ON_SITE, ON_PAPER = "on-site", "on-paper"


@dataclass
class Story:
    """One farm's audit and how it goes; random: of this farm alone."""

    players: Players
    desks: Desks
    letters: Letterbox
    audit: str
    farm: FarmId
    body: BodyId
    course: Course
    random: Random

    @property
    def habits(self) -> Audits:
        """What people do, in days."""
        return self.players.scenario.audits

    async def now(self) -> dict[str, Any]:
        """The audit as the house tells it."""
        return await read(self.players.secretary.web, f"audits/{self.audit}")

    def later(self, day: date, days: Days, hour: time = AT_OFFICE) -> datetime:
        """So many days after that day."""
        return at(add_days(day, days.drawn(self.random)), hour)


async def play_audits(players: Players, desks: Desks) -> list[str]:
    """Every audit that is open, until each has come to its end; their cases."""
    stories = await cast(players, desks)
    waiting = await together([tell(story) for story in stories])
    total = len(waiting)
    while waiting:
        moment = min(waiting.values())
        await to(players, moment)
        due = [story for story, when in waiting.items() if when == moment]
        waiting |= await together(due)
        waiting = {story: when for story, when in waiting.items() if when > moment}
        players.tell("audits", total - len(waiting), total)
    await players.secretary.print_letters()
    await to(players, await players.secretary.clock() + timedelta(days=1))
    return [story.audit for story in stories]


async def cast(players: Players, desks: Desks) -> list[Story]:
    """The audits in order of farm number, each with its course."""
    letters = Letterbox(players.mailbox, players.secretary)
    bodies = {body.name: body.body_id for body in players.scenario.register.bodies}
    lines = await everything(players.secretary.web, "audits", open="true")
    courses = dealt((FarmId(line["farmId"]) for line in lines), players.seed, players.scenario.audits)
    return [
        Story(
            players, desks, letters, line["caseId"], farm, bodies[line["inspectionBody"]], courses[farm],
            Random(f"{players.seed}:audit:{farm}"),
        )
        for farm, line in sorted((FarmId(line["farmId"]), line) for line in lines)
    ]  # fmt: skip


async def tell(story: Story) -> AsyncIterator[datetime]:
    """From the plan to the decision."""
    habits = story.habits
    plan_due = date.fromisoformat((await story.now())["planDue"])
    visit_at = story.later(plan_due, habits.visit, AT_FARM)
    yield at(add_days(plan_due, -habits.plan.drawn(story.random)), AT_OFFICE)
    await plan(story.desks, story.body, story.audit, visit_at)
    if story.course.stops:
        stopped_on = add_days(visit_at.date(), -1)
        yield at(stopped_on, AT_OFFICE)
        await story.players.secretary.stop_farm(story.farm, stopped_on.isoformat())
        return
    yield story.later(visit_at.date(), habits.report, AT_HOME)
    score = story.course.score.drawn(story.random)
    await report(story.desks, story.body, story.audit, visit_at.date(), story.course, score)
    async for moment in put_right(story):
        yield moment
    async for moment in decided(story):
        yield moment


async def put_right(story: Story) -> AsyncIterator[datetime]:
    """What was found is put right, shown and judged; or its last day passes."""
    open_ones = [one for one in (await story.now())["findings"] if one["state"] == "open"]
    if not open_ones:
        return
    first_due = min(date.fromisoformat(one["due"]) for one in open_ones)
    if story.course.answers is Answers.NEVER:
        yield at(add_days(first_due, 1), AT_OFFICE)
        return
    returns = [False, True] if story.course.returned else [True]
    for accepted in returns:
        yield await proof_at(story, first_due)
        for one in open_ones:
            await prove(story.players.farmer, story.letters, story.farm, one["requirement"])
        yield story.later(await today_of(story), story.habits.judge)
        seen = ON_SITE if any(one["checked"] == ON_SITE for one in open_ones) else ON_PAPER
        if seen == ON_SITE:
            visit_at = story.later(await today_of(story), story.habits.follow_up, AT_FARM)
            await plan(story.desks, story.body, story.audit, visit_at)
            yield at(visit_at.date(), AT_HOME)
        today = await today_of(story)
        for one in open_ones:
            await judge(story.desks, story.body, story.audit, one["requirement"], today, seen=seen, accepted=accepted)


async def proof_at(story: Story, due: date) -> datetime:
    """When the farmer shows it: soon, or only once the house has reminded of the last day."""
    if story.course.answers is Answers.REMINDED:
        return at(add_days(due, -story.habits.reminded.drawn(story.random)), AT_HOME)
    return story.later(await today_of(story), story.habits.proof, AT_HOME)


async def decided(story: Story) -> AsyncIterator[datetime]:
    """Two people who took no part review and decide."""
    reviewer, decider = story.random.sample(DECIDERS, 2)
    for name, what in ((reviewer, "review"), (decider, "decision")):
        yield story.later(await today_of(story), story.habits.decide)
        await certify(story.desks, name, (await story.now())["certification"], what)


async def together(stories: list[AsyncIterator[datetime]]) -> dict[AsyncIterator[datetime], datetime]:
    """All go on to their next act, a few at a time; the moments of those that have one."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(story: AsyncIterator[datetime]) -> datetime | None:
        async with gate:
            return await anext(story, None)

    moments = await asyncio.gather(*(one(story) for story in stories))
    return {story: moment for story, moment in zip(stories, moments, strict=True) if moment is not None}


async def today_of(story: Story) -> date:
    """The day by the clock of the house."""
    return (await story.players.secretary.clock()).astimezone(ZONE).date()


def at(day: date, hour: time) -> datetime:
    """That hour of the day."""
    return datetime.combine(day, hour, ZONE)
