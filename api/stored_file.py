"""A file that somebody sent, shown to whoever may see its farm (docs/files.md)."""

import uuid
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from api.access import allowed
from api.door import Door
from api.farm_file import note_reading
from api.sight import actor_of, sight
from records.queries.stored_file import FileRead, file_read
from records.scanner import scanner_of
from scheme.people import Action, Actor
from scheme.stored_file import MediaType, ScanState

router = APIRouter()
Reader = Annotated[Door, allowed(Action.SEE_FILES)]


@router.get("/files/{file_id}", include_in_schema=False)
async def show_file(file_id: uuid.UUID, door: Reader) -> Response:
    """The file; that it was opened is noted."""
    return await _answer(door, file_id)


@router.get(
    "/api/v1/files/{fileId}",
    operation_id="getFile",
    tags=["files"],
    response_class=Response,
    responses={200: {"description": "The file", "content": {one.value: {} for one in MediaType}}},
)
async def get_file(fileId: uuid.UUID, door: Reader) -> Response:  # noqa: N803  # the name in the address
    """A file that was sent with a report or as a proof."""
    return await _answer(door, fileId)


async def _answer(door: Door, file_id: uuid.UUID) -> Response:
    async with door.sessions.begin() as session:
        file = await file_read(session, sight(door), str(file_id))
        if file is None:
            raise HTTPException(404, "not-found")
        answer = shown_file(door, file, actor_of(door))
        await note_reading(session, door, file.farm_id)
    return answer


def shown_file(door: Door, file: FileRead, reader: Actor) -> Response:
    """The file for this reader; HTTPException 410 where the scanner refused it, 409 where it has yet to look."""
    _check_scan(door, file, reader)
    # Pictures and PDFs are all there is: the browser shows them itself, and takes them for nothing else (nosniff).
    headers = {
        "Content-Disposition": f"inline; filename*=UTF-8''{quote(file.name, safe='')}",
        "Cache-Control": "no-store",
    }
    return Response(file.content, media_type=file.media_type.value, headers=headers)


def _check_scan(door: Door, file: FileRead, reader: Actor) -> None:
    """Whoever sent it sees it at once; others when the scanner has looked, where the house has one."""
    if file.scan_state is ScanState.INFECTED:
        raise HTTPException(410, "file-infected")
    own = file.person == reader.person
    if file.scan_state is ScanState.UNSCANNED and not own and scanner_of(door.settings) is not None:
        raise HTTPException(409, "file-unscanned")
