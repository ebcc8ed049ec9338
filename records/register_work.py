"""One change of the register: its clock and rules, farms brought to what lines state, and its part of the trail."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.changing import kept_apart
from records.clock import now
from records.farm import Farm
from records.parameter import rules_at
from records.recording import tell
from records.register import farm_columns
from records.trail import Change
from scheme.choice_round import Country
from scheme.ids import farmer_case
from scheme.news import RegisterChanged
from scheme.people import Actor
from scheme.register_line import FarmLine
from scheme.rules import Rules
from scheme.step import Act

# A farm's workflow counts its day of asking from these.
_COUNTED = frozenset({"expires_on", "choice_made_on", "country"})
_TRAIL = text("""
SELECT trail_append(e.key, e.chain, :act, :person, :role, :at, :at, NULL, e.facts)
FROM jsonb_to_recordset(CAST(:entries AS jsonb)) AS e(key text, chain text, facts jsonb)
""")
_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('register'))")
Values = Mapping[str, object]


@dataclass(frozen=True)
class Work:
    """One change of the register: what all its parts share."""

    session: AsyncSession
    actor: Actor
    at: datetime
    rules: Rules
    practice: bool


@dataclass(frozen=True)
class Entry:
    """One entry of the trail."""

    key: str
    chain: str
    facts: Mapping[str, str]


async def begin(session: AsyncSession, actor: Actor, *, practice: bool) -> Work:
    """Begin to change the register, in the caller's transaction; changes of the register take turns."""
    await session.execute(_ALONE)
    at = await now(session)
    return Work(session, actor, at, await rules_at(session, at), practice)


async def change_farms(work: Work, lines: Sequence[FarmLine]) -> int:
    """Bring farms that are there to what the lines state; returns how many were another before."""
    wanted = {line.farm_id: line for line in lines}
    rows = select(Farm).where(col(Farm.farm_id).in_(wanted)).order_by(Farm.farm_id).with_for_update()
    changes: list[Change] = []
    for farm in await work.session.exec(rows.execution_options(populate_existing=True)):
        columns = farm_columns(wanted[farm.farm_id])  # type: ignore[index]  # the key is the id that was asked for
        before, after = _different(farm, columns)
        if before:
            for name in before:
                setattr(farm, name, columns[name])
            farm.revision += 1
            changes.append(kept_apart(farm.farm_id, work.at, before, after))
    await work.session.flush()
    await _keep(work, changes)
    for change in changes:
        if not _COUNTED.isdisjoint(change.before):
            await _tell(work, wanted[change.farm_id], change.change_id)  # type: ignore[index]
    entries = [Entry(f"change:{change.change_id}", change.farm_id, _hash(change)) for change in changes]
    await trail(work, Act.FARM_CHANGED, entries)
    return len(changes)


async def _keep(work: Work, changes: Sequence[Change]) -> None:
    """Write before and after."""
    if changes:
        await work.session.execute(insert(Change), [change.model_dump() for change in changes])


async def trail(work: Work, act: Act, entries: Sequence[Entry]) -> None:
    """Append the entries, last in the transaction."""
    if entries:
        actor = {"person": work.actor.person, "role": work.actor.role.value}
        rows = json.dumps([vars(entry) for entry in entries], default=dict)
        await work.session.execute(_TRAIL, {"act": act.value, "at": work.at, "entries": rows, **actor})


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _different(row: Farm, columns: Values) -> tuple[dict[str, object], dict[str, object]]:
    names = [name for name, value in columns.items() if getattr(row, name) != value]
    return {name: _plain(getattr(row, name)) for name in names}, {name: _plain(columns[name]) for name in names}


def _hash(change: Change) -> dict[str, str]:
    return {"change": change.change_id, "sha256": change.sha256}


async def _tell(work: Work, line: FarmLine, change_id: str) -> None:
    farmer = farmer_case(line.farm_id)
    told = RegisterChanged(line.expires_on, line.choice_made_on, line.country == Country.BE)
    await tell(work.session, farmer, farmer, f"register-{change_id}", work.at, told)
