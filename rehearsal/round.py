"""A year's round played by simulated people: they read their letters, answer or not, and time is moved for them.

The loop of design.md §5: read the mail, act for all whose moment is now in order of farm number, step to the next
act. Nobody here knows more than people do: the pages, the letters, what they decided (rehearsal/people.py).
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby
from random import Random
from typing import Any

import httpx

from rehearsal.paper import codes_of
from rehearsal.patience import Patient
from rehearsal.people import PlannedAct, body_of, decide
from rehearsal.scenario import Scenario
from rehearsal.web import Farmer, Mailbox, Secretary
from scheme.choice import Channel
from scheme.days import ZONE, add_days, end_of_day
from scheme.ids import BodyId, FarmId
from scheme.register_line import FarmLine

OFFICE_OPENS = time(9)
AT_ONCE = 6
STUCK_AFTER = 5
STOP_DAY = 8
WATCH_SECONDS = 1.0
Tell = Callable[[str, int, int], None]


class StuckError(Exception):
    """Raised when the house does not become quiet; says what it waits for."""


@dataclass(frozen=True)
class Where:
    """Addresses and the secretary's password."""

    web: str
    mailbox: str
    name: str
    password: str


class What(StrEnum):
    """Kinds of acts; within a moment the secretariat prints before anybody answers."""

    PRINT = "1-print"
    STOP = "2-stop"
    ANSWER = "3-answer"


@dataclass(frozen=True)
class Act:
    """What somebody does at a moment; farm is None where the secretariat prints."""

    moment: datetime
    what: What
    farm: FarmId | None = None
    answer: PlannedAct | None = None

    @property
    def order(self) -> tuple[datetime, str, str]:
        """By moment, kind and farm number."""
        return self.moment, self.what, self.farm or ""


@dataclass
class Players:
    """The people of a round and what lies on their tables."""

    scenario: Scenario
    seed: int
    secretary: Secretary
    mailbox: Mailbox
    farmer: Farmer
    farms: dict[FarmId, FarmLine]
    tell: Tell
    links: dict[FarmId, str] = field(default_factory=dict)
    codes: dict[FarmId, str] = field(default_factory=dict)
    answered: int = 0

    @property
    def letters_on(self) -> date:
        """The day on which the secretariat starts the round."""
        return self.scenario.register.letters_on

    @property
    def year(self) -> int:
        """The round's year."""
        return self.letters_on.year


@asynccontextmanager
async def gathered(
    where: Where, scenario: Scenario, seed: int, farms: list[FarmLine], tell: Tell
) -> AsyncIterator[Players]:
    """The people of a round, with their browsers open."""
    transport = Patient(httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=AT_ONCE * 2)))
    secretary = await Secretary.sign_in(where.web, where.name, where.password)
    mailbox = Mailbox.at(where.mailbox)
    known = {line.farm_id: line for line in farms}
    try:
        yield Players(scenario, seed, secretary, mailbox, Farmer(where.web, transport), known, tell)
    finally:
        await transport.aclose()
        await secretary.web.aclose()
        await mailbox.web.aclose()


async def write_letters(players: Players) -> None:
    """The secretariat starts the round, unless it runs already, and prints; everybody gets their letter."""
    opening = morning(players, 0)
    await to(players, opening)
    if await players.secretary.round(players.year) is None:
        await players.secretary.start_round(players.year)
    await to(players, opening)
    await print_letters(players)
    await read_mail(players)


async def live(players: Players, acts: list[Act]) -> None:
    """Days go by: answers, reminders, a farm that stops. What lies before the clock was done in an earlier run."""
    begun = await players.secretary.clock()
    acts = [act for act in acts if act.moment >= begun]
    total = sum(act.what is What.ANSWER for act in acts)
    for moment, group in groupby(acts, key=lambda act: act.moment):
        await to(players, moment)
        await together(players, list(group))
        players.tell("answers", players.answered, total)


async def finish(players: Players) -> None:
    """The morning after the last day."""
    last_day = add_days(players.letters_on, players.scenario.register.answer_days)
    await to(players, end_of_day(last_day) + timedelta(hours=9))
    await print_letters(players)


