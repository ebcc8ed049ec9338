"""What a dairy does not know yet of its suppliers' certificates, held against what it was told last.

Its mail and its webhook are told apart, each with a table of its own, so that both hear of everything once.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.dairy_told import DairyTold
from records.farm import Farm
from records.queries.certificate import certificates_of
from records.queries.directory import Supplier, suppliers
from records.webhook import WebhookTold
from scheme.certificate import Status

Told = type[DairyTold] | type[WebhookTold]
_UNTOLD = ("", "", None)


async def untold(session: AsyncSession, table: Told, dairy_id: str, today: date) -> list[Supplier]:
    """Suppliers of whom the dairy knows something else, or nothing yet."""
    told = {
        row.farm_id: (row.number, row.status, row.valid_until)
        for row in (await session.execute(select(table).where(col(table.dairy_id) == dairy_id))).scalars()
    }
    found = await suppliers(session, dairy_id, today)
    return [one for one in found if told.get(one.farm_id, _UNTOLD) != (one.number, one.status, one.valid_until)]


async def keep_told(
    session: AsyncSession, table: Told, dairy_id: str, changed: Sequence[Supplier], today: date
) -> None:
    """From now on the dairy knows this of them."""
    if not changed:
        return
    rows = [
        {
            "dairy_id": dairy_id, "farm_id": one.farm_id, "number": one.number, "status": one.status,
            "valid_until": one.valid_until, "told_on": today,
        }
        for one in changed
    ]  # fmt: skip
    upsert = insert(table).values(rows)
    kept = {name: upsert.excluded[name] for name in ("number", "status", "valid_until", "told_on")}
    await session.execute(upsert.on_conflict_do_update(index_elements=["dairy_id", "farm_id"], set_=kept))


async def supplier_words(session: AsyncSession, supplier: Supplier, today: date) -> dict[str, str | None]:
    """A supplier as it is told: its own number there, what its certificate is now, and since when.

    moved: the day on which the last day of a valid one was changed, where that was later.
    """
    known = {"farm": supplier.name, "city": supplier.city, "supplier_number": supplier.supplier_number}
    if supplier.status is Status.VALID:
        return {**known, "number": supplier.number, "status": supplier.status.value, **_days(supplier)}
    farm = await session.get_one(Farm, supplier.farm_id)
    newest = next(iter(await certificates_of(session, farm, today)), None)
    if newest is None:
        return {**known, "number": None, "status": None, "since": None, "until": None}
    standing = newest.standing
    days = {"since": standing.since.isoformat(), "until": standing.valid_until.isoformat()}
    return {**known, "number": newest.number, "status": standing.status.value, **days}


def _days(supplier: Supplier) -> dict[str, str | None]:
    since, moved = supplier.since, supplier.moved_on
    later = moved if since is not None and moved is not None and moved > since else None
    days = {"since": since, "until": supplier.valid_until, "moved": later}
    return {name: None if one is None else one.isoformat() for name, one in days.items()}
