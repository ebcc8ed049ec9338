"""A page of a round's choices opens in one transaction: the rows that `open_member` writes, in a few statements."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import CaseRow, ChoiceRow, DeadlineRow
from records.farm import Farm, InspectionBody
from records.letter import LetterRow
from records.opening import case_values, open_member, start_values
from records.posting import letter_values
from records.recording import choice_values, entry_of
from records.submission import OutboxRow
from records.telling import news_values
from records.trailing import append_all
from scheme import choice, choice_round
from scheme.choice import Choice
from scheme.choice_round import ChoiceRound, Member
from scheme.ids import POST, farmer_case
from scheme.news import CaseOpened, LettersWait
from scheme.step import Step

_REAL = text("SELECT clock_timestamp()")


async def open_members(session: AsyncSession, opened: ChoiceRound, members: Sequence[Member]) -> None:
    """Open the choices of these farms, in order of farm id; one that a rule may refuse goes the way of one."""
    farms = await _lock(session, members)
    special = await _special(session, opened, members)
    special |= {farm_id for farm_id, farm in farms.items() if farm.standing != "active"}
    plain = [member for member in members if member.farm_id not in special]
    if plain:
        await _open(session, opened, farms, plain)
    for member in members:
        if member not in plain:
            await open_member(session, opened, member)


async def _lock(session: AsyncSession, members: Sequence[Member]) -> dict[str, Farm]:
    """The farms' rows, locked in their order until the transaction ends."""
    wanted = select(Farm).where(col(Farm.farm_id).in_([member.farm_id for member in members]))
    locked = await session.exec(wanted.order_by(Farm.farm_id).with_for_update(key_share=True))
    return {farm.farm_id: farm for farm in locked}


async def _special(session: AsyncSession, opened: ChoiceRound, members: Sequence[Member]) -> set[str]:
    """Farms with a choice of this year already, or one of another year that is still open."""
    ids = [member.farm_id for member in members]
    there = select(ChoiceRow.farm_id).where(
        col(ChoiceRow.farm_id).in_(ids), or_(col(ChoiceRow.year) == opened.year, col(ChoiceRow.closed_at).is_(None))
    )
    return set(await session.exec(there))


async def _open(
    session: AsyncSession, opened: ChoiceRound, farms: Mapping[str, Farm], members: Sequence[Member]
) -> None:
    at = opened.opened_at
    steps = [choice.opened(choice_round.request(opened, one), at, practice=opened.practice) for one in members]
    real = (await session.execute(_REAL)).scalar_one()
    names = {body.body_id: body.name for body in await session.exec(select(InspectionBody))}
    await session.execute(insert(CaseRow), [_case(opened, step) for step in steps])
    await session.execute(insert(OutboxRow), _outbox(steps, real))
    first = {"code_version": 1}
    rows = [{"case_id": step.case.case_id, **choice_values(step.case), **first} for step in steps]
    await session.execute(insert(ChoiceRow), rows)
    letters = [
        {**letter_values(step.case, farms[step.case.farm_id], names, kind, at), **first, "due_at": real}
        for step in steps
        for kind in step.letters
    ]
    await session.execute(insert(LetterRow), letters)
    await session.execute(insert(DeadlineRow), [deadline for step in steps for deadline in _deadlines(step)])
    await append_all(session, [entry_of(step) for step in steps])


def _case(opened: ChoiceRound, step: Step[Choice]) -> dict[str, Any]:
    return case_values(step, opened_by=opened.case_id, farm_id=step.case.farm_id, round_id=opened.case_id)


def _outbox(steps: Sequence[Step[Choice]], real: datetime) -> list[dict[str, Any]]:
    """The start of each workflow, the news for each farm, and once for the page that letters wait."""
    rows = [start_values(step.case) for step in steps]
    for step in steps:
        case_id = step.case.case_id
        rows.append(news_values(case_id, farmer_case(step.case.farm_id), "opened", step.at, CaseOpened(case_id)))
    first = steps[0]
    rows.append(news_values(first.case.case_id, POST, f"letters-{first.case.revision}", first.at, LettersWait()))
    return [{**row, "created_at": real, "next_attempt_at": real} for row in rows]


def _deadlines(step: Step[Choice]) -> list[dict[str, Any]]:
    return [{"case_id": step.case.case_id, "kind": row.kind.value, "due": row.due} for row in step.deadlines]
