"""Quiet is one query: nothing that the machine itself still has to do at the scheme's moment (design.md §5).

A letter or mail that was refused, and goes again more than half a minute from now, is not work in hand: its attempts
run on real time, for a day. One that goes sooner is waited for, so that a mail server's hiccup lets no time pass.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

_WAITING = text("""
SELECT 'deadlines' AS what, count(*) AS many FROM deadline WHERE due <= scheme_now()
UNION ALL SELECT 'submissions', count(*) FROM submission WHERE settled_at IS NULL
UNION ALL SELECT 'news', count(*) FROM outbox WHERE settled_at IS NULL
UNION ALL SELECT 'letters', count(*) FROM letter l WHERE state IN ('planned', 'sending')
    AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.held AND h.hold_id IN (l.round_id, 'post')
                    AND NOT (h.held_by IS NULL AND l.channel = 'paper' AND l.smtp_reply IS NULL))
    AND NOT (state = 'planned' AND smtp_reply IS NOT NULL AND due_at > clock_timestamp() + interval '30 seconds')
UNION ALL SELECT 'mails to staff', count(*) FROM staff_mail WHERE state IN ('planned', 'sending')
    AND NOT (state = 'planned' AND smtp_reply IS NOT NULL AND due_at > clock_timestamp() + interval '30 seconds')
UNION ALL SELECT 'messages to dairies', count(*) FROM webhook_delivery d JOIN webhook w ON w.dairy_id = d.dairy_id
    WHERE d.state IN ('planned', 'sending') AND w.url IS NOT NULL AND w.secret_id IS NOT NULL
    AND w.paused_at IS NULL AND w.ended_at IS NULL AND w.failing_since IS NULL
    AND NOT (d.state = 'planned' AND d.trouble IS NOT NULL AND d.due_at > clock_timestamp() + interval '30 seconds')
""")
_NEXT = text("SELECT min(due) FROM deadline WHERE due > scheme_now()")
_OWNERS = text("SELECT DISTINCT case_id FROM deadline WHERE due <= scheme_now() ORDER BY case_id")
_STILL_DUE = text("""
SELECT count(*) FROM deadline WHERE due <= scheme_now() AND case_id = ANY(:cases)
""")


async def waiting(session: AsyncSession) -> dict[str, int]:
    """What the machine still has to do, by kind, only what is not nought; empty when the house is quiet."""
    rows = await session.execute(_WAITING)
    return {what: many for what, many in rows if many}


async def next_deadline(session: AsyncSession) -> datetime | None:
    """The earliest deadline after the scheme's moment."""
    due: datetime | None = (await session.execute(_NEXT)).scalar_one()
    return due


async def due_owners(session: AsyncSession) -> list[str]:
    """Cases with a deadline at or before the scheme's moment."""
    return list((await session.execute(_OWNERS)).scalars())


async def still_due(session: AsyncSession, cases: Sequence[str]) -> int:
    """How many deadlines of these cases have come and are not dealt with."""
    many: int = (await session.execute(_STILL_DUE, {"cases": list(cases)})).scalar_one()
    return many
