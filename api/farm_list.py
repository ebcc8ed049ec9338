"""The list of farms: searched, sifted, sorted, with the columns one chooses, and as a file."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BeforeValidator, Field

from api.access import allowed
from api.door import Door
from api.farm_json import FarmLineJson, line_json
from api.listing import AskedPage, Collection, collection, neighbours, sorts
from api.page import page
from api.sheet_response import SheetKind, sheet_response
from api.sight import actor_of, sight
from api.typed import Day, Year
from api.words import noted, said, translate
from records.filters import FilterPath, saved_filters
from records.queries.farm import FarmLine, body_names, farm_known_by, farms
from records.queries.farm_sieve import FarmOrder, FarmSieve
from records.queries.listing import Paging
from records.queries.running import Runs
from scheme.choice import State
from scheme.choice_round import Country
from scheme.farmer import Standing
from scheme.language import Language
from scheme.people import Action

router = APIRouter()
Reader = Annotated[Door, allowed(Action.SEE_FARMS)]
Exporter = Annotated[Door, allowed(Action.EXPORT_FARMS)]
EXPORTED_AT_ONCE = 500


class FarmColumn(StrEnum):
    """Columns one may choose, in the order in which they stand."""

    NUMBER = "number"
    NAME = "name"
    HOLDER = "holder"
    POSTCODE = "postcode"
    CITY = "city"
    LANGUAGE = "language"
    EMAIL = "email"
    PHONE = "phone"
    ENTERPRISE_NUMBER = "enterpriseNumber"
    HERD_NUMBER = "herdNumber"
    CERTIFICATE_NUMBER = "certificateNumber"
    EXPIRES_ON = "expiresOn"
    STATE = "state"
    BODY = "body"
    CERTIFICATION_BODY = "certificationBody"
    DAIRY = "dairy"


C = FarmColumn
USUAL = (C.NUMBER, C.NAME, C.CITY, C.EXPIRES_ON, C.STATE, C.BODY)
LABELS = {
    C.NUMBER: noted("Number"),
    C.NAME: noted("Name"),
    C.HOLDER: noted("Holder"),
    C.POSTCODE: noted("Postcode"),
    C.CITY: noted("Place"),
    C.LANGUAGE: noted("Language"),
    C.EMAIL: noted("Mail"),
    C.PHONE: noted("Telephone"),
    C.ENTERPRISE_NUMBER: noted("Enterprise number"),
    C.HERD_NUMBER: noted("Herd number"),
    C.CERTIFICATE_NUMBER: noted("Certificate"),
    C.EXPIRES_ON: noted("Certificate until"),
    C.STATE: noted("Where it stands"),
    C.BODY: noted("Inspection body"),
    C.CERTIFICATION_BODY: noted("Certification body"),
    C.DAIRY: noted("Dairy"),
}
SORTED_BY = {
    C.NUMBER: FarmOrder.NUMBER,
    C.NAME: FarmOrder.NAME,
    C.CITY: FarmOrder.CITY,
    C.EXPIRES_ON: FarmOrder.EXPIRES_ON,
}
T = TypeVar("T")


@dataclass(frozen=True)
class Head:
    """A column's head. sort: address of the list sorted by it, None where it cannot be; turned: how it is now."""

    label: str
    sort: str | None
    turned: str | None


def _unset(given: object) -> object:
    """A form sends what was left empty as an empty text: nothing was asked."""
    return None if given == "" else given


Short = Annotated[str, Field(max_length=20)]
Asked = Annotated[T | None, BeforeValidator(_unset), Query()]


def sieve(  # noqa: PLR0913, PLR0917  # one argument per filter of the address
    q: Annotated[str, Query(max_length=100)] = "",
    standing: Asked[Standing] = None,
    language: Asked[Language] = None,
    country: Asked[Country] = None,
    body: Asked[Short] = None,
    certification_body: Annotated[Short | None, BeforeValidator(_unset), Query(alias="certificationBody")] = None,
    dairy: Asked[Short] = None,
    choice: Asked[State] = None,
    mail: Asked[bool] = None,
    expires_from: Annotated[Day | None, BeforeValidator(_unset), Query(alias="expiresFrom")] = None,
    expires_until: Annotated[Day | None, BeforeValidator(_unset), Query(alias="expiresUntil")] = None,
    round_year: Annotated[Year | None, BeforeValidator(_unset), Query(alias="round")] = None,
    runs: Asked[Runs] = None,
    unasked: Asked[bool] = None,
    sort: Annotated[str, Query(pattern=sorts(FarmOrder))] = "",
) -> FarmSieve:
    """What the address asks for."""
    return FarmSieve(
        q, standing, language, country, body, certification_body, dairy, choice, mail, expires_from, expires_until,
        round_year, runs, unasked, sort,
    )  # fmt: skip


AskedSieve = Annotated[FarmSieve, Depends(sieve)]
AskedColumns = Annotated[list[FarmColumn], Query(default_factory=lambda: list(USUAL))]


