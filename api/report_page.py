"""The report of an audit on a telephone in the stable: an overview, a page for each module, and handing it in.

Each page works as a plain form; the script saves each tap at once, also where there is no connection (docs/report.md).
"""

import uuid
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from api.access import allowed, allowed_to_anyone
from api.door import Door
from api.handing import refusal_of
from api.page import page
from api.report_case import OTHER_DAY, OpenReport, report_of
from api.report_form import Saved, bases, save
from api.report_handing import Incomplete, hand_in_report
from api.report_view import ItemView, ModuleView, item_view, module_view, value_said
from api.sight import actor_of
from api.static import FOLDER
from records.queries.audit_report import answers_at
from scheme.audit_report import SURROUNDINGS_ASKED, Assessment, Item, Lack, findings
from scheme.errors import Refusal
from scheme.lastenboek.outcome import Surroundings
from scheme.people import Action

router = APIRouter()
Reader = Annotated[Door, allowed(Action.SEE_REPORT)]
Auditor = Annotated[Door, allowed(Action.REPORT_AUDIT)]
Anyone = Annotated[Door, allowed_to_anyone()]
SCOPE = "/audits/"


@router.get("/audits-worker.js", include_in_schema=False)
async def show_worker(door: Anyone) -> FileResponse:
    """The script that lets the pages of a report open without a network; it serves those pages alone."""
    del door
    headers = {"Service-Worker-Allowed": SCOPE, "Cache-Control": "no-cache"}
    return FileResponse(FOLDER / "report" / "worker.js", media_type="text/javascript", headers=headers)


@router.get("/audits/{audit_id}/report", include_in_schema=False)
async def show_report(request: Request, audit_id: str, door: Reader) -> HTMLResponse:
    """The overview: what is filled in, and what is left."""
    return _overview(request, door, await report_of(door, audit_id), Saved())


@router.post("/audits/{audit_id}/report", include_in_schema=False)
async def save_general(request: Request, audit_id: str, door: Auditor) -> Response:
    """What is asked of the audit as a whole: its day."""
    report = await report_of(door, audit_id)
    saved = await _save(request, door, audit_id, report.checklist.general)
    if saved.whole:
        return RedirectResponse(f"/audits/{audit_id}/report", 303)
    return _overview(request, door, await report_of(door, audit_id), saved)


@router.get("/audits/{audit_id}/report/hand-in", include_in_schema=False)
async def ask_hand_in(request: Request, audit_id: str, door: Reader) -> HTMLResponse:
    """What is missing, and what the report says once it is handed in."""
    return _hand_in_page(request, door, await report_of(door, audit_id))


@router.post("/audits/{audit_id}/report/hand-in", include_in_schema=False)
async def hand_in(request: Request, audit_id: str, key: Annotated[uuid.UUID, Form()], door: Auditor) -> Response:
    """Hand it in; where something is missing or a rule refuses, say so and keep all that was filled in."""
    handed = await hand_in_report(door, audit_id, key)
    refused = None if isinstance(handed, Incomplete) else refusal_of(handed)
    if isinstance(handed, Incomplete) or refused is not None:
        return _hand_in_page(request, door, await report_of(door, audit_id), refused=refused, status=422)
    return RedirectResponse(f"/audits/{audit_id}", 303)


@router.get("/audits/{audit_id}/report/{module}", include_in_schema=False)
async def show_module(request: Request, audit_id: str, module: str, door: Reader) -> HTMLResponse:
    """A module's requirements, with what was found of each."""
    report = await report_of(door, audit_id)
    return _module(request, door, report, _asked(report, module), Saved())


@router.post("/audits/{audit_id}/report/{module}", include_in_schema=False)
async def save_module(request: Request, audit_id: str, module: str, door: Auditor) -> Response:
    """Save the page."""
    report = await report_of(door, audit_id)
    asked = _asked(report, module)
    saved = await _save(request, door, audit_id, report.checklist.items_of(asked))
    if saved.whole:
        return RedirectResponse(f"/audits/{audit_id}/report/{module}", 303)
    return _module(request, door, await report_of(door, audit_id), asked, saved)


async def _save(request: Request, door: Door, audit_id: str, items: tuple[Item, ...]) -> Saved:
    form = await request.form()
    async with door.sessions() as session:
        shown = await answers_at(session, audit_id, bases(form, items))
    return await save(door, audit_id, form, items, shown)


def _asked(report: OpenReport, module: str) -> str:
    if module not in report.checklist.modules:
        raise HTTPException(404, "not-found")
    return module


def _overview(request: Request, door: Door, report: OpenReport, saved: Saved) -> HTMLResponse:
    general = [item_view(door.language, report, one, saved) for one in report.checklist.general]
    shown = _shared(door, report) | {"general": general, "saved": saved}
    return page(request, door, "audit_report/page.html", status=_status(saved), **shown)


def _hand_in_page(
    request: Request, door: Door, report: OpenReport, *, refused: Refusal | None = None, status: int = 200
) -> HTMLResponse:
    shown = _shared(door, report) | {"found": _found(door, report), "refused": refused, "other_day_said": OTHER_DAY}
    return page(request, door, "audit_report/hand_in.html", status=status, **shown)


def _module(request: Request, door: Door, report: OpenReport, module: str, saved: Saved) -> HTMLResponse:
    shown = _shared(door, report) | {"module": module_view(door.language, report, module, saved), "saved": saved}
    return page(request, door, "audit_report/module.html", status=_status(saved), **shown)


def _status(saved: Saved) -> int:
    """409 where another device was first, 422 where something is not taken."""
    if saved.whole:
        return 200
    return 409 if saved.met else 422


def _shared(door: Door, report: OpenReport) -> dict[str, Any]:
    modules = [module_view(door.language, report, one, Saved()) for one in report.checklist.modules]
    return {
        "report": report, "case": report.case, "modules": modules, "lack_of": Lack, "assessments": tuple(Assessment),
        "surroundings": tuple(Surroundings), "value_said": partial(value_said, door.language),
        "general": [item_view(door.language, report, one, Saved()) for one in report.checklist.general],
        "person": actor_of(door).person, "surroundings_asked": SURROUNDINGS_ASKED,
        "path": f"/audits/{report.case.case_id}/report", "api": f"/api/v1/audits/{report.case.case_id}/report",
    }  # fmt: skip


def _found(door: Door, report: OpenReport) -> tuple[tuple[ModuleView, ItemView], ...]:
    """The findings, each with its module."""
    wanted = {Item(line.number) for line in findings(report.checklist, report.draft.answers)}
    modules = [module_view(door.language, report, one, Saved()) for one in report.checklist.modules]
    return tuple((module, item) for module in modules for item in module.items if item.item in wanted)
