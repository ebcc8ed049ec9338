"""One change of the register: its clock and rules, farms brought to what lines state, and its part of the trail."""

import json
import uuid
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
from records.following import COUNTED, keep_numbers, tell_farmer, write_letters_anew
from records.parameter import settings_of
from records.register import farm_columns
from records.trail import Change
from scheme.days import local_day
from scheme.people import Actor
from scheme.register_line import FarmLine
from scheme.rules import Rules, Setting, rules_on
from scheme.step import Act

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
    settings: Sequence[Setting]
    practice: bool


@dataclass(frozen=True)
class Entry:
    """One entry of the trail."""

    key: str
    chain: str
    facts: Mapping[str, str]


async def begin(session: AsyncSession, actor: Actor, *, practice: bool) -> Work:
    """Begin to change the register, in the caller's transaction; changes of the register take turns."""
    await take_turn(session)
    at = await now(session)
    settings = await settings_of(session)
    return Work(session, actor, at, rules_on(local_day(at), settings), settings, practice)


async def take_turn(session: AsyncSession) -> None:
    """Wait until nobody else changes the register; whoever then locks farms keeps nobody waiting for them."""
    await session.execute(_ALONE)


async def change_farms(work: Work, lines: Sequence[FarmLine]) -> int:
    """Bring farms that are there to what the lines state; returns how many were another before."""
    wanted = {line.farm_id: line for line in lines}
    rows = select(Farm).where(col(Farm.farm_id).in_(wanted)).order_by(Farm.farm_id).with_for_update(key_share=True)
    changes: list[Change] = []
    letters: dict[str, Values] = {}
    for farm in await work.session.exec(rows.execution_options(populate_existing=True)):
        columns = farm_columns(wanted[farm.farm_id])  # type: ignore[index]  # the key is the id that was asked for
        before, after = _different(farm, columns)
        if before:
            await keep_numbers(work.session, farm, columns, local_day(work.at))
            letters[farm.farm_id] = columns
            for name in before:
                setattr(farm, name, columns[name])
            farm.revision += 1
            changes.append(kept_apart(farm.farm_id, work.at, before, after))
    await work.session.flush()
    await _keep(work, changes)
    await write_letters_anew(work.session, letters, f"register-{uuid.uuid4()}", work.at)
    for change in changes:
        if not COUNTED.isdisjoint(change.before):
            word = f"register-{change.change_id}"
            await tell_farmer(work.session, change.farm_id, letters[change.farm_id], word, work.at)
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
