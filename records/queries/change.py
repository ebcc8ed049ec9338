"""What was changed in the register, by whom and when: before and after, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.person import PersonRow
from records.trail import Change, TrailEntry
from scheme.people import Role

LONGEST = 100
# People type the body of the last audit under the name that the register files give it.
_TYPED = {"previous_body": "inspection_body"}


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


async def seen_at(session: AsyncSession, about: str, now: Mapping[str, str], revisions: int) -> dict[str, str]:
    """The values of `now`, as somebody would type them, as they stood so many revisions ago."""
    values = dict(now)
    for done in await changes_of(session, about, max(0, min(revisions, LONGEST))):
        values.update({_TYPED.get(field.name, field.name): field.before or "" for field in done.fields})
    return {name: value for name, value in values.items() if name in now}


def _changed(change: Change, entry: TrailEntry, person: str | None) -> Changed:
    fields = tuple(FieldChange(name, _text(change.before[name]), _text(change.after[name])) for name in change.before)
    return Changed(entry.at, Role(entry.role), person, fields)


def _text(value: object) -> str | None:
    if value is None:
        return None
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
