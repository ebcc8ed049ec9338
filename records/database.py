"""Engines and sessions: made once by each process and handed on."""

from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

Sessions = async_sessionmaker[AsyncSession]


def connect(url: str, *, pool_size: int = 20) -> AsyncEngine:
    """An engine for `url` (postgresql+psycopg://…); nothing is opened yet.

    Sessions wait at most 20 s for a lock, so that a forgotten one shows itself. The whole register lies in memory,
    where pages far apart cost what neighbours cost: told otherwise, PostgreSQL reads all farms rather than an index.
    """
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,  # a traceback must not print what people typed
        connect_args={"options": "-c lock_timeout=20000 -c timezone=UTC -c random_page_cost=1.1"},
    )


def sessions(engine: AsyncEngine) -> Sessions:
    """A maker of sessions; rows stay readable after commit."""
    return async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)
