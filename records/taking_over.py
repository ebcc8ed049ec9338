"""What ran when the house began is taken over: one transaction for a file, each case in its step, no letter.

The cases open through `insert_case`, the one way in; the relay then starts their workflows from the outbox.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import ChoiceRow, MatterRow
from records.changing import change
from records.clock import now
from records.farm import Farm
from records.following import register_changed
from records.house import ParameterRow
from records.opening import insert_case
from records.recording import lock_farm
from records.register_work import Work
from records.running import known_cases
from records.telling import tell
from records.trailing import HOUSE_CHAIN, append
from scheme.choice import Choice
from scheme.ids import FarmId, farmer_case
from scheme.matter import Matter
from scheme.news import CaseOpened
from scheme.people import Actor
from scheme.rules import Name
from scheme.running import Known
from scheme.running_column import RunningKind
from scheme.running_line import RunningLine
from scheme.step import Act, Step
from scheme.taking_over import case_of

Numbers = Counter[tuple[str, int | None]]


@dataclass(frozen=True)
class TakenOver:
    """What a file did. opened: cases; audits: farms whose last audit is another one now; counts: years counted."""

    opened: int
    audits: int
    counts: int = 0


async def take_over(
    session: AsyncSession, lines: Sequence[RunningLine], known: Known, actor: Actor, *, practice: bool
) -> TakenOver:
    """Open what the lines tell, new ones all, in the caller's transaction: all or nothing."""
    at = await now(session)
    counts = [line for line in lines if line.kind is RunningKind.AUDIT_COUNT]
    for farm_id in sorted({line.farm_id for line in lines if line not in counts}):
        await lock_farm(session, farm_id)
    audits = [line for line in lines if line.kind is RunningKind.LAST_AUDIT]
    cases = [line for line in lines if line not in audits and line not in counts]
    numbers = await _numbers(session)
    for line in cases:
        numbers[line.farm_id, _year(line)] += 1
        number = numbers[line.farm_id, _year(line)]
        await _open(session, line, case_of(line, known, at, number, practice=practice), actor)
    await _keep_choices_made(session, cases, actor)
    for line in audits:
        await _keep_audit(session, line, actor)
    for line in counts:
        await _keep_count(session, line, actor)
    return TakenOver(len(cases), len(audits), len(counts))


async def write_running(work: Work, added: Sequence[RunningLine], changed: Sequence[RunningLine]) -> None:
    """Open what the lines of a register file tell: all of them are new to the system."""
    known = await known_cases(work.session)
    await take_over(work.session, (*added, *changed), known, work.actor, practice=work.practice)


async def _open(session: AsyncSession, line: RunningLine, step: Step[Choice | Matter], actor: Actor) -> None:
    case_id, farmer = step.case.case_id, farmer_case(line.farm_id)
    await insert_case(session, step, opened_by=actor.person, farm_id=line.farm_id)
    if line.reference is not None:
        named = update(MatterRow).where(col(MatterRow.case_id) == case_id)
        await session.execute(named.values(reference=line.reference))
    if step.end is None:
        await tell(session, case_id, farmer, "opened", step.at, CaseOpened(case_id))


def _year(line: RunningLine) -> int | None:
    return line.began_on.year if line.kind.matter is None else None


async def _numbers(session: AsyncSession) -> Numbers:
    """How many choices each farm has in each year, and how many matters (no year)."""
    found: Numbers = Counter()
    choices = select(ChoiceRow.farm_id, ChoiceRow.year, func.count()).group_by(
        col(ChoiceRow.farm_id), col(ChoiceRow.year)
    )
    for farm_id, year, many in await session.exec(choices):
        found[farm_id, year] = many
    matters = select(MatterRow.farm_id, func.count()).group_by(col(MatterRow.farm_id))
    for farm_id, many in await session.exec(matters):
        found[farm_id, None] = many
    return found


async def _keep_choices_made(session: AsyncSession, lines: Iterable[RunningLine], actor: Actor) -> None:
    """A choice made for the certificate leaves nothing to ask: the farm's workflow hears of it."""
    for line in lines:
        farm = await session.get_one(Farm, line.farm_id)
        later = farm.choice_made_on is None or farm.choice_made_on < line.began_on
        if line.kind is RunningKind.CHOICE_MADE and later:
            await _change(session, farm, {"choice_made_on": line.began_on}, actor)
            farmer = farmer_case(FarmId(farm.farm_id))
            at = await now(session)
            told = await register_changed(session, farm.model_dump(), line.began_on, at)
            await tell(session, farmer, farmer, f"register-{farm.revision}", at, told)


async def _keep_audit(session: AsyncSession, line: RunningLine, actor: Actor) -> None:
    farm = await session.get_one(Farm, line.farm_id)
    columns: dict[str, date | str | int | None] = {
        "last_audit_on": line.began_on,
        "last_audit_edition": line.edition,
        "last_audit_hygiene": line.hygiene,
        "last_audit_findings": line.findings,
    }
    if line.body is not None:
        columns["previous_body"] = line.body
    await _change(session, farm, columns, actor)


async def _keep_count(session: AsyncSession, line: RunningLine, actor: Actor) -> None:
    """How many audits a year had counts from the first day of the next one; IKM confirms it on the parameters' page."""
    about, day = Name.AUDITS_BEFORE.value, date(line.began_on.year + 1, 1, 1)
    session.add(
        ParameterRow(name=about, valid_from=day, value=line.count or 0, source=line.reference or "", confirmed_by=None)
    )
    await session.flush()
    facts = {"about": about, "value": line.count, "day": day.isoformat()}
    key, at = f"parameter:{about}:{day.year}", await now(session)
    await append(session, key=key, chain=HOUSE_CHAIN, act=Act.PARAMETER_CHANGED, actor=actor, at=at, facts=facts)


async def _change(session: AsyncSession, farm: Farm, values: Mapping[str, object], actor: Actor) -> None:
    farm_id = farm.farm_id
    await change(session, farm, values, about=farm_id, chain=farm_id, act=Act.FARM_CHANGED, actor=actor)
