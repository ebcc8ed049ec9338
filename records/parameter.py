"""The rulebook's parameters as rows: resolved once for each case, when it opens (design.md §6)."""

from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.house import ParameterRow
from scheme.days import local_day
from scheme.rules import Name, Rules, Setting, rules_on


async def rules_at(session: AsyncSession, at: datetime) -> Rules:
    """The rules of a case that opens at `at`, resolved from the parameter rows once and for all."""
    return rules_on(local_day(at), await settings_of(session))


async def settings_of(session: AsyncSession) -> list[Setting]:
    """Every value that is or was in force, or will be."""
    rows = await session.exec(select(ParameterRow))
    return [Setting(Name(row.name), row.value, row.valid_from) for row in rows]
