"""Who can hold an audit."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.person import PersonRow
from scheme.language import Language
from scheme.people import Role


@dataclass(frozen=True)
class Auditor:
    """Somebody who can hold an audit of a body."""

    person_id: str
    name: str
    language: Language


async def auditors_of(session: AsyncSession, body_id: str) -> tuple[Auditor, ...]:
    """Who can hold an audit of this body: its auditors whose account is not locked."""
    query = select(PersonRow).where(
        col(PersonRow.body_id) == body_id,
        col(PersonRow.role) == Role.AUDITOR.value,
        col(PersonRow.locked_at).is_(None),
    )
    rows = (await session.execute(query.order_by(col(PersonRow.name)))).scalars()
    return tuple(Auditor(row.person_id, row.name, Language(row.language)) for row in rows)
