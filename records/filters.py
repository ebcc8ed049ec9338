"""Saved filters: a list's address under a name, one's own or shared; what it shows is always the viewer's own sight."""

import uuid
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.clock import now
from records.person import FilterRow, PersonRow


class FilterPath(StrEnum):
    """The lists whose filters can be saved."""

    FARMS = "/farms"
    LETTERS = "/letters"
    TASKS = "/tasks"


@dataclass(frozen=True)
class SavedFilter:
    """A filter as lists show it. mine: whether the viewer may rename and remove it; owner: by name."""

    filter_id: str
    path: FilterPath
    name: str
    query: str
    shared: bool
    mine: bool
    owner: str

    @property
    def address(self) -> str:
        """The list with this filter."""
        return f"{self.path.value}?{self.query}" if self.query else self.path.value


async def saved_filters(session: AsyncSession, person: str, path: FilterPath | None = None) -> tuple[SavedFilter, ...]:
    """The person's own and those that others share, by name; of one list, or of all."""
    query = (
        select(FilterRow, PersonRow.name)
        .join(PersonRow, col(PersonRow.person_id) == col(FilterRow.person_id))
        .where(col(FilterRow.removed_at).is_(None), or_(col(FilterRow.person_id) == person, col(FilterRow.shared)))
        .order_by(col(FilterRow.name), col(FilterRow.filter_id))
    )
    if path is not None:
        query = query.where(FilterRow.path == path.value)
    found = await session.exec(query)
    return tuple(
        SavedFilter(
            row.filter_id, FilterPath(row.path), row.name, row.query, row.shared, row.person_id == person, owner
        )
        for row, owner in found
    )


async def save_filter(
    session: AsyncSession, filter_id: uuid.UUID, person: str, path: FilterPath, name: str, query: str, *, shared: bool
) -> None:
    """Keep a filter; the same id again changes nothing."""
    if await session.get(FilterRow, str(filter_id)) is None:
        session.add(
            FilterRow(
                filter_id=str(filter_id),
                person_id=person,
                path=path.value,
                name=name,
                query=query,
                shared=shared,
                created_at=await now(session),
            )
        )


async def own_filter(session: AsyncSession, filter_id: str, person: str) -> FilterRow | None:
    """The person's own filter, locked; None where there is none, or it is somebody else's."""
    query = select(FilterRow).where(
        FilterRow.filter_id == filter_id, FilterRow.person_id == person, col(FilterRow.removed_at).is_(None)
    )
    return (await session.exec(query.with_for_update())).one_or_none()


async def remove_filter(session: AsyncSession, row: FilterRow) -> None:
    """Nobody finds it any more."""
    row.removed_at = await now(session)
