"""Lists in pages: what is asked for in the address, and how the JSON of a page looks (Belgif: collections)."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from records.queries.listing import PAGE_SIZE, Listing, Paging

LARGEST_PAGE = 500
# No list is long enough for a page that a 64-bit offset could not reach.
LAST_PAGE = 1_000_000
# A field that we do not know is a slip of the caller: it is refused by name, not passed over.
CAMEL = ConfigDict(alias_generator=to_camel, populate_by_name=True, from_attributes=True, extra="forbid")

T = TypeVar("T")
# A filter of the address; a form sends an empty one for "any".
Asked = Annotated[T | None, BeforeValidator(lambda given: None if given == "" else given), Query()]
Item = TypeVar("Item")
Row = TypeVar("Row")


@dataclass(frozen=True)
class Neighbours:
    """Addresses of the pages before and after; None where there is none."""

    prev: str | None = None
    next: str | None = None


class Collection(BaseModel, Generic[Item]):
    """One page of a list. next is absent on the last page, prev on the first."""

    model_config = CAMEL

    self_: str = Field(alias="self")
    items: list[Item]
    page: int
    page_size: int
    total: int
    first: str
    prev: str | None = None
    next: str | None = None
    last: str


def paging(
    page: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1,
    page_size: Annotated[int, Query(alias="pageSize", ge=1, le=LARGEST_PAGE)] = PAGE_SIZE,
) -> Paging:
    """The page that the address asks for."""
    return Paging(page, page_size)


AskedPage = Annotated[Paging, Depends(paging)]
# The page of a list that stands beside others on one page of ours, under a name of its own in the address.
PageOfList = Annotated[int, Query(ge=1, le=LAST_PAGE)]


def collection(request: Request, listing: Listing[Row], item: Callable[[Row], Item]) -> Collection[Item]:
    """The page as JSON, with the addresses of its neighbours."""
    near = neighbours(request, listing)
    return Collection[Any](
        self=_at(request, listing.paging.page),
        items=[item(row) for row in listing.items],
        page=listing.paging.page,
        page_size=listing.paging.page_size,
        total=listing.total,
        first=_at(request, 1),
        prev=near.prev,
        next=near.next,
        last=_at(request, listing.last),
    )


def sorts(orders: type[StrEnum]) -> str:
    """What a list can be sorted by, as a pattern: one of the orders, a minus in front turns it round; or none."""
    return rf"^(-?({'|'.join(orders)}))?$"


def neighbours(request: Request, listing: Listing[Row], name: str = "page") -> Neighbours:
    """The pages before and after, for the foot of a table. name: what the address calls this list's page."""
    page = listing.paging.page
    return Neighbours(
        prev=_at(request, page - 1, name) if page > 1 else None,
        next=_at(request, page + 1, name) if page < listing.last else None,
    )


def _at(request: Request, page: int, name: str = "page") -> str:
    url = request.url.include_query_params(**{name: page})
    return f"{url.path}?{url.query}"
