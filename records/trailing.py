"""The one way into the trail: the SQL function `trail_append`, last in its transaction (design.md §9)."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from scheme.errors import Refusal
from scheme.people import Actor
from scheme.step import Act

HOUSE_CHAIN = "house"
Fact = str | int | None

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
    values = {name: value for name, value in (facts or {}).items() if value is not None}
    await session.execute(
        _APPEND,
        {
            "key": key,
            "chain": chain,
            "act": act.value,
            "person": actor.person,
            "role": actor.role.value,
            "at": at,
            "received": received_at,
            "rule": None if refused is None else refused.rule.value,
            "facts": json.dumps(values),
        },
    )