def agenda(players: Players) -> list[Act]:
    """Who does what when; also the morning on which the secretariat prints the reminders."""
    asked = sorted(set(players.links) | set(players.codes))
    answers = [
        Act(moment_of(players.letters_on, planned), What.ANSWER, farm, planned)
        for farm in asked
        for planned in decide(farm, players.seed, players.scenario.people, by_email=farm in players.links).answers
    ]
    stops = Random(f"{players.seed}:stops").sample(asked, round(len(asked) * players.scenario.people.stops))
    stopping = morning(players, STOP_DAY)
    # Nobody answers once the farm has stopped.
    kept = [act for act in answers if act.farm not in stops or act.moment < stopping]
    office = [Act(stopping, What.STOP, farm) for farm in stops]
    office.append(Act(morning(players, players.scenario.people.reminded.first), What.PRINT))
    return sorted([*kept, *office], key=lambda act: act.order)


def morning(players: Players, days: int) -> datetime:
    """When the office opens, so many days after the letters."""
    return datetime.combine(add_days(players.letters_on, days), OFFICE_OPENS, ZONE)


def moment_of(letters_on: date, planned: PlannedAct) -> datetime:
    """When the farmer sits down to answer."""
    return datetime.combine(add_days(letters_on, planned.days_after_letter), time(planned.hour), ZONE)


async def together(players: Players, acts: list[Act]) -> None:
    """All whose moment is now, a few at a time; nobody's act depends on another's."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(act: Act) -> None:
        async with gate:
            await perform(players, act)

    await asyncio.gather(*(one(act) for act in acts))


async def perform(players: Players, act: Act) -> None:
    """Print, stop, or answer by link, by code or by post."""
    if act.farm is None or act.what is What.PRINT:
        await print_letters(players)
    elif act.answer is None:
        await players.secretary.stop_farm(act.farm, act.moment.astimezone(ZONE).date().isoformat())
    else:
        await give_answer(players, act.farm, act.answer)
        players.answered += 1


async def give_answer(players: Players, farm: FarmId, planned: PlannedAct) -> None:
    """The way this farmer answers."""
    body = wanted(players, farm, planned)
    match planned.channel:
        case Channel.LINK:
            await players.farmer.answer_by_link(players.links[farm], body)
        case Channel.CODE:
            await players.farmer.answer_by_code(farm, players.codes[farm], body)
        case channel:
            await players.secretary.key_answer(players.year, farm, body, channel)


def wanted(players: Players, farm: FarmId, planned: PlannedAct) -> BodyId:
    """The body this farmer names: one of those recognised on the day of the letter."""
    offered = [
        body.body_id
        for body in players.scenario.register.bodies
        if body.recognised_from <= players.letters_on <= body.recognised_until
    ]
    return body_of(planned, players.farms[farm].inspection_body, offered, players.scenario.people)


async def print_letters(players: Players) -> None:
    """The secretary prints what waits; farmers on paper find their codes."""
    for batch in await players.secretary.print_letters():
        found = await asyncio.to_thread(codes_of, batch)
        players.codes |= {farm: code for farm, code in found.items() if farm not in players.links}


async def read_mail(players: Players) -> None:
    """Every farmer with a mailbox opens it."""
    for item in await players.mailbox.after(0):
        mail = await players.mailbox.read(item)
        if mail.link is not None and mail.link[0] == players.year:
            players.links[mail.link[1]] = mail.link[2]


async def to(players: Players, moment: datetime) -> None:
    """Move the clock event by event until it stands at `moment` and the house is quiet.

    Raises StuckError when the same things wait, time after time.
    """
    # A play that goes on after it was interrupted has moments behind it; the clock never goes back.
    until = max(moment, await players.secretary.clock())
    stuck, before = 0, None
    while True:
        stepped = await watched(players, asyncio.create_task(players.secretary.move_clock(until)))
        if stepped["reached"]:
            return
        stuck = stuck + 1 if stepped["waiting"] and stepped == before else 0
        before = stepped
        if stuck > STUCK_AFTER:
            raise StuckError(", ".join(stepped["waiting"]))


async def watched(players: Players, moving: asyncio.Task[dict[str, Any]]) -> dict[str, Any]:
    """Wait for the clock, and tell every second how many letters are out."""
    while not (await asyncio.wait({moving}, timeout=WATCH_SECONDS))[0]:
        how = await players.secretary.round(players.year)
        if how is not None:
            players.tell("letters", how["letters"] - how["waiting"], how["letters"])
    return moving.result()
