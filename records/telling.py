"""News into the outbox: written in the transaction of the fact, delivered by the relay (design.md §4)."""

from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from records.submission import OutboxRow
from records.wire import news_json
from scheme.ids import CaseId, NewsId
from scheme.news import News, What

_REAL = text("clock_timestamp()")


async def tell(session: AsyncSession, source: CaseId, target: CaseId, word: str, at: datetime, what: What) -> None:
    """Put news into the outbox; its id says from whom, to whom and about what, so it is told once."""
    values = news_values(source, target, word, at, what)
    times = {"created_at": _REAL, "next_attempt_at": _REAL}
    await session.execute(insert(OutboxRow).values(values | times).on_conflict_do_nothing())


def news_values(source: CaseId, target: CaseId, word: str, at: datetime, what: What) -> dict[str, Any]:
    """The outbox row of news, without its moments in real time."""
    news = News(NewsId(f"{source}>{target}#{word}"), target, at, what)
    return {"news_id": news.id, "target": target, "kind": what.kind, "payload": news_json(news), "attempts": 0}
