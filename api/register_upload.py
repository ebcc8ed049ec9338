"""A register file by page: upload, how its columns are read, what it would do, and doing exactly that."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.access import allowed
from api.door import Door
from api.listing import AskedPage, neighbours
from api.page import page
from api.register_upload_file import Shown, confirm, discrepancies, keep, shown
from api.sheet_response import SheetKind, sheet_response
from api.upload_words import column_said, key_said, mistake_said
from api.words import noted, said, translate
from press.sheet_in import table_in
from records.queries.listing import Listing, Paging
from records.register_upload import UploadRow
from records.uploading import Ended, map_columns, uploads
from scheme.people import Action
from scheme.reconciliation import Discrepancy
from scheme.register import KINDS, FileKind
from scheme.register_report import Effect

router = APIRouter()
Importer = Annotated[Door, allowed(Action.IMPORT_REGISTER)]
LATEST = 20
MOST_READ = 100
HEADS = (
    noted("Difference"), noted("Line"), noted("Number"), noted("Name"), noted("Column"), noted("In the file"),
    noted("In the register"),
)  # fmt: skip


@router.get("/register-uploads", include_in_schema=False)
async def list_uploads(request: Request, door: Importer) -> HTMLResponse:
    """The form of an upload, and the latest ones."""
    return await _list_page(request, door)


@router.post("/register-uploads", include_in_schema=False)
async def upload_register(
    request: Request,
    door: Importer,
    file: Annotated[UploadFile, File()],
    of: Annotated[str, Form()] = "",
    key: Annotated[uuid.UUID | None, Form()] = None,
) -> Response:
    """Keep the file and show what it would do."""
    if not file.filename:
        return await _list_page(request, door, missing=True, status=422)
    upload_id = await keep(door, file, FileKind(of) if of in set(FileKind) else None, key or uuid.uuid4())
    return RedirectResponse(f"/register-uploads/{upload_id}", 303)


@router.get("/register-uploads/{upload_id}", include_in_schema=False)
async def show_upload(
    request: Request, upload_id: uuid.UUID, door: Importer, paging: AskedPage, effect: Effect | None = None
) -> HTMLResponse:
    """What the file would do; once imported, what it did and how far the workflows are."""
    return _upload_page(request, door, await shown(door, upload_id), paging, effect)


@router.get("/register-uploads/{upload_id}/progress", include_in_schema=False)
async def show_upload_progress(request: Request, upload_id: uuid.UUID, door: Importer) -> HTMLResponse:
    """The part of the page that changes while the workflows follow."""
    upload = await shown(door, upload_id)
    return page(request, door, "register_upload/_progress.html", upload=upload)


@router.post("/register-uploads/{upload_id}/mapping", include_in_schema=False)
async def map_upload(request: Request, upload_id: uuid.UUID, door: Importer) -> Response:
    """Read the columns as the form says. Its fields: `of`, and `column-0`, `column-1`… in the file's order."""
    form, upload = await request.form(), await shown(door, upload_id)
    given = form.get("of")
    word = FileKind(given) if given in set(FileKind) else upload.kind
    names = set(KINDS[word].names)
    asked = {name: str(form.get(f"column-{place}") or "") for place, name in enumerate(upload.header)}
    mapping = {name: column if column in names else "" for name, column in asked.items()}
    async with door.sessions.begin() as session:
        row = await session.get_one(UploadRow, str(upload_id), with_for_update=True)
        if row.committed_at is None:
            await map_columns(session, row, word, mapping, table_in)
    return RedirectResponse(f"/register-uploads/{upload_id}", 303)


@router.post("/register-uploads/{upload_id}/commit", include_in_schema=False)
async def commit_register(
    request: Request, upload_id: uuid.UUID, seen: Annotated[str, Form()], door: Importer
) -> Response:
    """Import it; where it would do something else than was shown, show that instead."""
    ended = await confirm(door, upload_id, seen)
    if ended in {Ended.IMPORTED, Ended.ALREADY}:
        return RedirectResponse(f"/register-uploads/{upload_id}", 303)
    upload = await shown(door, upload_id)
    return _upload_page(request, door, upload, Paging(), None, changed=True, status=409)


@router.get("/register-uploads/{upload_id}/differences", include_in_schema=False)
async def list_differences(request: Request, upload_id: uuid.UUID, door: Importer, paging: AskedPage) -> HTMLResponse:
    """The file beside the register, as both stand now."""
    upload, found = await shown(door, upload_id), await discrepancies(door, upload_id)
    items = tuple(found[paging.offset : paging.offset + paging.page_size])
    listing = Listing(items, paging, len(found))
    named = {one.column: column_said(door.language, one.column) for one in items}
    to = neighbours(request, listing)
    values: dict[str, Any] = {"listing": listing, "to": to, "named": named}
    values["key"] = lambda key: key_said(door.language, key)
    return page(request, door, "register_upload/differences.html", upload=upload, **values)


@router.get("/register-uploads/{upload_id}/differences.{kind}", include_in_schema=False)
async def export_differences(upload_id: uuid.UUID, kind: SheetKind, door: Importer) -> Response:
    """All differences as a file."""
    language, found = door.language, await discrepancies(door, upload_id)

    def row(one: Discrepancy) -> tuple[object, ...]:
        column = column_said(language, one.column)
        return said(language, one.gap), one.line, key_said(language, one.key), one.name, column, one.theirs, one.ours

    header = [translate(language, head) for head in HEADS]
    return sheet_response(translate(language, noted("Differences")), header, map(row, found), kind)


async def _list_page(request: Request, door: Door, *, missing: bool = False, status: int = 200) -> HTMLResponse:
    async with door.sessions() as session:
        found = await uploads(session, LATEST)
    shown_ = {
        "uploads": found, "kinds": tuple(FileKind), "kind_of": FileKind, "key": uuid.uuid4(), "missing": missing,
    }  # fmt: skip
    return page(request, door, "register_upload/list.html", status=status, **shown_)


def _upload_page(
    request: Request,
    door: Door,
    upload: Shown,
    paging: Paging,
    effect: Effect | None,
    *,
    changed: bool = False,
    status: int = 200,
) -> HTMLResponse:
    """The page; mistakes come first, for with one of them nothing else happens."""
    report, language = upload.report, door.language
    lines = report["problems"] or [line for line in report["lines"] if effect in {None, line["effect"]}]
    listing = Listing(tuple(lines[paging.offset : paging.offset + paging.page_size]), paging, len(lines))
    values = {
        "upload": upload, "listing": listing, "to": neighbours(request, listing), "effect": effect, "changed": changed,
        "most_read": MOST_READ,
        "effects": (Effect.ADDED, Effect.CHANGED), "effect_of": Effect, "kinds": tuple(FileKind),
        "columns": {name: column_said(language, name) for name in KINDS[upload.kind].names},
        "column": lambda name: column_said(language, name), "mistake": lambda one: mistake_said(language, one),
        "key": lambda key: key_said(language, key),
    }  # fmt: skip
    return page(request, door, "register_upload/page.html", status=status, **values)
