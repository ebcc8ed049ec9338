"""A farm's file for an assessor, in the order of ISO/IEC 17065: page, JSON and pack (docs/assessor-file.md)."""

import asyncio
from collections.abc import Iterator
from datetime import date, datetime
from typing import IO, Annotated

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse
from pydantic import BaseModel, Field
from starlette.background import BackgroundTask

from api.access import allowed
from api.assessor_clause import clauses_of
from api.assessor_pack import packed
from api.assessor_print import printed_file
from api.door import Door
from api.farm_file import note_reading
from api.listing import CAMEL
from api.page import page
from api.sight import actor_of, sight
from press.assessor_file import FileClause, typeset_file
from press.letter import CannotTypesetError
from records import clock
from records.queries.assessor_file import Held, held_of
from records.queries.farm import farm
from records.tying import ties_of
from scheme.days import local_day
from scheme.people import Action

router = APIRouter()
Reader = Annotated[Door, allowed(Action.SEE_ASSESSOR_FILE)]
PIECE = 1 << 16
ZIP = {"200": {"description": "The pack", "content": {"application/zip": {}}}}


class FileDocumentJson(BaseModel):
    """A document of the pack. sha256: absent for one that was not made; shown: where it can be read."""

    model_config = CAMEL

    path: str
    name: str
    sha256: str | None = None
    shown: str | None = None


class FileLineJson(BaseModel):
    """Who did what, when and on what ground, in the reader's language; refused: tried, and the rules said no."""

    model_config = CAMEL

    at: datetime | date | None = None
    who: str
    what: str
    ground: str
    documents: list[FileDocumentJson]
    refused: bool


class FileClauseJson(BaseModel):
    """A clause of ISO/IEC 17065. note: what is said where no line says it."""

    model_config = CAMEL

    number: str
    title: str
    note: str
    lines: list[FileLineJson]


class AssessorFileJson(BaseModel):
    """A farm's file. asOf: the day on which it stood so; entries, sha256: of its trail; holds: every link does."""

    model_config = CAMEL

    self_: str = Field(alias="self")
    farm_id: str
    name: str
    as_of: date
    entries: int
    sha256: str
    holds: bool
    clauses: list[FileClauseJson]


@router.get("/farms/{farm_id}/file", include_in_schema=False)
async def show_file(request: Request, farm_id: str, door: Reader) -> HTMLResponse:
    """The file as a page; that it was read is noted."""
    held, clauses = await _told(door, farm_id)
    return page(request, door, "assessor_file/page.html", held=held, clauses=clauses)


@router.get("/farms/{farm_id}/file.zip", include_in_schema=False)
async def pack_file(farm_id: str, door: Reader) -> Response:
    """The file as PDF with all its documents, and the hash of each."""
    held, clauses = await _told(door, farm_id)
    try:
        pdf = await asyncio.to_thread(typeset_file, printed_file(held, clauses, door))
    except CannotTypesetError as error:
        raise HTTPException(409, "cannot-typeset") from error
    pack = await packed(door, held, pdf)
    headers = {
        "Content-Disposition": f'attachment; filename="{held.farm.farm_id}-{held.day.isoformat()}.zip"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(
        _pieces(pack), media_type="application/zip", headers=headers, background=BackgroundTask(pack.close)
    )


@router.get(
    "/api/v1/farms/{farmId}/file", operation_id="readAssessorFile", tags=["farms"], response_model_exclude_none=True
)
async def show_file_json(request: Request, farmId: str, door: Reader) -> AssessorFileJson:  # noqa: N803  # the API's name
    """A farm's file in the order of ISO/IEC 17065; that it was read is noted."""
    held, clauses = await _told(door, farmId)
    return AssessorFileJson(
        self=request.url.path, farm_id=held.farm.farm_id, name=held.farm.name, as_of=held.day,
        entries=held.chain.entries, sha256=held.chain.sha256, holds=held.chain.holds,
        clauses=[FileClauseJson.model_validate(one) for one in clauses],
    )  # fmt: skip


async def _told(door: Door, farm_id: str) -> tuple[Held, tuple[FileClause, ...]]:
    async with door.sessions.begin() as session:
        found = await farm(session, sight(door), farm_id)
        if found is None:
            raise HTTPException(404, "not-found")
        held = await held_of(session, found, local_day(await clock.now(session)))
        await note_reading(session, door, farm_id)
        return held, clauses_of(held, await ties_of(session, farm_id), actor_of(door), door.language)


def _pieces(pack: IO[bytes]) -> Iterator[bytes]:
    while piece := pack.read(PIECE):
        yield piece
