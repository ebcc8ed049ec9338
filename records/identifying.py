"""A farm's numbers with their days, kept in step with the columns that hold those of today."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.farm import Farm, Identifier
from scheme.choice_round import Country
from scheme.days import local_day
from scheme.identifier import KINDS, Held, IdentifierKind, held_now, renumbered


async def renumber(session: AsyncSession, farm: Farm, columns: Mapping[str, Any], on: date) -> None:
    """Note that the farm's numbers are those of `columns` from the day `on` on; before the columns change.

    Raises BeganLaterError. A number that was never noted is held to be valid since the farm was registered.
    """
    before = await numbers_of(session, farm)
    after = held_now(Country(str(columns["country"])), _numbers(columns), on)
    for row in renumbered([one for one in before if one.valid_until is None], after, on):
        values = {"farm_id": farm.farm_id, **_row(row)}
        upsert = insert(Identifier).values(values)
        await session.execute(
            upsert.on_conflict_do_update(index_elements=["farm_id", "kind", "valid_from"], set_=values)
        )


async def numbers_of(session: AsyncSession, farm: Farm) -> tuple[Held, ...]:
    """Every number the farm is or was known by: by kind, the latest first."""
    rows = await session.exec(select(Identifier).where(Identifier.farm_id == farm.farm_id))
    noted = [Held(IdentifierKind(row.kind), row.value, row.valid_from, row.valid_until) for row in rows]
    there = {(one.kind, one.value) for one in noted if one.valid_until is None}
    since = local_day(farm.registered_at)
    now = held_now(Country(farm.country), _numbers(farm.model_dump()), since)
    latest = {one.kind: max(had.valid_from for had in noted if had.kind == one.kind) for one in noted}
    found = [*noted, *(_later(one, latest) for one in now if (one.kind, one.value) not in there)]
    return tuple(sorted(found, key=lambda one: (one.kind, -one.valid_from.toordinal())))


def _later(one: Held, latest: Mapping[IdentifierKind, date]) -> Held:
    """A number that came without a note, as by a file, did not begin before the one noted last."""
    return replace(one, valid_from=max(one.valid_from, latest.get(one.kind, one.valid_from)))


def _numbers(values: Mapping[str, Any]) -> dict[str, str | None]:
    return {column: values[column] for column in KINDS}


def _row(row: Held) -> dict[str, object]:
    return {"kind": row.kind.value, "value": row.value, "valid_from": row.valid_from, "valid_until": row.valid_until}
