"""Register files against the register: what one would do, and doing exactly that (design.md §4, door 3)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm import Dairy, Farm, InspectionBody
from records.register import bodies_there, dairies_there, farms_there
from records.register_work import Work
from records.registering import Imported, note_import, write_bodies, write_dairies, write_farms
from records.running import known_cases, running_there
from records.taking_over import write_running
from scheme.register import BODIES, DAIRIES, FARMS, RUNNING, FileKind, Kind, Known, Line, Read, read
from scheme.register_file import Table
from scheme.register_meant import meant
from scheme.register_report import Effect, Report, report
from scheme.running import read_running


@dataclass(frozen=True)
class Holder(Generic[Line]):
    """Where the lines of a kind live. there: all that the register has, by key; write: new lines, and others' news."""

    kind: Kind[Line]
    there: Callable[[AsyncSession], Awaitable[Mapping[str, Line]]]
    write: Callable[[Work, Sequence[Line], Sequence[Line]], Awaitable[None]]


@dataclass(frozen=True)
class Plan(Generic[Line]):
    """What a file would do. before: what the register had when it was asked."""

    holder: Holder[Line]
    report: Report
    read: Read[Line]
    before: Mapping[str, Line]


HOLDERS: Mapping[FileKind, Holder[Any]] = {
    FileKind.FARMS: Holder(FARMS, farms_there, write_farms),
    FileKind.BODIES: Holder(BODIES, bodies_there, write_bodies),
    FileKind.DAIRIES: Holder(DAIRIES, dairies_there, write_dairies),
    FileKind.RUNNING: Holder(RUNNING, running_there, write_running),
}


async def plan(
    session: AsyncSession, word: FileKind, found: Table, mapping: Mapping[str, str] | None = None
) -> Plan[Any]:
    """What the file would do to the register as it stands; nothing is written."""
    holder = HOLDERS[word]
    before = await holder.there(session)
    asked = meant(found, holder.kind.columns, mapping)
    if word is FileKind.RUNNING:
        running = read_running(asked.table, await known_cases(session), mapping)
        done, before = running.read, {**before, **running.told}
    else:
        done = read(holder.kind, asked.table, await known(session), mapping=mapping, before=before)
    left_out = tuple(name for name in found.header if not (mapping or {}).get(name, name))
    return Plan(holder, report(holder.kind, done, before, left_out, asked.read_as), done, before)


async def commit(work: Work, planned: Plan[Line]) -> Imported:
    """Do what the plan says, in the caller's transaction. The plan has no problems and was made in it."""
    key_of, before = planned.holder.kind.key_of, planned.before
    added = [line for line in planned.read.lines if key_of(line) not in before]
    changed = [line for line in planned.read.lines if key_of(line) in before and line != before[key_of(line)]]
    await planned.holder.write(work, added, changed)
    done = Imported(len(added), len(changed), planned.report.count(Effect.UNCHANGED))
    await note_import(work, planned.holder.kind.word, done)
    return done


async def known(session: AsyncSession) -> Known:
    """Ids of the register that a line may name."""
    bodies = await session.exec(select(InspectionBody.body_id))
    dairies = await session.exec(select(Dairy.dairy_id))
    farms = await session.exec(select(Farm.farm_id))
    return Known(frozenset(bodies), frozenset(dairies), frozenset(farms))
