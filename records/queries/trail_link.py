"""Whether the trail's chains hold: every link recomputed from what stands beside it (design.md §9)."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text
from sqlmodel.ext.asyncio.session import AsyncSession

# Every entry: the text it should have, the link it should have, and that its chain has no gap; then the heads;
# then every case: its latest step must stand in the trail, so that a chain cannot be gone altogether.
_OF_ALL = """
WITH links AS (
    SELECT t.*, lag(sha256, 1, repeat('0', 64)) OVER w AS before, row_number() OVER w AS expected_place
    FROM trail t WHERE {entries} WINDOW w AS (PARTITION BY chain ORDER BY place))
SELECT chain, place FROM links
WHERE place <> expected_place OR previous_sha256 <> before OR sha256 <> trail_digest(before, canonical)
   OR canonical <> trail_canonical(key, chain, place, act, person, role, at, decided_at, received_at, rule, facts)
UNION ALL
SELECT h.chain, h.place FROM trail_head h
LEFT JOIN trail t ON t.chain = h.chain AND t.place = h.place AND t.sha256 = h.sha256
WHERE t.key IS NULL AND {heads}
UNION ALL
SELECT coalesce(c.farm_id, 'house'), c.revision FROM case_file c
WHERE NOT EXISTS (SELECT 1 FROM trail t WHERE t.key = c.case_id || '#' || c.revision) AND {cases}
ORDER BY chain, place LIMIT 1
"""
_BROKEN = text(_OF_ALL.format(entries="true", heads="true", cases="true"))
_BROKEN_OF = text(_OF_ALL.format(entries="t.chain = :chain", heads="h.chain = :chain", cases="c.farm_id = :chain"))
_HEAD = text("SELECT place, sha256 FROM trail_head WHERE chain = :chain")


@dataclass(frozen=True)
class Chain:
    """A farm's chain. entries: how many it has; sha256: of the last; broken_at: the first that does not hold."""

    entries: int
    sha256: str
    broken_at: int | None

    @property
    def holds(self) -> bool:
        """Whether every link does."""
        return self.broken_at is None


async def broken_link(session: AsyncSession) -> Row[Any] | None:
    """Chain and place of the first entry that does not hold; None when every one does."""
    return (await session.execute(_BROKEN)).first()


async def chain_of(session: AsyncSession, farm_id: str) -> Chain:
    """The farm's own chain, recomputed now."""
    broken = (await session.execute(_BROKEN_OF, {"chain": farm_id})).first()
    head = (await session.execute(_HEAD, {"chain": farm_id})).first()
    place, sha256 = (0, "") if head is None else (head.place, head.sha256)
    return Chain(place, sha256, None if broken is None else broken.place)
