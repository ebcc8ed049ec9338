"""Farms of a coming round to which no letter can be written, each with what is to be mended."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm import Farm
from scheme.ids import FarmId
from scheme.writable import Obstacle, Reachable, obstacles


@dataclass(frozen=True)
class Blocked:
    """A farm and what keeps its letter from being written."""

    farm_id: str
    name: str
    obstacles: tuple[Obstacle, ...]


async def blocked(session: AsyncSession, farms: Collection[FarmId]) -> tuple[Blocked, ...]:
    """Those of `farms` to which no letter can be written, by number."""
    query = select(Farm).where(col(Farm.expires_on).is_not(None)).order_by(col(Farm.farm_id))
    wanted = set(farms)
    rows = [row for row in (await session.execute(query)).scalars() if row.farm_id in wanted]
    found = [Blocked(row.farm_id, row.name, obstacles(reachable(row))) for row in rows]
    return tuple(one for one in found if one.obstacles)


def reachable(farm: Farm) -> Reachable:
    """What a letter to the farm is addressed with."""
    return Reachable(FarmId(farm.farm_id), farm.name, farm.street, farm.postcode, farm.city, farm.language, farm.email)