@router.get("/farms", include_in_schema=False)
async def list_farms(
    request: Request, door: Reader, paging: AskedPage, sieve: AskedSieve, columns: AskedColumns
) -> Response:
    """The list; a whole number that only one farm is known by leads straight to that farm."""
    async with door.sessions() as session:
        known = await farm_known_by(session, sight(door), sieve.q) if sieve.q.strip() else None
        if known is not None:
            return RedirectResponse(f"/farms/{known}", status_code=303)
        listing = await farms(session, sight(door), sieve, paging)
        bodies = await body_names(session)
        filters = await saved_filters(session, actor_of(door).person, FilterPath.FARMS)
    chosen = _ordered(columns)
    shown: dict[str, Any] = {
        "listing": listing, "sieve": sieve, "to": neighbours(request, listing), "columns": chosen, "bodies": bodies,
        "heads": [_head(request, sieve, column) for column in chosen], "every_column": tuple(FarmColumn),
        "labels": LABELS, "filters": filters,
        "filter_key": uuid.uuid4(), "value": VALUES, "standings": tuple(Standing), "countries": tuple(Country),
        "choices": tuple(State), "runs": tuple(Runs),
        "files": {kind: _address(request, f"/farms.{kind.value}") for kind in SheetKind},
    }  # fmt: skip
    return page(request, door, "farm/list.html", **shown)


@router.get("/farms.{kind}", include_in_schema=False)
async def export_farms(door: Exporter, kind: SheetKind, sieve: AskedSieve, columns: AskedColumns) -> Response:
    """The whole list, as it is sifted and sorted, with the chosen columns."""
    chosen = _ordered(columns)
    header = [translate(door.language, LABELS[column]) for column in chosen]
    lines = await _all(door, sieve)
    rows = ([_value(door.language, line, column) for column in chosen] for line in lines)
    return sheet_response(translate(door.language, noted("Farms")), header, rows, kind)


@router.get("/api/v1/farms", operation_id="listFarms", tags=["farms"], response_model_exclude_none=True)
async def list_farms_json(
    request: Request, door: Reader, paging: AskedPage, sieve: AskedSieve
) -> Collection[FarmLineJson]:
    """Farms that you may see. q: any number a farm is or was known by, its name, holder, place or dairy."""
    async with door.sessions() as session:
        return collection(request, await farms(session, sight(door), sieve, paging), line_json)


async def _all(door: Door, sieve: FarmSieve) -> list[FarmLine]:
    found: list[FarmLine] = []
    async with door.sessions() as session:
        number, last = 1, 1
        while number <= last:
            listing = await farms(session, sight(door), sieve, Paging(number, EXPORTED_AT_ONCE))
            found.extend(listing.items)
            number, last = number + 1, listing.last
    return found


def _ordered(columns: Sequence[FarmColumn]) -> tuple[FarmColumn, ...]:
    """The chosen columns in their order; the number stands always, for it leads to the farm."""
    return tuple(column for column in FarmColumn if column in columns or column is FarmColumn.NUMBER)


def _head(request: Request, sieve: FarmSieve, column: FarmColumn) -> Head:
    by = SORTED_BY.get(column)
    if by is None:
        return Head(LABELS[column], None, None)
    turned = {by.value: "ascending", f"-{by.value}": "descending"}.get(sieve.sort)
    wanted = f"-{by.value}" if turned == "ascending" else by.value
    url = request.url.remove_query_params("page").include_query_params(sort=wanted)
    return Head(LABELS[column], f"{url.path}?{url.query}", turned)


def _address(request: Request, path: str) -> str:
    query = request.url.remove_query_params("page").query
    return f"{path}?{query}" if query else path


VALUES: dict[FarmColumn, Callable[[FarmLine], object]] = {
    C.NUMBER: lambda line: line.farm_id,
    C.NAME: lambda line: line.name,
    C.HOLDER: lambda line: line.holder,
    C.POSTCODE: lambda line: line.postcode,
    C.CITY: lambda line: line.city,
    C.LANGUAGE: lambda line: Language(line.language),
    C.EMAIL: lambda line: line.email,
    C.PHONE: lambda line: line.phone,
    C.ENTERPRISE_NUMBER: lambda line: line.enterprise_number,
    C.HERD_NUMBER: lambda line: line.herd_number,
    C.CERTIFICATE_NUMBER: lambda line: line.certificate_number,
    C.EXPIRES_ON: lambda line: line.expires_on,
    C.STATE: lambda line: line.standing if line.stopped_on or line.choice is None else line.choice,
    C.BODY: lambda line: line.body,
    C.CERTIFICATION_BODY: lambda line: line.certification_body,
    C.DAIRY: lambda line: line.dairy,
}


def _value(language: Language, line: FarmLine, column: FarmColumn) -> object:
    """The value as it stands in a file: stored words said, days as days."""
    value = VALUES[column](line)
    return said(language, value) if isinstance(value, StrEnum) else value
