"""The web process: `uvicorn --factory api.app:create_app`. It starts, and says so, when other parts are down."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api import (
    absence,
    account,
    account_json,
    application,
    assessor_file,
    audit,
    audit_verdict,
    audit_visit,
    cancellation,
    certificate,
    certificate_version,
    certification,
    choice,
    choice_code,
    choice_correction,
    choice_round,
    clock,
    dairy,
    directory,
    extension,
    extension_json,
    extra_farm,
    failed_letter,
    farm,
    farm_change,
    farm_list,
    farm_register,
    farm_register_json,
    farmer_audit,
    health,
    hold,
    home,
    inspection_body,
    inspection_body_json,
    letter,
    letter_page,
    letter_replacement,
    matter,
    merger,
    methods,
    move,
    paper_answer,
    parameter,
    person,
    person_json,
    phone_answer,
    print_batch,
    problem,
    proof,
    register_file,
    register_upload,
    register_upload_json,
    report_json,
    report_page,
    reprint,
    requirement_list,
    requirement_list_json,
    round_sheet,
    sample_letter,
    saved_filter,
    second_factor,
    session,
    session_code,
    split,
    status_change,
    status_json,
    status_request,
    stop_correction,
    stored_file,
    takeover,
    task,
    task_act_json,
    task_json,
    task_list,
    tie,
    visit_calendar,
    webhook,
    webhook_json,
)
from api.body_limit import BodyLimit
from api.head import HeadAsGet
from api.headers import AccessLog, SafeHeaders, safe_headers
from api.kept_body import KeptBody
from api.parts import Parts
from api.pulse import Pulse
from api.static import FOLDER, HashedFiles
from api.temporal import connect
from records import database
from settings import Settings

ROUTERS = (
    # /farms/new before /farms/{farm_id}.
    farm_register.router, farm_register_json.router, dairy.router, webhook.router, webhook_json.router,
    inspection_body.router, inspection_body_json.router,
    cancellation.router, failed_letter.router, round_sheet.router, reprint.router, sample_letter.router,
    letter_page.router, assessor_file.router,
    health.router, session.router, home.router, farm_list.router, farm.router, choice_round.router, choice_code.router,
    choice.router, paper_answer.router, matter.router, letter.router, parameter.router, print_batch.router,
    hold.router, clock.router, task_list.router,
    saved_filter.router, task.router, task_json.router, task_act_json.router,
    phone_answer.router, application.router, choice_correction.router, stop_correction.router,
    letter_replacement.router,
    requirement_list.router, requirement_list_json.router,
    audit.router, audit_visit.router, audit_verdict.router, certification.router, tie.router,
    farm_change.router, takeover.router, move.router, merger.router, split.router,
    status_change.router, status_json.router, status_request.router,
    proof.router, farmer_audit.router, visit_calendar.router,
    extra_farm.router, register_file.router, register_upload.router, register_upload_json.router,
    stored_file.router, report_page.router, report_json.router,
    session_code.router, account.router, account_json.router, second_factor.router,
    # /people/{person_id}/absences before /people/{person_id}/{act}.
    absence.router, person.router, person_json.router,
    certificate.router, certificate_version.router, directory.router, extension.router, extension_json.router,
)  # fmt: skip
PROBLEM: dict[str, Any] = {"description": "RFC 9457 problem", "content": {"application/problem+json": {}}}


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; its parts are connected when it starts (`app.state.parts`)."""
    chosen = settings or Settings()
    app = FastAPI(
        title="IKM · QFL · QMK", version="1", lifespan=_lifespan, docs_url=None, redoc_url=None, openapi_url=None
    )
    app.state.settings = chosen
    app.state.pulse = Pulse()
    for router in ROUTERS:
        app.include_router(router, responses={"default": PROBLEM})
    methods.keep(app, [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)])
    app.mount("/static", HashedFiles(directory=FOLDER), name="static")
    problem.install(app)
    app.add_middleware(HeadAsGet)
    app.add_middleware(KeptBody, settings=chosen)
    app.add_middleware(BodyLimit, refuse=problem.too_large, largest_file=chosen.largest_file)
    app.add_middleware(SafeHeaders, headers=safe_headers(chosen))
    app.add_middleware(AccessLog)
    return app


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    engine = database.connect(settings.database_url)
    parts = Parts(settings, database.sessions(engine), await connect(settings))
    app.state.parts = parts
    watching = asyncio.create_task(app.state.pulse.watch(parts))
    try:
        yield
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
        await engine.dispose()
