"""Printed letters are printed again, whole batches or single sheets; our books say that it is a copy."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel, Field

from api.access import allowed
from api.door import Door
from api.handing import IdempotencyKey
from api.listing import CAMEL
from api.print_batch import BatchJson
from api.sight import actor_of
from records.printing import Batch
from records.reprinting import reprint
from scheme.people import Action

router = APIRouter()
Printer = Annotated[Door, allowed(Action.PRINT_LETTERS)]


class ReprintForm(BaseModel):
    """Which letters, all where none is marked, and whether the first sheets are damaged; key: one per form."""

    letter: list[str] = Field(default=[])
    damaged: bool = False
    key: uuid.UUID = Field(default_factory=uuid.uuid4)


class ReprintJson(BaseModel):
    """letters: by their keys, all of the batch when absent; damaged: the earlier sheets are of no use any more."""

    model_config = CAMEL

    letters: list[str] = Field(default=[])
    damaged: bool = False


@router.post("/print-batches/{batch_id}/copies", include_in_schema=False)
async def print_again(batch_id: str, form: Annotated[ReprintForm, Form()], door: Printer) -> RedirectResponse:
    """Make the copy and show it, with its PDF."""
    made = await _reprint(door, batch_id, form.letter, form.key, damaged=form.damaged)
    return RedirectResponse(f"/print-batches/{made.batch_id}", status_code=303)


@router.post(
    "/api/v1/print-batches/{batchId}/copies",
    operation_id="reprintLetters",
    tags=["letters"],
    status_code=201,
    response_model=BatchJson,
)
async def print_again_json(
    batchId: str,  # noqa: N803  # as it stands in the address
    wanted: ReprintJson,
    key: IdempotencyKey,
    door: Printer,
) -> JSONResponse:
    """Print letters of a batch again; the PDF stands at the address in Location, the same bytes as the first time."""
    made = await _reprint(door, batchId, wanted.letters, key, damaged=wanted.damaged)
    told = BatchJson(batch_id=made.batch_id, letters=made.letters)
    where = {"Location": f"/print-batches/{made.batch_id}/pdf"}
    return JSONResponse(told.model_dump(by_alias=True), 201, headers=where)


async def _reprint(door: Door, batch_id: str, letters: list[str], key: uuid.UUID, *, damaged: bool) -> Batch:
    async with door.sessions.begin() as session:
        made = await reprint(session, actor_of(door), batch_id, letters, key, damaged=damaged)
    if made is None:
        raise HTTPException(404, "not-found")
    return made
