"""`ikm bench import`: what a register file costs on this machine, on a scratch database that goes away."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from commands.bench.scratch import scratch
from commands.say import say, tell
from press.sheet import csv_bytes, xlsx_bytes
from press.sheet_in import table_in
from records.database import Sessions
from records.founding import found
from records.intake import commit, plan
from records.register_work import begin
from records.registering import Imported
from rehearsal.register import generate
from rehearsal.scenario import scaled, scenario
from scheme.people import THE_HOUSE
from scheme.register import BODIES, FARMS, FileKind, Kind
from scheme.register_line import FarmLine

ACCEPTED_FIRST_SECONDS, ACCEPTED_AGAIN_SECONDS = 30, 10


@dataclass(frozen=True)
class Took:
    """Seconds from the file's bytes to the commit, and what it did."""

    seconds: float
    done: Imported


async def import_cost(number: int, *, json: bool) -> None:
    """Import so many farms, again, all of them changed, and as a workbook; status 1 when slower than accepted."""
    bodies, farms = generate(scaled(scenario("2025"), number), 1)
    moved = [replace(line, city="Gent") for line in farms]
    async with scratch() as made:
        async with made.begin() as session:
            await found(session, practice=True, begins=None)
        await _import(made, FileKind.BODIES, _csv(BODIES, bodies))
        took = {
            "first": await _import(made, FileKind.FARMS, _csv(FARMS, farms)),
            "again": await _import(made, FileKind.FARMS, _csv(FARMS, farms)),
            "again, as a workbook": await _import(made, FileKind.FARMS, _xlsx(farms)),
            "every farm changed": await _import(made, FileKind.FARMS, _csv(FARMS, moved)),
        }
    _tell(number, took, json=json)
    slow = took["first"].seconds > ACCEPTED_FIRST_SECONDS or took["again"].seconds > ACCEPTED_AGAIN_SECONDS
    if slow or took["again"].done != Imported(0, 0, len(farms)):
        raise SystemExit(1)


async def _import(made: Sessions, word: FileKind, content: bytes) -> Took:
    began = time.perf_counter()
    async with made.begin() as session:
        work = await begin(session, THE_HOUSE, practice=True)
        done = await commit(work, await plan(session, word, table_in(content)))
    return Took(round(time.perf_counter() - began, 2), done)


def _csv(kind: Kind[Any], lines: Sequence[object]) -> bytes:
    return csv_bytes(kind.names, ([getattr(line, name) for name in kind.names] for line in lines))


def _xlsx(farms: Sequence[FarmLine]) -> bytes:
    return xlsx_bytes("farms", FARMS.names, ([getattr(line, name) for name in FARMS.names] for line in farms))


def _tell(number: int, took: dict[str, Took], *, json: bool) -> None:
    first = took["first"].seconds
    if json:
        tell({"farms": number, **{name: {"seconds": one.seconds, **vars(one.done)} for name, one in took.items()}})
        return
    for name, one in took.items():
        done = f"{one.done.added} added, {one.done.changed} changed, {one.done.unchanged} unchanged"
        say(f"{name:22} {one.seconds:7.2f} s  {one.seconds / first:5.2f} of the first  {done}")
