"""What was asked under which key: the same request twice is done once, and its key cannot mean something else."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlmodel import SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.receiving import KeyReusedError
from records.table import moment, text

# Real time; whoever got no answer asks again within minutes.
KEPT = timedelta(days=30)


class RequestKeyRow(SQLModel, table=True):
    """A request that was done. sha256: of what it asked; made: the number of what it made; at: real time."""

    __tablename__ = "request_key"

    person_id: str = text(key=True, to="person.person_id")
    key: str = text(key=True)
    sha256: str = text()
    made: str = text()
    at: datetime = moment(index=True)


async def earlier(session: AsyncSession, person: str, key: uuid.UUID, sha256: str) -> str | None:
    """What the same request made before, None where it is the first; another one of this key waits meanwhile.

    Raises KeyReusedError where the key stands for another request.
    """
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"request-key:{person}:{key}"))))
    row = await session.get(RequestKeyRow, (person, str(key)))
    if row is None:
        return None
    if row.sha256 != sha256:
        raise KeyReusedError(key)
    return row.made


async def keep(session: AsyncSession, person: str, key: uuid.UUID, sha256: str, made: str) -> None:
    """The request is done, if the caller's transaction is; keys that are old enough go."""
    real = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    await session.execute(delete(RequestKeyRow).where(col(RequestKeyRow.at) < real - KEPT))
    session.add(RequestKeyRow(person_id=person, key=str(key), sha256=sha256, made=made, at=real))
    await session.flush()
