"""A plain change outside the cases: before and after lie apart, the trail holds their salted hash (design.md §9)."""

import secrets
import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from records.clock import now
from records.trail import Change
from records.trailing import Fact, append
from records.wire import digest
from scheme.people import Actor
from scheme.step import Act


async def change(
    session: AsyncSession,
    row: SQLModel,
    values: Mapping[str, object],
    *,
    about: str,
    chain: str,
    act: Act,
    actor: Actor,
    facts: Mapping[str, Fact] | None = None,
) -> bool:
    """Set what differs, raise the row's revision, and append the entry last; False where nothing differs.

    row: locked by its reader. about: the farm, body or person whose row it is.
    """
    before = {name: _plain(getattr(row, name)) for name, value in values.items() if getattr(row, name) != value}
    if not before:
        return False
    for name in before:
        setattr(row, name, values[name])
    after = {name: _plain(values[name]) for name in before}
    row.revision += 1  # type: ignore[attr-defined]  # every row that pages change has one
    at = await now(session)
    kept = kept_apart(about, at, before, after)
    session.add_all([row, kept])
    await session.flush()
    told = {"about": about, "change": kept.change_id, "sha256": kept.sha256, **(facts or {})}
    await append(session, key=f"change:{kept.change_id}", chain=chain, act=act, actor=actor, at=at, facts=told)
    return True


def kept_apart(about: str, at: datetime, before: dict[str, Any], after: dict[str, Any]) -> Change:
    """The row of before and after, under a new id."""
    salt = secrets.token_hex(16)
    return Change(
        change_id=str(uuid.uuid4()), farm_id=about, at=at, salt=salt, sha256=digest(salt, before, after),
        before=before, after=after,
    )  # fmt: skip


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
