"""Farms of a coming round to which no letter can be written, each with what is to be mended."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from records.farm import Farm
from scheme.ids import FarmId
from scheme.writable import Obstacle, Reachable, obstacles


@dataclass(frozen=True)
class Blocked:
    """A farm and what keeps its letter from being written."""

    farm_id: str
    name: str
    obstacles: tuple[Obstacle, ...]


def blocked(farms: Iterable[Row[Any]]) -> tuple[Blocked, ...]:
    """Those of the farms to which no letter can be written, in their order. farms: of records.queries.expiring."""
    found = (Blocked(farm.farm_id, farm.name, obstacles(reachable(farm))) for farm in farms)
    return tuple(one for one in found if one.obstacles)


def reachable(farm: Farm | Row[Any]) -> Reachable:
    """What a letter to the farm is addressed with."""
    return Reachable(FarmId(farm.farm_id), farm.name, farm.street, farm.postcode, farm.city, farm.language, farm.email)
