"""Paper letters, printed together (design.md §8): one PDF for the printer, and which letters it holds."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from pydantic import BaseModel

from api.access import allowed
from api.door import Door
from api.letter import pdf
from api.listing import CAMEL
from api.page import page
from api.printing import print_batch
from api.rendering import bound
from api.sight import sight
from records.queries.letter import batch, batch_rows, batches, letters_of_batch, to_print
from records.queries.print_copy import copies_of
from scheme.people import Action

router = APIRouter()
Reader = Annotated[Door, allowed(Action.SEE_LETTERS)]
Printer = Annotated[Door, allowed(Action.PRINT_LETTERS)]


class BatchJson(BaseModel):
    """letters: how many were printed; batchId is absent when none waited."""

    model_config = CAMEL

    batch_id: str | None = None
    letters: int


@router.get("/print-batches", include_in_schema=False)
async def list_batches(request: Request, door: Reader) -> HTMLResponse:
    """What was printed when, and how many letters wait."""
    async with door.sessions() as session:
        shown: dict[str, Any] = {"batches": await batches(session), "to_print": await to_print(session)}
    return page(request, door, "print_batch/list.html", **shown)


@router.post("/print-batches", include_in_schema=False)
async def print_letters(door: Printer) -> RedirectResponse:
    """Make one PDF of all letters that wait for the printer."""
    printed = await print_batch(door)
    return RedirectResponse("/print-batches" if printed is None else f"/print-batches/{printed.batch_id}", 303)


@router.get("/print-batches/{batch_id}", include_in_schema=False)
async def show_batch(request: Request, batch_id: str, door: Reader) -> HTMLResponse:
    """One batch: its PDF and its letters."""
    async with door.sessions() as session:
        found = await batch(session, batch_id)
        rows, copies = await letters_of_batch(session, sight(door), batch_id), await copies_of(session, batch_id)
    if found is None:
        raise HTTPException(404, "not-found")
    return page(request, door, "print_batch/page.html", batch=found, letters=rows, copies=copies, key=uuid.uuid4())


@router.get("/print-batches/{batch_id}/pdf", include_in_schema=False)
async def show_batch_pdf(batch_id: str, door: Reader) -> Response:
    """All letters of the batch, bound in the order of the list."""
    async with door.sessions() as session:
        rows = await batch_rows(session, batch_id)
    if not rows:
        raise HTTPException(404, "not-found")
    return pdf(await bound(door, rows), f"print-batch-{batch_id}")


@router.post(
    "/api/v1/print-batches",
    operation_id="printLetters",
    tags=["letters"],
    status_code=201,
    response_model=BatchJson,
    responses={200: {"model": BatchJson, "description": "No letter waits"}},
)
async def print_letters_json(door: Printer) -> JSONResponse:
    """Print all letters that wait; 200 with `letters: 0` when none does."""
    printed = await print_batch(door)
    if printed is None:
        return JSONResponse({"letters": 0}, 200)
    told = BatchJson(batch_id=printed.batch_id, letters=printed.letters)
    where = {"Location": f"/print-batches/{printed.batch_id}/pdf"}
    return JSONResponse(told.model_dump(by_alias=True), 201, headers=where)
