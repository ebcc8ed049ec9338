"""Farms enter the register: one SQL transaction with its trail entries, then their workflows (design.md §4, door 3)."""

import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import CaseRow, DeadlineRow
from records.clock import now
from records.farm import Farm, InspectionBody
from records.parameter import rules_at
from records.recording import tell
from records.register import body_columns, farm_columns
from records.submission import OutboxRow
from records.trail import Change
from records.trailing import HOUSE_CHAIN, append
from records.wire import case_json, digest
from scheme.choice_round import Country
from scheme.farmer import Farmer, registered
from scheme.ids import FarmId, farmer_case
from scheme.news import RegisterChanged
from scheme.people import Actor
from scheme.register import BodyLine, FarmLine
from scheme.rules import Rules
from scheme.step import Act, Step

CHUNK = 500
_TRAIL = text("""
SELECT trail_append(e.key, e.chain, :act, :person, :role, :at, :at, NULL, e.facts)
FROM jsonb_to_recordset(CAST(:entries AS jsonb)) AS e(key text, chain text, facts jsonb)
""")


@dataclass(frozen=True)
class Imported:
    """What an import did, in farms."""

    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True)
class _Import:
    """One import: what all its parts share."""

    session: AsyncSession
    actor: Actor
    at: datetime
    rules: Rules
    practice: bool


async def import_register(
    session: AsyncSession, bodies: Sequence[BodyLine], farms: Sequence[FarmLine], actor: Actor, *, practice: bool
) -> Imported:
    """Bring the register to what the file says, in the caller's transaction: all or nothing.

    A new farm gets its case, deadlines and workflow; a changed one its new columns and a change row with before
    and after; the same file again changes nothing. Farms that the file does not name stay as they are.
    """
    at = await now(session)
    work = _Import(session, actor, at, await rules_at(session, at), practice)
    await _bodies(work, bodies)
    known = {farm.farm_id: farm for farm in await session.exec(select(Farm))}
    added = [line for line in farms if line.farm_id not in known]
    for start in range(0, len(added), CHUNK):
        await _add(work, added[start : start + CHUNK])
    changed = [line for line in farms if line.farm_id in known and _differs(known[line.farm_id], line)]
    for line in changed:
        await _change(work, known[line.farm_id], line)
    if added or changed:
        facts = {"farms": len(farms), "added": len(added), "changed": len(changed)}
        key = f"register:{uuid.uuid4()}"
        await append(session, key=key, chain=HOUSE_CHAIN, act=Act.REGISTER_IMPORTED, actor=actor, at=at, facts=facts)
    return Imported(len(added), len(changed), len(farms) - len(added) - len(changed))


async def _bodies(work: _Import, lines: Sequence[BodyLine]) -> None:
    for line in lines:
        columns = body_columns(line)
        upsert = insert(InspectionBody).values(columns)
        await work.session.execute(upsert.on_conflict_do_update(index_elements=["body_id"], set_=columns))


async def _add(work: _Import, lines: Sequence[FarmLine]) -> None:
    fixed: dict[str, Any] = {"standing": "active", "registered_at": work.at}
    await work.session.execute(insert(Farm), [{**farm_columns(line), **fixed} for line in lines])
    steps = [_registered(work, line) for line in lines]
    await work.session.execute(insert(CaseRow), [_case(step, work.actor) for step in steps])
    real = (await work.session.execute(text("SELECT clock_timestamp()"))).scalar_one()
    await work.session.execute(insert(OutboxRow), [_start(step, real) for step in steps])
    deadlines = [
        {"case_id": step.case.case_id, "kind": row.kind.value, "due": row.due}
        for step in steps
        for row in step.deadlines
    ]
    if deadlines:
        await work.session.execute(insert(DeadlineRow), deadlines)
    entries = [(f"{step.case.case_id}#1", step.case.farm_id, {"case": step.case.case_id}) for step in steps]
    await _trail(work, Act.FARM_REGISTERED, entries)


def _registered(work: _Import, line: FarmLine) -> Step[Farmer]:
    return registered(
        FarmId(line.farm_id),
        work.at,
        work.rules,
        expires_on=line.expires_on,
        choice_made_on=line.choice_made_on,
        writes_choice=line.country == Country.BE,
        practice=work.practice,
    )


async def _change(work: _Import, farm: Farm, line: FarmLine) -> None:
    columns = farm_columns(line)
    before = {name: _plain(getattr(farm, name)) for name, value in columns.items() if getattr(farm, name) != value}
    after = {name: _plain(columns[name]) for name in before}
    for name in before:
        setattr(farm, name, columns[name])
    salt = secrets.token_hex(16)
    change = Change(
        change_id=str(uuid.uuid4()),
        farm_id=farm.farm_id,
        at=work.at,
        salt=salt,
        sha256=digest(salt, before, after),
        before=before,
        after=after,
    )
    work.session.add(farm)
    work.session.add(change)
    await work.session.flush()
    if {"expires_on", "choice_made_on", "country"} & set(before):
        await _tell(work, line, change.change_id)
    facts = {"change": change.change_id, "sha256": change.sha256}
    await _trail(work, Act.FARM_CHANGED, [(f"change:{change.change_id}", farm.farm_id, facts)])


async def _tell(work: _Import, line: FarmLine, change_id: str) -> None:
    """The farm's workflow counts its day of asking from the certificate: it hears of another one."""
    farmer = farmer_case(line.farm_id)
    told = RegisterChanged(line.expires_on, line.choice_made_on, line.country == Country.BE)
    await tell(work.session, farmer, farmer, f"register-{change_id}", work.at, told)


async def _trail(work: _Import, act: Act, entries: Sequence[tuple[str, str, Mapping[str, str]]]) -> None:
    rows = [{"key": key, "chain": chain, "facts": facts} for key, chain, facts in entries]
    actor = {"person": work.actor.person, "role": work.actor.role.value}
    values = {"act": act.value, "at": work.at, "entries": json.dumps(rows), **actor}
    await work.session.execute(_TRAIL, values)


def _differs(farm: Farm, line: FarmLine) -> bool:
    return any(getattr(farm, name) != value for name, value in farm_columns(line).items())


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _case(step: Step[Farmer], actor: Actor) -> dict[str, Any]:
    case = step.case
    return {
        "case_id": case.case_id,
        "kind": case.kind,
        "farm_id": case.farm_id,
        "opened_by": actor.person,
        "opened_at": step.at,
        "revision": case.revision,
        "state": case_json(case),
    }


def _start(step: Step[Farmer], real: datetime) -> dict[str, Any]:
    return {
        "news_id": f"{step.case.case_id}#start",
        "target": step.case.case_id,
        "kind": "start",
        "payload": case_json(step.case),
        "created_at": real,
        "next_attempt_at": real,
        "attempts": 0,
    }
