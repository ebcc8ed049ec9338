"""The one way into the trail: the SQL function `trail_append`, last in its transaction (design.md §9)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from scheme.errors import Refusal
from scheme.people import Actor
from scheme.step import Act

HOUSE_CHAIN = "house"
Fact = str | int | None


@dataclass(frozen=True)
class Entry:
    """One entry of the trail. facts: ids, codes and ISO dates only; those that are None are left out."""

    key: str
    chain: str
    act: Act
    actor: Actor
    at: datetime
    received_at: datetime | None
    refused: Refusal | None
    facts: Mapping[str, Fact]


_APPEND = text("SELECT trail_append(:key, :chain, :act, :person, :role, :at, :received, :rule, CAST(:facts AS jsonb))")


async def append(  # noqa: PLR0913  # the columns of an entry
    session: AsyncSession,
    *,
    key: str,
    chain: str,
    act: Act,
    actor: Actor,
    at: datetime,
    received_at: datetime | None = None,
    refused: Refusal | None = None,
    facts: Mapping[str, Fact] | None = None,
) -> None:
    """Append one entry; the same key again changes nothing. facts: ids, codes and ISO dates only."""
    entry = Entry(key, chain, act, actor, at, received_at, refused, facts or {})
    await session.execute(_APPEND, _columns(entry))


async def append_all(session: AsyncSession, entries: Sequence[Entry]) -> None:
    """Append these entries in this order, which is that of their chains where they have many."""
    await session.execute(_APPEND, [_columns(entry) for entry in entries])


def _columns(entry: Entry) -> dict[str, Any]:
    values = {name: value for name, value in entry.facts.items() if value is not None}
    return {
        "key": entry.key,
        "chain": entry.chain,
        "act": entry.act.value,
        "person": entry.actor.person,
        "role": entry.actor.role.value,
        "at": entry.at,
        "received": entry.received_at,
        "rule": None if entry.refused is None else entry.refused.rule.value,
        "facts": json.dumps(values),
    }
