"""Certificates: the public page of a certificate's status, and the document for the house."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel
from sqlalchemy import true

from api.access import allowed, allowed_to_anyone
from api.door import Door
from api.letter import pdf
from api.listing import CAMEL, Asked
from api.page import page
from api.sight import sight
from api.typed import Day
from press.certificate import certificate_file
from records import clock
from records.queries.certificate import CertificateLine, certificate_of_number, signed_pdf
from records.queries.directory import present_number
from scheme.certificate import Status
from scheme.days import local_day
from scheme.language import Language
from scheme.people import Action

router = APIRouter()
Anyone = Annotated[Door, allowed_to_anyone()]
Reader = Annotated[Door, allowed(Action.SEE_FARMS)]
Version = Annotated[int | None, Query(ge=1, le=9_999)]


@dataclass(frozen=True)
class PublicStatus:
    """What anybody may know of a certificate. present: the number that counts for this farm, where it is another."""

    number: str
    line: CertificateLine
    name: str
    city: str
    day: date
    present: str | None


class CertificateStatusJson(BaseModel):
    """A certificate's status on a day. since: the first day it held; present: the number that counts instead."""

    model_config = CAMEL

    number: str
    farm: str
    municipality: str
    on: date
    status: Status
    since: date
    valid_from: date
    valid_until: date
    present: str | None = None


@router.get("/c/{number}", include_in_schema=False)
async def show_status(request: Request, number: str, door: Anyone) -> HTMLResponse:
    """What a certificate is today, for whoever holds the paper; a number that none bears is said so."""
    found = await _status(door, number, None)
    if found is None:
        return page(request, door, "certificate/unknown.html", status=404, number=_tidy(number)[:40])
    return page(request, door, "certificate/status.html", found=found)


@router.get(
    "/api/v1/certificates/{number}/status", operation_id="readCertificateStatus", tags=["certificates"],
    response_model_exclude_none=True,
)  # fmt: skip
async def show_status_json(number: str, door: Anyone, on: Asked[Day] = None) -> CertificateStatusJson:
    """What a certificate is today, or was on another day; anybody may ask."""
    found = await _status(door, number, on)
    if found is None:
        raise HTTPException(404, "not-found")
    line = found.line
    return CertificateStatusJson(
        number=found.number, farm=found.name, municipality=found.city, on=found.day, status=line.standing.status,
        since=line.standing.since, valid_from=line.valid_from, valid_until=line.standing.valid_until,
        present=found.present,
    )  # fmt: skip


@router.get("/certificates/{number}.pdf", include_in_schema=False)
async def show_document(number: str, door: Reader, version: Version = None) -> Response:
    """The signed document as it was made; the newest version unless told."""
    async with door.sessions() as session:
        today = local_day(await clock.now(session))
        if await certificate_of_number(session, sight(door), number, today) is None:
            raise HTTPException(404, "not-found")
        row = await signed_pdf(session, number, version)
    if row is None:
        raise HTTPException(404, "no-document")
    if row.signed is None:
        raise HTTPException(409, "document-in-the-making")
    name = certificate_file(Language(row.words["language"]), number, row.version)
    return pdf(row.signed, name.removesuffix(".pdf"))


async def _status(door: Door, number: str, on: date | None) -> PublicStatus | None:
    async with door.sessions() as session:
        day = on or local_day(await clock.now(session))
        found = await certificate_of_number(session, true(), _tidy(number), day)
        if found is None:
            return None
        line, farm = found
        present = await present_number(session, farm.farm_id, day)
    shown = line.number or _tidy(number)
    return PublicStatus(shown, line, farm.name, farm.city, day, None if present == shown else present)


def _tidy(number: str) -> str:
    return number.strip().upper()
