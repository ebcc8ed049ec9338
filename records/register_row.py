"""Rows of the register, locked for a change by somebody who says which revision they saw."""

from typing import TypeVar

from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm import Dairy, Farm, InspectionBody

Row = TypeVar("Row", Farm, InspectionBody, Dairy)


async def locked(session: AsyncSession, table: type[Row], key: str) -> Row | None:
    """The row, locked until the transaction ends, but not for rows that name it; None where there is none."""
    return await session.get(table, key, with_for_update={"key_share": True}, populate_existing=True)
