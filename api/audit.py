"""Periodic audits: the list, a week of visits, and one audit with what was found (design.md §7, §16)."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import Field

from api.access import allowed
from api.audit_json import AuditJson, AuditLineJson, audit_json, line_json
from api.door import Door
from api.farm_file import note_reading
from api.listing import Asked, AskedPage, Collection, collection, neighbours, sorts
from api.page import page
from api.sight import sight
from api.typed import Day
from records import clock
from records.queries.audit import AuditFile, audit_of
from records.queries.audit_list import AuditOrder, AuditSieve, audits, visits_between
from records.queries.farm import body_names
from scheme.days import local_day, start_of_day
from scheme.people import Action
from scheme.periodic_audit import State

router = APIRouter()
Reader = Annotated[Door, allowed(Action.SEE_AUDITS)]
Short = Annotated[str, Field(max_length=20)]
WEEK = timedelta(days=7)


def sieve(  # one argument per filter of the address
    state: Asked[State] = None,
    body: Asked[Short] = None,
    auditor: Asked[Short] = None,
    farm_id: Annotated[Short | None, Query(alias="farmId")] = None,
    open_only: Annotated[bool | None, Query(alias="open")] = None,
    sort: Annotated[str, Query(pattern=sorts(AuditOrder))] = "",
) -> AuditSieve:
    """What the address asks for."""
    return AuditSieve(state, body, auditor, farm_id or None, open_only, sort)


AskedSieve = Annotated[AuditSieve, Depends(sieve)]


@router.get("/audits", include_in_schema=False)
async def list_audits(request: Request, door: Reader, paging: AskedPage, sieve: AskedSieve) -> HTMLResponse:
    """Audits of the farms this visitor sees."""
    async with door.sessions() as session:
        listing = await audits(session, sight(door), sieve, paging)
        bodies = await body_names(session)
        today = local_day(await clock.now(session))
    return page(
        request, door, "audit/list.html", listing=listing, to=neighbours(request, listing), sieve=sieve, bodies=bodies,
        states=list(State), today=today,
    )  # fmt: skip


@router.get("/audits/calendar", include_in_schema=False)
async def show_calendar(request: Request, door: Reader, week: Asked[Day] = None) -> HTMLResponse:
    """The visits of one week, day by day; week: any day of it."""
    async with door.sessions() as session:
        today = local_day(await clock.now(session))
        monday = _monday(week or today)
        first, last = start_of_day(monday), start_of_day(monday + WEEK)
        visits = await visits_between(session, sight(door), first, last)
    days = [monday + timedelta(days=place) for place in range(7)]
    by_day = {day: [one for one in visits if one.visit_at and local_day(one.visit_at) == day] for day in days}
    return page(
        request, door, "audit/calendar.html", days=by_day, monday=monday, before=monday - WEEK, after=monday + WEEK,
        today=today, many=len(visits),
    )  # fmt: skip


@router.get("/audits/{audit_id}", include_in_schema=False)
async def show_audit(request: Request, audit_id: str, door: Reader) -> HTMLResponse:
    """One audit: where it stands, what is next, what was found."""
    file, today = await file_of(door, audit_id)
    return page(request, door, "audit/page.html", file=file, today=today)


@router.get("/api/v1/audits", operation_id="listAudits", tags=["audits"], response_model_exclude_none=True)
async def list_audits_json(
    request: Request, door: Reader, paging: AskedPage, sieve: AskedSieve
) -> Collection[AuditLineJson]:
    """Audits of the farms this visitor sees."""
    async with door.sessions() as session:
        listing = await audits(session, sight(door), sieve, paging)
    return collection(request, listing, line_json)


@router.get("/api/v1/audits/{auditId}", operation_id="readAudit", tags=["audits"], response_model_exclude_none=True)
async def show_audit_json(auditId: str, door: Reader) -> AuditJson:  # noqa: N803  # the API's name
    """One audit with what was found."""
    file, _today = await file_of(door, auditId)
    return audit_json(file, door.language)


async def file_of(door: Door, audit_id: str) -> tuple[AuditFile, date]:
    """The audit and the scheme's day; HTTPException 404 when the visitor may not see such a one."""
    async with door.sessions.begin() as session:
        file = await audit_of(session, sight(door), audit_id)
        if file is None:
            raise HTTPException(404, "not-found")
        if door.actor is not None:
            await note_reading(session, door, file.audit.farm_id)
        return file, local_day(await clock.now(session))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
