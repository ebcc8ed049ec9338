"""One line of the register typed by hand: judged by the rules of the register files, against what is there."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Text, cast, func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm import Dairy, Farm, InspectionBody
from scheme.register import Kind, Known, Line, parse
from scheme.register_file import Row, Unique
from scheme.register_rule import Problem

Problems = tuple[Problem, ...]


async def judge(session: AsyncSession, kind: Kind[Line], typed: Mapping[str, str]) -> Line | Problems:
    """The line that was typed, or all that is wrong with it; blanks around a value are dropped.

    typed: a text for each column of the kind; its key names a line that is there, or a new one's number.
    """
    row = Row(0, {name: typed[name].strip() for name in kind.names})
    judged = parse(kind, row, await _known(session))
    if isinstance(judged, tuple):
        return judged
    key = row.values[kind.key]
    doubled = [unique for unique in kind.unique if unique.columns != (kind.key,)]
    problems = [found for unique in doubled if (found := await _taken(session, unique, row, key)) is not None]
    return tuple(problems) or judged


async def next_number(session: AsyncSession, column: Any, digits: int) -> str:
    """The number after the last one, as F-000124: letter and hyphen, then so many digits. Numbers take turns."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext(str(column)))))
    last = (await session.execute(select(func.max(cast(column, Text))))).scalar_one_or_none()
    letter = {"farm_id": "F", "body_id": "B", "dairy_id": "D"}[column.key]
    return f"{letter}-{1 + (0 if last is None else int(last.partition('-')[2])):0{digits}}"


async def _known(session: AsyncSession) -> Known:
    bodies = (await session.execute(select(col(InspectionBody.body_id)))).scalars()
    dairies = (await session.execute(select(col(Dairy.dairy_id)))).scalars()
    return Known(frozenset(bodies), frozenset(dairies))


async def _taken(session: AsyncSession, unique: Unique, row: Row, key: str) -> Problem | None:
    """Whether another farm has the same; only farms have more to be unique in than their number."""
    values = unique.of(row.values)
    if values is None:
        return None
    same = [func.coalesce(getattr(Farm, name), "") == value for name, value in zip(unique.columns, values, strict=True)]
    other = (await session.execute(select(col(Farm.farm_id)).where(col(Farm.farm_id) != key, *same).limit(1))).first()
    name = unique.columns[0]
    return None if other is None else Problem(0, name, row.values[name], unique.taken)
