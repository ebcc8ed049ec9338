"""What was changed in the register, by whom and when: before and after, field by field."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.person import PersonRow
from records.trail import Change, TrailEntry
from scheme.people import Role

LONGEST = 100


@dataclass(frozen=True)
class FieldChange:
    """One field: name of its column, and its values as they are kept; None where there was none."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Changed:
    """One change. person: name of who made it, None where the account is gone."""

    at: datetime
    role: Role
    person: str | None
    fields: tuple[FieldChange, ...]


async def changes_of(session: AsyncSession, about: str, limit: int = LONGEST) -> tuple[Changed, ...]:
    """The last changes of a farm, an inspection body or a dairy, by its id; newest first."""
    query = (
        select(Change, TrailEntry, col(PersonRow.name))
        .join(TrailEntry, col(TrailEntry.key) == func.concat("change:", col(Change.change_id)))
        .join(PersonRow, col(PersonRow.person_id) == col(TrailEntry.person), isouter=True)
        .where(col(Change.farm_id) == about)
        .order_by(col(TrailEntry.number).desc())
        .limit(limit)
    )
    return tuple(_changed(*row) for row in await session.execute(query))


def _changed(change: Change, entry: TrailEntry, person: str | None) -> Changed:
    fields = tuple(FieldChange(name, _text(change.before[name]), _text(change.after[name])) for name in change.before)
    return Changed(entry.at, Role(entry.role), person, fields)


def _text(value: object) -> str | None:
    if value is None:
        return None
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
