"""Ties between people and farms: declared, ended, and told to the cases in which that person may take no part."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import CaseRow
from records.clock import now
from records.farm import InspectionBody
from records.farm_changed import FarmChangeRow
from records.periodic_audit import TieRow
from records.person import PersonRow
from records.recording import lock_farm
from records.telling import tell
from records.trailing import append
from scheme.ids import CaseId, FarmId, PersonId, farmer_case
from scheme.news import Tied
from scheme.people import Actor, Role
from scheme.step import Act

# Cases in which whoever has a tie to the farm may take no part.
_IMPARTIAL = ("periodic-audit", "certification", "status-change", "farm-change")
_EVALUATE = (Role.PLANNER, Role.AUDITOR, Role.DECISION_MAKER)


@dataclass(frozen=True)
class Tie:
    """A tie as pages show it. person, declared_by: by name."""

    tie_id: str
    person_id: str
    person: str
    words: str
    declared_by: str
    declared_at: datetime
    ended_at: datetime | None


async def declare_tie(session: AsyncSession, farm_id: FarmId, person: PersonId, words: str, actor: Actor) -> str:
    """This person has a tie to the farm from now on; every open audit and decision that concerns it hears of it."""
    await lock_farm(session, farm_id)
    at = await now(session)
    tie_id = str(uuid.uuid4())
    session.add(
        TieRow(tie_id=tie_id, person_id=person, farm_id=farm_id, words=words, declared_by=actor.person, declared_at=at)
    )
    await session.flush()
    merged = select(FarmChangeRow.case_id).where(FarmChangeRow.other_farm == farm_id)
    whose = or_(col(CaseRow.farm_id) == farm_id, col(CaseRow.case_id).in_(merged))
    running = select(CaseRow.case_id).where(whose, col(CaseRow.kind).in_(_IMPARTIAL), col(CaseRow.closed_at).is_(None))
    for case_id in await session.exec(running.order_by(CaseRow.case_id)):
        await tell(session, farmer_case(farm_id), CaseId(case_id), f"tie-{tie_id}", at, Tied(person))
    await _note(session, farm_id, tie_id, Act.TIE_DECLARED, actor, at)
    return tie_id


async def end_tie(session: AsyncSession, farm_id: FarmId, tie_id: str, actor: Actor) -> bool:
    """The tie holds no longer for cases that open from now on; False where there is none, or it had ended."""
    await lock_farm(session, farm_id)
    row = await session.get(TieRow, tie_id)
    if row is None or row.farm_id != farm_id or row.ended_at is not None:
        return False
    row.ended_at = await now(session)
    await _note(session, farm_id, tie_id, Act.TIE_ENDED, actor, row.ended_at)
    return True


async def ties_of(session: AsyncSession, farm_id: str) -> tuple[Tie, ...]:
    """The ties to a farm, those that ended last."""
    query = (
        select(TieRow, PersonRow.name)
        .join(PersonRow, col(PersonRow.person_id) == col(TieRow.person_id))
        .where(TieRow.farm_id == farm_id)
        .order_by(col(TieRow.ended_at).is_not(None), col(TieRow.declared_at))
    )
    found = list(await session.exec(query))
    people = select(PersonRow.person_id, PersonRow.name).where(
        col(PersonRow.person_id).in_([row.declared_by for row, _name in found])
    )
    names = dict(list(await session.exec(people)))
    return tuple(
        Tie(row.tie_id, row.person_id, name, row.words, names[row.declared_by], row.declared_at, row.ended_at)
        for row, name in found
    )


async def _note(session: AsyncSession, farm_id: FarmId, tie_id: str, act: Act, actor: Actor, at: datetime) -> None:
    key = f"tie:{tie_id}#{act.value}"
    await append(session, key=key, chain=farm_id, act=act, actor=actor, at=at, received_at=at, facts={"tie": tie_id})


@dataclass(frozen=True)
class Evaluator:
    """Somebody who audits, plans audits or decides. role, body: theirs."""

    person_id: str
    name: str
    role: Role
    body: str | None


async def people_to_tie(session: AsyncSession) -> tuple[Evaluator, ...]:
    """Everybody whose tie to a farm matters, by name."""
    query = (
        select(PersonRow, InspectionBody.name)
        .join(InspectionBody, col(InspectionBody.body_id) == col(PersonRow.body_id), isouter=True)
        .where(col(PersonRow.role).in_([role.value for role in _EVALUATE]))
        .order_by(PersonRow.name, PersonRow.person_id)
    )
    return tuple(Evaluator(row.person_id, row.name, Role(row.role), body) for row, body in await session.exec(query))
