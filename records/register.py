"""The register's lines as rows of the tables, and back; standing and dates of the house's own are not among it."""

from collections.abc import Mapping
from dataclasses import fields
from enum import Enum
from typing import Any

from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm import Dairy, Farm, InspectionBody
from scheme.choice_round import Country
from scheme.language import Language
from scheme.register_line import BodyLine, DairyLine, FarmLine

# The file speaks of the body that did the last audit; the table, of the one before the choice that is open.
_COLUMN = {"inspection_body": "previous_body"}


def farm_columns(line: FarmLine) -> dict[str, object]:
    """The columns of `farm` that the register owns: all but standing, stopped_on, registered_at and revision."""
    return _columns(line)


def body_columns(line: BodyLine) -> dict[str, object]:
    """The columns of `inspection_body` that the register file owns."""
    return _columns(line)


def dairy_columns(line: DairyLine) -> dict[str, object]:
    """The columns of `dairy`."""
    return _columns(line)


def farm_line_of(farm: Farm) -> FarmLine:
    """The farm as the register file would state it."""
    return _farm({name: getattr(farm, name) for name in _names(FarmLine)})


async def farms_there(session: AsyncSession) -> Mapping[str, FarmLine]:
    """Every farm of the register by its number, in order."""
    return {line.farm_id: line for line in map(_farm, await _rows(session, Farm, FarmLine))}


async def bodies_there(session: AsyncSession) -> Mapping[str, BodyLine]:
    """Every inspection body by its number, in order."""
    return {line.body_id: line for line in (BodyLine(**row) for row in await _rows(session, InspectionBody, BodyLine))}


async def dairies_there(session: AsyncSession) -> Mapping[str, DairyLine]:
    """Every dairy by its number, in order."""
    rows = await _rows(session, Dairy, DairyLine)
    return {row["dairy_id"]: DairyLine(**{**row, "language": Language(row["language"])}) for row in rows}


def _farm(row: Mapping[str, Any]) -> FarmLine:
    values = {**row, "country": Country(row["country"]), "language": Language(row["language"])}
    values["inspection_body"] = values.pop("previous_body")
    return FarmLine(**values)


def _names(line: type) -> list[str]:
    return [_COLUMN.get(one.name, one.name) for one in fields(line)]


def _columns(line: Any) -> dict[str, object]:
    values = {_COLUMN.get(one.name, one.name): getattr(line, one.name) for one in fields(line)}
    return {name: value.value if isinstance(value, Enum) else value for name, value in values.items()}


async def _rows(session: AsyncSession, table: type[SQLModel], line: type) -> list[dict[str, Any]]:
    """The columns of every row, in the order of the key, which is the line's first field."""
    columns = [getattr(table, name) for name in _names(line)]
    return [dict(row) for row in (await session.execute(select(*columns).order_by(columns[0]))).mappings()]
