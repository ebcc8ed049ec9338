"""Farms enter the register: one SQL transaction with its trail entries, then their workflows (design.md §4, door 3)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from records.body_change import change_body
from records.case import CaseRow, DeadlineRow
from records.dairy_change import change_dairy
from records.farm import Dairy, Farm, InspectionBody
from records.register import bodies_there, body_columns, dairy_columns, farm_columns, farms_there
from records.register_work import Entry, Work, begin, change_farms, trail
from records.submission import OutboxRow
from records.trailing import HOUSE_CHAIN, append
from records.wire import case_json
from scheme.certificate_days import watch_on
from scheme.choice_round import Country
from scheme.days import local_day
from scheme.farmer import Farmer, registered
from scheme.ids import FarmId
from scheme.people import Actor
from scheme.register import FARMS
from scheme.register_line import BodyLine, DairyLine, FarmLine
from scheme.step import Act, Step

CHUNK = 500


@dataclass(frozen=True)
class Imported:
    """What an import did, in lines."""

    added: int
    changed: int
    unchanged: int


async def import_register(
    session: AsyncSession, bodies: Sequence[BodyLine], farms: Sequence[FarmLine], actor: Actor, *, practice: bool
) -> Imported:
    """Bring the register to what the lines say, in the caller's transaction: all or nothing.

    A new farm gets its case, deadlines and workflow; a changed one its new columns and a change row with before
    and after; the same again changes nothing. Farms that are not named stay as they are.
    """
    work = await begin(session, actor, practice=practice)
    known_bodies = await bodies_there(session)
    await write_bodies(
        work,
        [line for line in bodies if line.body_id not in known_bodies],
        [line for line in bodies if line.body_id in known_bodies and line != known_bodies[line.body_id]],
    )
    known = await farms_there(session)
    added = [line for line in farms if line.farm_id not in known]
    changed = [line for line in farms if line.farm_id in known and line != known[line.farm_id]]
    await write_farms(work, added, changed)
    done = Imported(len(added), len(changed), len(farms) - len(added) - len(changed))
    await note_import(work, FARMS.word, done)
    return done


async def note_import(work: Work, word: str, done: Imported) -> None:
    """The import's own entry in the trail, last in its transaction; one that changed nothing leaves none."""
    if not done.added and not done.changed:
        return
    lines = done.added + done.changed + done.unchanged
    await append(
        work.session,
        key=f"register:{uuid.uuid4()}",
        chain=HOUSE_CHAIN,
        act=Act.REGISTER_IMPORTED,
        actor=work.actor,
        at=work.at,
        facts={word: lines, "added": done.added, "changed": done.changed},
    )


async def write_farms(work: Work, added: Sequence[FarmLine], changed: Sequence[FarmLine]) -> None:
    """Write farms that are new and farms that are another."""
    for start in range(0, len(added), CHUNK):
        await _add(work, added[start : start + CHUNK])
    for start in range(0, len(changed), CHUNK):
        await change_farms(work, changed[start : start + CHUNK])


async def write_bodies(work: Work, added: Sequence[BodyLine], changed: Sequence[BodyLine]) -> None:
    """Write inspection bodies that are new or another."""
    await _insert(work, InspectionBody, [body_columns(line) for line in added])
    for line in changed:
        row = await work.session.get_one(InspectionBody, line.body_id, with_for_update={"key_share": True})
        await change_body(work.session, row, body_columns(line), work.actor)


async def write_dairies(work: Work, added: Sequence[DairyLine], changed: Sequence[DairyLine]) -> None:
    """Write dairies that are new or another."""
    await _insert(work, Dairy, [dairy_columns(line) for line in added])
    for line in changed:
        row = await work.session.get_one(Dairy, line.dairy_id, with_for_update={"key_share": True})
        await change_dairy(work.session, row, line, work.actor)


async def _insert(work: Work, table: type[InspectionBody] | type[Dairy], rows: Sequence[dict[str, object]]) -> None:
    if rows:
        await work.session.execute(insert(table), rows)


async def _add(work: Work, lines: Sequence[FarmLine]) -> None:
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
    entries = [Entry(f"{step.case.case_id}#1", step.case.farm_id, {"case": step.case.case_id}) for step in steps]
    await trail(work, Act.FARM_REGISTERED, entries)


def _registered(work: Work, line: FarmLine) -> Step[Farmer]:
    belgian = line.country == Country.BE
    return registered(
        FarmId(line.farm_id),
        work.at,
        work.rules,
        expires_on=line.expires_on,
        choice_made_on=line.choice_made_on,
        writes_choice=belgian,
        practice=work.practice,
        watch=watch_on(local_day(work.at), work.settings, letters=belgian),
    )


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
