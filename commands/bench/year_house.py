"""A house in which every audit of a year is open and nothing moves: where `ikm bench audits` begins to count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.bench.house import BenchHouse, fill
from commands.bench.rest import at_rest
from parts.processes import until
from records.case import CaseRow
from records.clock import now
from records.farm import Farm
from records.periodic_audit import AuditRow
from records.practice import add_practice_people
from records.queries.choice_round import bodies
from records.running import known_cases
from records.taking_over import take_over
from records.telling import tell
from scheme.choice_round import recognised
from scheme.days import local_day
from scheme.ids import BodyId, CaseId, FarmId, choice_case, farmer_case
from scheme.news import CaseClosed
from scheme.people import THE_HOUSE
from scheme.running_column import RunningKind
from scheme.running_line import RunningLine
from scheme.step import End

EVERY_SECONDS = 0.2


@dataclass(frozen=True)
class Prepared:
    """The audits with their bodies in order of farm number, who can sign in with which password, and when it began."""

    audits: Sequence[tuple[CaseId, BodyId]]
    passwords: Mapping[str, str]
    began: datetime


async def prepare(house: BenchHouse, number: int) -> Prepared:
    """Farms that have chosen, each with its audit to be planned, and everything at rest."""
    await fill(house, number)
    async with house.open.sessions.begin() as session:
        passwords = {one.name: one.password for one in await add_practice_people(session)}
    async with house.open.sessions.begin() as session:
        await _choose(session)

    async def all_open() -> bool:
        async with house.open.sessions() as session:
            return (await session.exec(select(func.count()).select_from(AuditRow))).one() == number

    await until(all_open, EVERY_SECONDS)
    await at_rest(house.open, await workflows(house))
    async with house.open.sessions() as session:
        rows = await session.exec(select(AuditRow).order_by(AuditRow.farm_id))
        audits = [(CaseId(row.case_id), BodyId(row.body)) for row in rows]
    return Prepared(audits, passwords, datetime.now(UTC))


async def workflows(house: BenchHouse) -> list[str]:
    """Every case that has had a workflow: the choices were made before the house began."""
    async with house.open.sessions() as session:
        kinds = col(CaseRow.kind).not_in(["calendar", "choice"])
        return list(await session.exec(select(CaseRow.case_id).where(kinds).order_by(CaseRow.case_id)))


async def _choose(session: AsyncSession) -> None:
    """Every farm chose today, as a file of running cases tells it; its workflow hears that the choice ended.

    In a house of real use a choice that was asked ends after thirty days, and no sooner.
    """
    at = await now(session)
    today = local_day(at)
    offered = recognised(await bodies(session), today)
    farms = [FarmId(farm) for farm in await session.exec(select(Farm.farm_id).order_by(Farm.farm_id))]
    lines = [
        RunningLine(farm, RunningKind.CHOICE_MADE, today, body=offered[place % len(offered)])
        for place, farm in enumerate(farms)
    ]
    await take_over(session, lines, await known_cases(session), THE_HOUSE, practice=False)
    for farm in farms:
        choice = choice_case(today.year, farm, 1)
        ended = CaseClosed(choice, End.CHOSEN, audit=True)
        await tell(session, choice, farmer_case(farm), "closed", at, ended)
