"""Saved filters of lists: kept under a name, shared, renamed, removed. None shows a row the viewer may not see."""

import uuid
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import AfterValidator, BaseModel, Field

from api.access import allowed
from api.door import Door
from api.filter_query import check_query
from api.handing import IdempotencyKey
from api.listing import CAMEL
from api.page import page
from api.sight import actor_of
from records.filters import FilterPath, SavedFilter, own_filter, remove_filter, save_filter, saved_filters
from scheme.people import Action, may

router = APIRouter()
Keeper = Annotated[Door, allowed(Action.KEEP_ACCOUNT)]
SEEN = {
    FilterPath.FARMS: Action.SEE_FARMS,
    FilterPath.LETTERS: Action.SEE_LETTERS,
    FilterPath.TASKS: Action.SEE_TASKS,
}
LONGEST_NAME = 80
LONGEST_QUERY = 1_000


def _tidy_query(query: str) -> str:
    """Without the page, and without what was left empty: the next page's address is no other filter."""
    kept = [(name, value) for name, value in parse_qsl(query.removeprefix("?")) if name != "page"]
    return urlencode(kept)


Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
Query = Annotated[str, Field(max_length=LONGEST_QUERY), AfterValidator(_tidy_query)]


class FilterForm(BaseModel):
    """The form under a list. query: of the list's address; key: one per form."""

    path: FilterPath
    query: Query = ""
    name: str = Field("", max_length=LONGEST_NAME)
    shared: bool = False
    key: uuid.UUID


class RenameForm(BaseModel):
    """A new name, and whether others find it."""

    name: str = Field("", max_length=LONGEST_NAME)
    shared: bool = False


class NewFilterJson(BaseModel):
    """A filter to keep. query: of the list's address, without `?`."""

    model_config = CAMEL

    path: FilterPath
    query: Query
    name: Name
    shared: bool = False


class ChangedFilterJson(BaseModel):
    """A new name, and whether others find it."""

    model_config = CAMEL

    name: Name
    shared: bool


class FilterJson(BaseModel):
    """A saved filter. address: the list with it; mine: whether you may change it; owner: by name."""

    model_config = CAMEL

    filter_id: str
    path: FilterPath
    name: str
    query: str
    shared: bool
    mine: bool
    owner: str
    address: str


class FiltersJson(BaseModel):
    """Yours, and those that others share."""

    model_config = CAMEL

    items: list[FilterJson]


@router.get("/filters", include_in_schema=False)
async def list_filters(request: Request, door: Keeper) -> HTMLResponse:
    """All of them, with their forms."""
    return await _list(request, door)


@router.post("/filters", include_in_schema=False)
async def keep_filter(request: Request, form: Annotated[FilterForm, Form()], door: Keeper) -> Response:
    """Keep the filter of a list, and go back to it."""
    if not form.name.strip():
        return await _list(request, door, status=422, wrong="new", tried=form)
    await _keep(door, form.key, form.path, form.name.strip(), form.query, shared=form.shared)
    return RedirectResponse(f"{form.path.value}?{form.query}", status_code=303)


@router.post("/filters/{filter_id}", include_in_schema=False)
async def change_filter(
    request: Request, filter_id: str, form: Annotated[RenameForm, Form()], door: Keeper
) -> Response:
    """Give it another name, share it or keep it to oneself."""
    if not form.name.strip():
        return await _list(request, door, status=422, wrong=filter_id)
    await _change(door, filter_id, form.name.strip(), shared=form.shared)
    return RedirectResponse("/filters", status_code=303)


@router.post("/filters/{filter_id}/removal", include_in_schema=False)
async def drop_filter(filter_id: str, door: Keeper) -> RedirectResponse:
    """Remove it."""
    await _remove(door, filter_id)
    return RedirectResponse("/filters", status_code=303)


@router.get("/api/v1/filters", operation_id="listFilters", tags=["filters"])
async def list_filters_json(door: Keeper) -> FiltersJson:
    """Your saved filters, and those that others share."""
    return FiltersJson(items=[_json(one) for one in await _all(door)])


@router.post("/api/v1/filters", operation_id="saveFilter", tags=["filters"], status_code=201)
async def keep_filter_json(given: NewFilterJson, door: Keeper, key: IdempotencyKey) -> FilterJson:
    """Keep a filter under a name."""
    await _keep(door, key, given.path, given.name, given.query, shared=given.shared)
    return next(_json(one) for one in await _all(door) if one.filter_id == str(key))


@router.put("/api/v1/filters/{filterId}", operation_id="changeFilter", tags=["filters"])
async def change_filter_json(filterId: str, given: ChangedFilterJson, door: Keeper) -> FilterJson:  # noqa: N803
    """Rename a filter, share it or keep it to yourself."""
    await _change(door, filterId, given.name, shared=given.shared)
    return next(_json(one) for one in await _all(door) if one.filter_id == filterId)


@router.delete("/api/v1/filters/{filterId}", operation_id="removeFilter", tags=["filters"], status_code=204)
async def drop_filter_json(filterId: str, door: Keeper) -> Response:  # noqa: N803  # the API's name
    """Remove a filter."""
    await _remove(door, filterId)
    return Response(status_code=204)


async def _list(
    request: Request, door: Door, *, status: int = 200, wrong: str | None = None, tried: FilterForm | None = None
) -> HTMLResponse:
    filters = await _all(door)
    return page(request, door, "filter/list.html", status=status, filters=filters, wrong=wrong, tried=tried)


async def _all(door: Door) -> tuple[SavedFilter, ...]:
    async with door.sessions() as session:
        found = await saved_filters(session, actor_of(door).person)
    return tuple(one for one in found if may(actor_of(door), SEEN[one.path]))


async def _keep(door: Door, key: uuid.UUID, path: FilterPath, name: str, query: str, *, shared: bool) -> None:
    check_query(path, query)
    async with door.sessions.begin() as session:
        await save_filter(session, key, actor_of(door).person, path, name, query, shared=shared)


async def _change(door: Door, filter_id: str, name: str, *, shared: bool) -> None:
    async with door.sessions.begin() as session:
        row = await own_filter(session, filter_id, actor_of(door).person)
        if row is None:
            raise HTTPException(404, "not-found")
        row.name, row.shared = name, shared


async def _remove(door: Door, filter_id: str) -> None:
    async with door.sessions.begin() as session:
        row = await own_filter(session, filter_id, actor_of(door).person)
        if row is None:
            raise HTTPException(404, "not-found")
        await remove_filter(session, row)


def _json(one: SavedFilter) -> FilterJson:
    return FilterJson.model_validate(one)
