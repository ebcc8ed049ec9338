"""`ikm bench search`: what it costs to find farms and to list them, beside a lookup by key, on a scratch database."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from sqlalchemy import text, true

from commands.bench.scratch import scratch
from commands.say import say, tell
from records.database import Sessions
from records.farm import Farm
from records.founding import found
from records.queries.farm import farms
from records.queries.farm_sieve import FarmSieve
from records.queries.listing import Paging
from records.registering import import_register
from rehearsal.register import generate
from rehearsal.scenario import scaled, scenario
from scheme.choice_round import Country
from scheme.farmer import Standing
from scheme.people import THE_HOUSE
from scheme.register_line import FarmLine

TURNS = 40
ACCEPTED_SEARCH_MS, ACCEPTED_LIST_MS = 100, 300
Ask = Callable[[FarmLine], FarmSieve]
# What is typed about a farm that is there, and what is narrowed; each for farms spread over the register.
SEARCHES: dict[str, Ask] = {
    "farm number": lambda farm: FarmSieve(q=farm.farm_id),
    "enterprise number": lambda farm: FarmSieve(q=f"BE {farm.enterprise_number}"),
    "part of a herd number": lambda farm: FarmSieve(q=(farm.herd_number or "")[:8]),
    "name": lambda farm: FarmSieve(q=farm.name),
    "holder and place": lambda farm: FarmSieve(q=f"{farm.holder} {farm.city}"),
    "holder with an error": lambda farm: FarmSieve(q=farm.holder[:-3] + farm.holder[-2:]),
    "name with an error": lambda farm: FarmSieve(q=farm.name[:-2] + farm.name[-1:]),
    "blanks left out": lambda farm: FarmSieve(q=farm.holder.replace(" ", "")),
    "a short word with an error": lambda _: FarmSieve(q="Maas"),
    "one common word": lambda _: FarmSieve(q="hoeve"),
    "e-mail address": lambda farm: FarmSieve(q=farm.email or "@nobody"),
    "telephone number": lambda farm: FarmSieve(q=farm.phone or "014 00 00 00"),
    "nothing that is there": lambda _: FarmSieve(q="qzxwv"),
}
LISTS: dict[str, Ask] = {
    "first page": lambda _: FarmSieve(),
    "by name, backwards": lambda _: FarmSieve(sort="-name"),
    "of one body": lambda farm: FarmSieve(body=farm.inspection_body or "B-01", standing=Standing.ACTIVE),
    "paper in a place, by expiry": lambda farm: FarmSieve(
        q=farm.city, mail=False, country=Country.BE, sort="expiresOn"
    ),
}


@dataclass(frozen=True)
class Cost:
    """Milliseconds of one kind of question, and how often the median is that of a lookup by key."""

    median_ms: float
    p95_ms: float
    lookups: float


async def search(number: int, *, json: bool) -> None:
    """Ask a register of `number` farms; status 1 when a median is over what is accepted."""
    async with scratch() as made:
        lines = generate(scaled(scenario("2025"), number), 1)
        began = time.perf_counter()
        async with made.begin() as session:
            await found(session, practice=True, begins=None)
            await import_register(session, *lines, THE_HOUSE, practice=True)
        imported = time.perf_counter() - began
        async with made.begin() as session:
            await session.execute(text("ANALYZE"))
        asked = lines[1][:: max(1, len(lines[1]) // TURNS)][:TURNS]
        lookup = median(await _times(asked, lambda farm: _lookup(made, farm)))
        searches = {name: await _cost(made, asked, ask, lookup) for name, ask in SEARCHES.items()}
        lists = {name: await _cost(made, asked, ask, lookup) for name, ask in LISTS.items()}
    _tell(number, imported, lookup, searches, lists, json=json)
    slow = [name for name, cost in searches.items() if cost.median_ms > ACCEPTED_SEARCH_MS]
    slow += [name for name, cost in lists.items() if cost.median_ms > ACCEPTED_LIST_MS]
    if slow:
        raise SystemExit(1)


async def _cost(made: Sessions, asked: Sequence[FarmLine], ask: Ask, lookup: float) -> Cost:
    async def one(farm: FarmLine) -> None:
        async with made() as session:
            await farms(session, true(), ask(farm), Paging())

    took = await _times(asked, one)
    middle = median(took)
    return Cost(round(middle, 2), round(quantiles(took, n=20)[-1], 2), round(middle / lookup, 1))


async def _lookup(made: Sessions, farm: FarmLine) -> None:
    async with made() as session:
        await session.get(Farm, farm.farm_id)


async def _times(asked: Sequence[FarmLine], one: Callable[[FarmLine], Awaitable[None]]) -> list[float]:
    """Milliseconds of each; the first of them is asked once before, so that plans and pages are warm."""
    await one(asked[0])
    took = []
    for farm in asked:
        began = time.perf_counter()
        await one(farm)
        took.append((time.perf_counter() - began) * 1000)
    return took


def _tell(
    number: int, imported: float, lookup: float, searches: dict[str, Cost], lists: dict[str, Cost], *, json: bool
) -> None:
    if json:
        shown = {kind: {name: vars(cost) for name, cost in costs.items()} for kind, costs in
                 {"searches": searches, "lists": lists}.items()}  # fmt: skip
        tell({"farms": number, "importSeconds": round(imported, 1), "lookupMs": round(lookup, 2), **shown})
        return
    say(f"{number} farms, imported in {imported:.1f} s; a lookup by key takes {lookup:.2f} ms.")
    for name, cost in (searches | lists).items():
        say(f"{name:32} {cost.median_ms:8.1f} ms  95 %: {cost.p95_ms:8.1f} ms  {cost.lookups:6.1f} lookups")
