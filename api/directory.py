"""The public directory of certified farms, on any day (ISO/IEC 17065, 7.8)."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel

from api import limit
from api.access import allowed_to_anyone
from api.door import Door
from api.limit import Costly
from api.listing import CAMEL, Asked, AskedPage, Collection, collection, neighbours
from api.page import page
from api.sheet_response import SheetKind, sheet_response
from api.typed import Day
from api.words import noted, said, translate
from records import clock
from records.queries.directory import DirectoryLine, directory, whole_directory
from scheme.certificate import Status
from scheme.days import local_day

router = APIRouter()
Anyone = Annotated[Door, allowed_to_anyone()]
Wanted = Annotated[str, Query(max_length=100)]
LABELS = (
    noted("Certificate"), noted("Name"), noted("Municipality"), noted("Status"), noted("Valid until"),
)  # fmt: skip


class DirectoryLineJson(BaseModel):
    """A farm whose certificate counts or is suspended on that day; since: the first day of that status."""

    model_config = CAMEL

    number: str | None = None
    farm: str
    municipality: str
    status: Status
    since: date
    valid_until: date


@router.get("/directory", include_in_schema=False)
async def show_directory(
    request: Request, door: Anyone, paging: AskedPage, q: Wanted = "", on: Asked[Day] = None
) -> HTMLResponse:
    """Certified farms by name; on: as it was on that day."""
    async with door.sessions() as session:
        today = local_day(await clock.now(session))
        listing = await directory(session, on or today, q, paging)
    query = request.url.remove_query_params("page").query
    files = {kind: f"/directory.{kind.value}" + (f"?{query}" if query else "") for kind in SheetKind}
    shown: dict[str, Any] = {"listing": listing, "q": q, "day": on or today, "today": today, "files": files}
    return page(request, door, "directory/page.html", **shown, to=neighbours(request, listing))


@router.get("/directory.{kind}", include_in_schema=False)
async def export_directory(
    request: Request, door: Anyone, kind: SheetKind, q: Wanted = "", on: Asked[Day] = None
) -> Response:
    """The whole directory of that day as a file."""
    limit.spend(request, door, Costly.DIRECTORY)
    async with door.sessions() as session:
        lines = await whole_directory(session, on or local_day(await clock.now(session)), q)
    rows = ((one.number, one.name, one.city, said(door.language, one.status), one.valid_until) for one in lines)
    header = [translate(door.language, label) for label in LABELS]
    return sheet_response(translate(door.language, noted("Certified farms")), header, rows, kind)


@router.get("/api/v1/directory", operation_id="listDirectory", tags=["certificates"], response_model_exclude_none=True)
async def list_directory_json(
    request: Request, door: Anyone, paging: AskedPage, q: Wanted = "", on: Asked[Day] = None
) -> Collection[DirectoryLineJson]:
    """Farms with a certificate on a day, today unless told; q: words of name and municipality, or a number's start."""
    async with door.sessions() as session:
        day = on or local_day(await clock.now(session))
        return collection(request, await directory(session, day, q, paging), _json)


def _json(line: DirectoryLine) -> DirectoryLineJson:
    return DirectoryLineJson(
        number=line.number, farm=line.name, municipality=line.city, status=line.status, since=line.since,
        valid_until=line.valid_until,
    )  # fmt: skip
