"""A register file by the JSON API: the same upload, report, confirmation and comparison as by page."""

import uuid
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, HTTPException, Request, UploadFile
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from api.access import allowed
from api.door import Door
from api.handing import IdempotencyKey
from api.listing import CAMEL, AskedPage, Collection, collection
from api.register_upload_file import Shown, confirm, discrepancies, keep, shown
from api.revision import ChangedMeanwhileError, IfMatch
from api.upload_words import mistake_said
from press.sheet_in import table_in
from records.queries.listing import Listing
from records.register_upload import UploadRow
from records.uploading import Ended, map_columns
from scheme.language import Language
from scheme.people import Action
from scheme.register import KINDS, FileKind

router = APIRouter()
Importer = Annotated[Door, allowed(Action.IMPORT_REGISTER)]
HERE = "/api/v1/register-uploads"


class MappingJson(BaseModel):
    """columns: our column by the file's own name for it; a name that is left out is not read."""

    model_config = CAMEL

    kind: FileKind
    columns: dict[str, str]


class MistakeJson(BaseModel):
    """One mistake. column: absent where the whole line is meant; detail: what is wrong and what to do."""

    model_config = CAMEL

    line: int
    column: str | None = None
    value: str
    rule: str
    detail: str


class ReadAsJson(BaseModel):
    """A value that is read otherwise than it stands in the file."""

    model_config = CAMEL

    line: int
    column: str
    value: str
    read_as: str


class UploadJson(BaseModel):
    """An upload and what it would do, or did. seal: the If-Match of its confirmation; waiting: cases that follow.

    readAs: values read otherwise than they stand, the first of `otherwise`.
    """

    model_config = CAMEL

    self_: str = Field(alias="self")
    upload_id: str
    kind: FileKind
    name: str
    uploaded_at: datetime
    committed_at: datetime | None = None
    seal: str
    counts: dict[str, int]
    left_out: list[str]
    read_as: list[ReadAsJson]
    otherwise: int
    columns: dict[str, str]
    lines: list[dict[str, Any]]
    mistakes: int
    problems: list[MistakeJson]
    waiting: int


class DifferenceJson(BaseModel):
    """One difference between the file and the register."""

    model_config = CAMEL

    gap: str
    line: int | None = None
    key: str
    name: str
    column: str
    theirs: str
    ours: str


@router.post("/api/v1/register-uploads", operation_id="uploadRegister", tags=["register"], status_code=201)
async def upload_register_json(
    door: Importer,
    key: IdempotencyKey,
    file: Annotated[UploadFile, File()],
    of: Annotated[FileKind | None, Form()] = None,
) -> JSONResponse:
    """Keep a CSV or XLSX file; what it would do stands at Location. of: as its header says unless told."""
    upload_id = await keep(door, file, of, key)
    return JSONResponse({"uploadId": upload_id}, 201, headers={"Location": f"{HERE}/{upload_id}"})


@router.get(
    "/api/v1/register-uploads/{uploadId}",
    operation_id="readRegisterUpload",
    tags=["register"],
    response_model_exclude_none=True,
)
async def show_upload_json(uploadId: uuid.UUID, door: Importer) -> UploadJson:  # noqa: N803  # the API's name
    """What the file would do, line by line; once imported, what it did."""
    return _json(door.language, await shown(door, uploadId))


@router.put("/api/v1/register-uploads/{uploadId}/mapping", operation_id="mapRegisterUpload", tags=["register"])
async def map_upload_json(uploadId: uuid.UUID, given: MappingJson, door: Importer) -> UploadJson:  # noqa: N803
    """Read the file's columns so; the report is made anew."""
    upload = await shown(door, uploadId)
    unknown = sorted(set(given.columns.values()) - set(KINDS[given.kind].names) - {""})
    if upload.row.committed_at is not None or unknown:
        raise HTTPException(409 if upload.row.committed_at else 422)
    mapping = {name: given.columns.get(name, "") for name in upload.header}
    async with door.sessions.begin() as session:
        row = await session.get_one(UploadRow, str(uploadId), with_for_update=True)
        await map_columns(session, row, given.kind, mapping, table_in)
    return _json(door.language, await shown(door, uploadId))


@router.post("/api/v1/register-uploads/{uploadId}/commit", operation_id="commitRegisterUpload", tags=["register"])
async def commit_upload_json(uploadId: uuid.UUID, door: Importer, seen: IfMatch) -> UploadJson:  # noqa: N803
    """Import exactly what was shown. If-Match: the seal of the report that was seen; again changes nothing."""
    ended = await confirm(door, uploadId, seen.strip('"'))
    if ended is Ended.CHANGED:
        raise ChangedMeanwhileError
    if ended is Ended.WRONG:
        raise HTTPException(422, "register-mistakes")
    return _json(door.language, await shown(door, uploadId))


@router.get(
    "/api/v1/register-uploads/{uploadId}/differences",
    operation_id="reconcileRegisterUpload",
    tags=["register"],
    response_model_exclude_none=True,
)
async def list_differences_json(
    request: Request,
    uploadId: uuid.UUID,  # noqa: N803
    door: Importer,
    paging: AskedPage,
) -> Collection[DifferenceJson]:
    """The file beside the register, as both stand now: only there, only here, differs, unreadable."""
    found = await discrepancies(door, uploadId)
    items = tuple(found[paging.offset : paging.offset + paging.page_size])
    return collection(request, Listing(items, paging, len(found)), DifferenceJson.model_validate)


def _json(language: Language, upload: Shown) -> UploadJson:
    row, report = upload.row, upload.report
    return UploadJson(
        self=f"{HERE}/{row.upload_id}",
        upload_id=row.upload_id,
        kind=upload.kind,
        name=row.name,
        uploaded_at=row.uploaded_at,
        committed_at=row.committed_at,
        seal=upload.seal,
        counts={effect.value: many for effect, many in upload.counts.items()},
        left_out=report["left_out"],
        read_as=[ReadAsJson(**one) for one in report["read_as"]],
        otherwise=report["otherwise"],
        columns={name: row.mapping.get(name, name) for name in upload.header},
        lines=report["lines"],
        mistakes=report["mistakes"],
        problems=[_mistake(language, problem) for problem in report["problems"]],
        waiting=upload.waiting,
    )


def _mistake(language: Language, problem: dict[str, Any]) -> MistakeJson:
    kept = {**problem, "column": problem["column"] or None}
    return MistakeJson(**kept, detail=mistake_said(language, problem))
