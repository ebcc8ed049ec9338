"""Pages of a list: the rows of one page, and how many there are in all."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

Row = TypeVar("Row")

PAGE_SIZE = 50
AnySelect = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Paging:
    """Which page is asked for, from 1 on."""

    page: int = 1
    page_size: int = PAGE_SIZE

    @property
    def offset(self) -> int:
        """Rows before the page."""
        return (self.page - 1) * self.page_size


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """One page of a list. total: rows on all pages."""

    items: tuple[Row, ...]
    paging: Paging
    total: int

    @property
    def last(self) -> int:
        """Number of the last page; 1 for an empty list."""
        return max(1, -(-self.total // self.paging.page_size))

    @property
    def first_row(self) -> int:
        """Place of the page's first row, counted from 1."""
        return self.paging.offset + 1

    @property
    def last_row(self) -> int:
        """Place of the page's last row."""
        return self.paging.offset + len(self.items)


async def count(session: AsyncSession, query: AnySelect) -> int:
    """How many rows the query finds."""
    counted = select(func.count()).select_from(query.order_by(None).subquery())
    found: int = (await session.execute(counted)).scalar_one()
    return found
