"""What the system knows of running cases, as the file of running cases is held against it."""

from collections import defaultdict

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import ChoiceRow, MatterRow
from records.clock import now
from records.farm import Farm
from records.parameter import settings_of
from records.queries.choice_round import bodies
from scheme.choice import OPEN as OPEN_CHOICE
from scheme.choice import State as ChoiceState
from scheme.days import local_day
from scheme.ids import BodyId, EditionCode, FarmId
from scheme.lastenboek.grade import Grade
from scheme.matter import OPEN, State
from scheme.rules import Name
from scheme.running import Known, KnownCase, KnownFarm
from scheme.running_column import RunningKind
from scheme.running_line import Key, RunningLine


async def known_cases(session: AsyncSession) -> Known:
    """Farms, bodies, parameters, choices and matters, as they stand."""
    cases: defaultdict[Key, list[KnownCase]] = defaultdict(list)
    for choice in await session.exec(select(ChoiceRow)):
        cases[choice.farm_id, RunningKind.CHOICE.value, ""] += _choice(choice)
    # One that a stop ended is not known any more: should the stop be taken back, it can be taken over again.
    for matter in await session.exec(select(MatterRow).where(MatterRow.state != State.STOPPED)):
        several = matter.kind == RunningKind.CORRECTIVE_ACTION
        cases[matter.farm_id, matter.kind, (matter.reference or "") if several else ""].append(_matter(matter))
    counted = await settings_of(session)
    for setting in counted:
        if setting.name is Name.AUDITS_BEFORE:
            year = str(setting.valid_from.year - 1)
            cases["", RunningKind.AUDIT_COUNT.value, year] = [KnownCase(open=True, facts=(setting.value,))]
    return Known(
        today=local_day(await now(session)),
        farms={farm.farm_id: _farm(farm) for farm in await session.exec(select(Farm).order_by(col(Farm.farm_id)))},
        bodies=await bodies(session),
        settings=counted,
        cases=cases,
    )


async def running_there(session: AsyncSession) -> dict[str, RunningLine]:
    """What runs now, as a file would tell it, by name."""
    choices = select(ChoiceRow).where(col(ChoiceRow.closed_at).is_(None)).order_by(ChoiceRow.farm_id)
    matters = select(MatterRow).where(col(MatterRow.closed_at).is_(None)).order_by(MatterRow.case_id)
    lines = [
        *(_choice_line(row) for row in await session.exec(choices)),
        *(_matter_line(row) for row in await session.exec(matters)),
    ]
    return {line.name_of_case: line for line in lines}


def _choice_line(choice: ChoiceRow) -> RunningLine:
    return RunningLine(
        farm_id=FarmId(choice.farm_id),
        kind=RunningKind.CHOICE,
        began_on=local_day(choice.asked_at),
        due_on=choice.answer_due,
        reminded_on=None if choice.reminded_at is None else local_day(choice.reminded_at),
        answered_on=None if choice.answered_at is None else local_day(choice.answered_at),
        body=None if choice.body is None else BodyId(choice.body),
    )


def _matter_line(matter: MatterRow) -> RunningLine:
    return RunningLine(
        farm_id=FarmId(matter.farm_id),
        kind=RunningKind(matter.kind),
        began_on=matter.began_on,
        due_on=matter.due_on,
        body=None if matter.body is None else BodyId(matter.body),
        grade=None if matter.grade is None else Grade(matter.grade),
        reference=matter.reference,
    )


def _farm(farm: Farm) -> KnownFarm:
    edition = None if farm.last_audit_edition is None else EditionCode(farm.last_audit_edition)
    return KnownFarm(
        takes_part=farm.standing == "active",
        expires_on=farm.expires_on,
        previous_body=None if farm.previous_body is None else BodyId(farm.previous_body),
        last_audit=(farm.last_audit_on, edition, farm.last_audit_hygiene, farm.last_audit_findings),
    )


def _choice(choice: ChoiceRow) -> list[KnownCase]:
    """As a row of one that runs would tell of it, and as a row of one that was made would."""
    open_ = ChoiceState(choice.state) in OPEN_CHOICE
    as_asked = KnownCase(open_, (local_day(choice.asked_at),))
    if choice.closed_at is None:
        return [as_asked]
    return [as_asked, KnownCase(open_, (local_day(choice.closed_at), choice.body))]


def _matter(matter: MatterRow) -> KnownCase:
    grade = None if matter.grade is None else Grade(matter.grade)
    return KnownCase(State(matter.state) in OPEN, (matter.began_on, matter.body, grade), matter.due_on)
