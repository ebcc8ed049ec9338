"""Role by route: every route carries exactly one rule, this table says which, and each role gets what it says."""

from collections.abc import Iterator

import httpx
from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.access import Gate, MachineGate, gates
from api.app import ROUTERS
from scheme.people import ALLOWED, Action
from tests.api.conftest import PEOPLE, SignIn

ANYONE, MACHINES = "anyone", "machines"
RULES: dict[str, str] = {
    "GET /livez": MACHINES,
    "GET /readyz": MACHINES,
    "GET /health": MACHINES,
    "GET /openapi.json": MACHINES,
    "GET /sign-in": ANYONE,
    "POST /sign-in": ANYONE,
    "POST /sign-out": ANYONE,
    "POST /language": ANYONE,
    "POST /api/v1/session": ANYONE,
    "DELETE /api/v1/session": ANYONE,
    "GET /sign-in/code": ANYONE,
    "POST /sign-in/code": ANYONE,
    "POST /api/v1/session/code": ANYONE,
    "GET /account": "keep-account",
    "POST /account": "keep-account",
    "POST /account/password": "keep-account",
    "POST /account/sessions/{session_id}/end": "keep-account",
    "POST /account/sessions/end": "keep-account",
    "GET /account/second-factor": "keep-account",
    "POST /account/second-factor": "keep-account",
    "POST /account/second-factor/confirmation": "keep-account",
    "POST /account/second-factor/removal": "keep-account",
    "GET /api/v1/account": "keep-account",
    "PATCH /api/v1/account": "keep-account",
    "POST /api/v1/account/password": "keep-account",
    "GET /api/v1/account/sessions": "keep-account",
    "DELETE /api/v1/account/sessions/{sessionId}": "keep-account",
    "DELETE /api/v1/account/sessions": "keep-account",
    "POST /api/v1/account/second-factor": "keep-account",
    "POST /api/v1/account/second-factor/confirmation": "keep-account",
    "POST /api/v1/account/second-factor/removal": "keep-account",
    "GET /audits": "see-audits",
    "GET /audits/calendar": "see-audits",
    "GET /audits/{audit_id}": "see-audits",
    "GET /audits/{audit_id}/visit": "plan-audit",
    "POST /audits/{audit_id}/visit": "plan-audit",
    "GET /audits/{audit_id}/findings/{number}/verdict": "judge-correction",
    "POST /audits/{audit_id}/findings/{number}/verdict": "judge-correction",
    "GET /audits/{audit_id}/findings/{number}/proof": "prove-correction",
    "POST /audits/{audit_id}/findings/{number}/proof": "prove-correction",
    "GET /audits/{audit_id}/report-correction": "correct-case",
    "POST /audits/{audit_id}/report-correction": "correct-case",
    "GET /api/v1/audits": "see-audits",
    "GET /api/v1/audits/{auditId}": "see-audits",
    "POST /api/v1/audits/{auditId}/visit": "plan-audit",
    "POST /api/v1/audits/{auditId}/findings/{number}/verdict": "judge-correction",
    "POST /api/v1/audits/{auditId}/findings/{number}/proof": "prove-correction",
    "POST /api/v1/audits/{auditId}/report-correction": "correct-case",
    "GET /certifications": "see-audits",
    "GET /certifications/{case_id}": "see-audits",
    "POST /certifications/{case_id}/review": "review-certification",
    "POST /certifications/{case_id}/decision": "decide-certification",
    "GET /api/v1/certifications": "see-audits",
    "GET /api/v1/certifications/{caseId}": "see-audits",
    "POST /api/v1/certifications/{caseId}/review": "review-certification",
    "POST /api/v1/certifications/{caseId}/decision": "decide-certification",
    "GET /farms/{farm_id}/ties": "see-register",
    "POST /farms/{farm_id}/ties": "declare-tie",
    "POST /farms/{farm_id}/ties/{tie_id}/end": "declare-tie",
    "GET /api/v1/farms/{farmId}/ties": "see-register",
    "POST /api/v1/farms/{farmId}/ties": "declare-tie",
    "DELETE /api/v1/farms/{farmId}/ties/{tieId}": "declare-tie",
    "GET /people": "see-people",
    "GET /people/new": "manage-people",
    "POST /people": "manage-people",
    "GET /people/{person_id}": "see-people",
    "POST /people/{person_id}": "manage-people",
    "POST /people/{person_id}/password": "manage-people",
    "POST /people/{person_id}/{act}": "manage-people",
    "POST /people/{person_id}/absences": "manage-people",
    "POST /people/{person_id}/absences/{absence_id}/cancel": "manage-people",
    "POST /account/absences": "keep-account",
    "POST /account/absences/{absence_id}/cancel": "keep-account",
    "GET /api/v1/people": "see-people",
    "POST /api/v1/people": "manage-people",
    "GET /api/v1/people/{personId}": "see-people",
    "PATCH /api/v1/people/{personId}": "manage-people",
    "POST /api/v1/people/{personId}/password": "manage-people",
    "POST /api/v1/people/{personId}/{act}": "manage-people",
    "GET /api/v1/people/{personId}/absences": "see-people",
    "POST /api/v1/people/{personId}/absences": "manage-people",
    "DELETE /api/v1/people/{personId}/absences/{absenceId}": "manage-people",
    "GET /api/v1/account/absences": "keep-account",
    "POST /api/v1/account/absences": "keep-account",
    "DELETE /api/v1/account/absences/{absenceId}": "keep-account",
    "GET /": "see-home",
    "GET /farms": "see-farms",
    "GET /farms.{kind}": "export-farms",
    "GET /farms/{farm_id}": "see-farms",
    "GET /farms/new": "change-register",
    "POST /farms": "change-register",
    "GET /farms/{farm_id}/change": "change-register",
    "POST /farms/{farm_id}/change": "change-register",
    "POST /api/v1/farms": "change-register",
    "PATCH /api/v1/farms/{farmId}": "change-register",
    "GET /inspection-bodies": "see-register",
    "GET /inspection-bodies/new": "change-register",
    "POST /inspection-bodies": "change-register",
    "GET /inspection-bodies/{body_id}": "see-register",
    "GET /inspection-bodies/{body_id}/change": "change-register",
    "POST /inspection-bodies/{body_id}/change": "change-register",
    "GET /api/v1/inspection-bodies": "see-register",
    "POST /api/v1/inspection-bodies": "change-register",
    "GET /api/v1/inspection-bodies/{bodyId}": "see-register",
    "PATCH /api/v1/inspection-bodies/{bodyId}": "change-register",
    "GET /register-uploads": "import-register",
    "POST /register-uploads": "import-register",
    "GET /register-uploads/{upload_id}": "import-register",
    "GET /register-uploads/{upload_id}/progress": "import-register",
    "POST /register-uploads/{upload_id}/mapping": "import-register",
    "POST /register-uploads/{upload_id}/commit": "import-register",
    "GET /register-uploads/{upload_id}/differences": "import-register",
    "GET /register-uploads/{upload_id}/differences.{kind}": "import-register",
    "POST /api/v1/register-uploads": "import-register",
    "GET /api/v1/register-uploads/{uploadId}": "import-register",
    "PUT /api/v1/register-uploads/{uploadId}/mapping": "import-register",
    "POST /api/v1/register-uploads/{uploadId}/commit": "import-register",
    "GET /api/v1/register-uploads/{uploadId}/differences": "import-register",
    "GET /register-files/{of}.{kind}": "see-register",
    "GET /api/v1/register-files/{of}.{kind}": "see-register",
    "GET /dairies": "see-register",
    "GET /dairies/new": "change-register",
    "POST /dairies": "change-register",
    "GET /dairies/{dairy_id}": "see-register",
    "GET /dairies/{dairy_id}/change": "change-register",
    "POST /dairies/{dairy_id}/change": "change-register",
    "GET /api/v1/dairies": "see-register",
    "POST /api/v1/dairies": "change-register",
    "GET /api/v1/dairies/{dairyId}": "see-register",
    "PATCH /api/v1/dairies/{dairyId}": "change-register",
    "GET /farms/{farm_id}/stop": "stop-farm",
    "POST /farms/{farm_id}/stop": "stop-farm",
    "GET /api/v1/farms": "see-farms",
    "GET /api/v1/farms/{farmId}": "see-farms",
    "POST /api/v1/farms/{farmId}/stop": "stop-farm",
    "GET /api/v1/farms/{farmId}/projection": "see-farms",
    "GET /farms/{farm_id}/matters/{number}": "see-farms",
    "POST /farms/{farm_id}/matters/{number}/close": "close-matter",
    "GET /api/v1/farms/{farmId}/matters/{number}": "see-farms",
    "POST /api/v1/farms/{farmId}/matters/{number}/close": "close-matter",
    "GET /choice-rounds": "see-rounds",
    "POST /choice-rounds": "start-round",
    "GET /choice-rounds/{year}": "see-rounds",
    "GET /choice-rounds/{year}/preview": "start-round",
    "GET /choice-rounds/{year}/progress": "see-rounds",
    "GET /choice-rounds/{year}/farms": "see-rounds",
    "POST /api/v1/choice-rounds": "start-round",
    "GET /api/v1/choice-rounds/{year}": "see-rounds",
    "GET /api/v1/choice-rounds/{year}/farms": "see-rounds",
    "GET /audit": ANYONE,
    "POST /audit": ANYONE,
    "GET /audit/{year}/{farm_id}/{token}": ANYONE,
    "GET /audit/{year}/{farm_id}/{token}/self-assessment": ANYONE,
    "GET /audit/{year}/{farm_id}/{token}/certificate.pdf": ANYONE,
    "GET /audit/{year}/{farm_id}/{token}/files/{file_id}": ANYONE,
    "GET /audit/{year}/{farm_id}/{token}/findings/{number}": ANYONE,
    "POST /audit/{year}/{farm_id}/{token}/findings/{number}": ANYONE,
    "GET /calendar/{person_id}/{token}.ics": ANYONE,
    "POST /account/calendar": "keep-account",
    "GET /choices": ANYONE,
    "POST /choices": ANYONE,
    "GET /choices/{year}/{farm_id}/{token}": ANYONE,
    "POST /choices/{year}/{farm_id}/{token}": ANYONE,
    "POST /choices/{year}/{farm_id}/{token}/answer": ANYONE,
    "GET /paper-answers": "key-answer",
    "POST /paper-answers": "key-answer",
    "POST /api/v1/paper-answers": "key-answer",
    "GET /farms/{farm_id}/phone-answer": "key-answer",
    "POST /farms/{farm_id}/phone-answer": "key-answer",
    "POST /api/v1/farms/{farmId}/phone-answer": "key-answer",
    "GET /farms/{farm_id}/choice-correction": "correct-case",
    "POST /farms/{farm_id}/choice-correction": "correct-case",
    "POST /api/v1/farms/{farmId}/choice-correction": "correct-case",
    "GET /farms/{farm_id}/stop-correction": "correct-case",
    "POST /farms/{farm_id}/stop-correction": "correct-case",
    "POST /api/v1/farms/{farmId}/stop-correction": "correct-case",
    "GET /letters/{letter_key}/replacement": "correct-case",
    "POST /letters/{letter_key}/replacement": "correct-case",
    "POST /api/v1/letters/{letterKey}/replacement": "correct-case",
    "GET /choice-rounds/{year}/extra-farms": "steer-round",
    "POST /choice-rounds/{year}/extra-farms": "steer-round",
    "POST /api/v1/choice-rounds/{year}/extra-farms": "steer-round",
    "GET /files/{file_id}": "see-files",
    "GET /api/v1/files/{fileId}": "see-files",
    "GET /audits-worker.js": ANYONE,
    "GET /audits/{audit_id}/report": "see-report",
    "POST /audits/{audit_id}/report": "report-audit",
    "GET /audits/{audit_id}/report/hand-in": "see-report",
    "POST /audits/{audit_id}/report/hand-in": "report-audit",
    "POST /api/v1/audits/{auditId}/report": "report-audit",
    "GET /audits/{audit_id}/report/{module}": "see-report",
    "POST /audits/{audit_id}/report/{module}": "report-audit",
    "GET /api/v1/audits/{auditId}/report": "see-report",
    "PUT /api/v1/audits/{auditId}/report/answers/{item}": "report-audit",
    "PUT /api/v1/audits/{auditId}/report/photos/{photoId}": "report-audit",
    "DELETE /api/v1/audits/{auditId}/report/photos/{photoId}": "report-audit",
    "GET /letters": "see-letters",
    "GET /letters/{letter_key}/pdf": "see-letters",
    "GET /letters/{letter_key}": "see-letters",
    "GET /letters/{letter_key}/mail": "see-letters",
    "GET /api/v1/letters/{letterKey}": "see-letters",
    "GET /api/v1/letters": "see-letters",
    "GET /print-batches": "see-letters",
    "POST /print-batches": "print-letters",
    "GET /print-batches/{batch_id}": "see-letters",
    "GET /print-batches/{batch_id}/pdf": "see-letters",
    "POST /api/v1/print-batches": "print-letters",
    "GET /choice-rounds/{year}/farms.{kind}": "see-rounds",
    "GET /api/v1/choice-rounds/{year}/farms.{kind}": "see-rounds",
    "POST /print-batches/{batch_id}/copies": "print-letters",
    "POST /api/v1/print-batches/{batchId}/copies": "print-letters",
    "GET /choice-rounds/{year}/test-letter": "steer-round",
    "POST /choice-rounds/{year}/test-letter": "steer-round",
    "GET /choice-rounds/{year}/test-letter/{language}": "steer-round",
    "POST /api/v1/choice-rounds/{year}/test-letter": "steer-round",
    "GET /choice-rounds/{year}/cancellation": "steer-round",
    "POST /choice-rounds/{year}/cancellation": "steer-round",
    "GET /api/v1/choice-rounds/{year}/cancellation": "steer-round",
    "POST /api/v1/choice-rounds/{year}/cancellation": "steer-round",
    "GET /choice-rounds/{year}/failed-letters": "see-letters",
    "POST /choice-rounds/{year}/failed-letters": "steer-letters",
    "POST /letters/{letter_key}/retry": "steer-letters",
    "GET /api/v1/choice-rounds/{year}/failed-letters": "see-letters",
    "POST /api/v1/choice-rounds/{year}/failed-letters": "steer-letters",
    "POST /api/v1/letters/{letterKey}/retry": "steer-letters",
    "GET /holds/{hold_id}": "steer-letters",
    "POST /holds/{hold_id}": "steer-letters",
    "POST /holds/{hold_id}/release": "release-letters",
    "GET /api/v1/holds/{holdId}": "steer-letters",
    "POST /api/v1/holds/{holdId}": "steer-letters",
    "POST /api/v1/holds/{holdId}/release": "release-letters",
    "GET /lastenboek": "see-lastenboek",
    "POST /lastenboek": "change-lastenboek",
    "GET /lastenboek/{list_id}": "see-lastenboek",
    "POST /lastenboek/{list_id}/decision": "change-lastenboek",
    "GET /lastenboek/{list_id}/requirements.{kind}": "see-lastenboek",
    "GET /api/v1/requirement-lists": "see-lastenboek",
    "POST /api/v1/requirement-lists": "change-lastenboek",
    "GET /api/v1/requirement-lists/{listId}": "see-lastenboek",
    "POST /api/v1/requirement-lists/{listId}/decision": "change-lastenboek",
    "GET /parameters": "see-parameters",
    "GET /parameters/{name}": "see-parameters",
    "POST /parameters/{name}/proposals": "change-parameters",
    "POST /parameters/{name}/proposals/{proposal_id}": "change-parameters",
    "GET /api/v1/parameters": "see-parameters",
    "GET /api/v1/parameters/{name}": "see-parameters",
    "POST /api/v1/parameters/{name}/proposals": "change-parameters",
    "POST /api/v1/parameters/{name}/proposals/{proposalId}": "change-parameters",
    "GET /filters": "keep-account",
    "POST /filters": "keep-account",
    "POST /filters/{filter_id}": "keep-account",
    "POST /filters/{filter_id}/removal": "keep-account",
    "GET /api/v1/filters": "keep-account",
    "POST /api/v1/filters": "keep-account",
    "PUT /api/v1/filters/{filterId}": "keep-account",
    "DELETE /api/v1/filters/{filterId}": "keep-account",
    "GET /tasks": "see-tasks",
    "GET /tasks/{task_id}": "see-tasks",
    "POST /tasks/{task_id}": "do-tasks",
    "POST /task-assignments": "do-tasks",
    "GET /api/v1/tasks": "see-tasks",
    "GET /api/v1/tasks/{taskId}": "see-tasks",
    "POST /api/v1/tasks/{taskId}/claim": "do-tasks",
    "POST /api/v1/tasks/{taskId}/release": "do-tasks",
    "POST /api/v1/tasks/{taskId}/assignment": "assign-tasks",
    "POST /api/v1/tasks/{taskId}/follow-up": "do-tasks",
    "POST /api/v1/tasks/{taskId}/note": "do-tasks",
    "POST /api/v1/tasks/{taskId}/closure": "do-tasks",
    "POST /api/v1/task-assignments": "assign-tasks",
    "GET /c/{number}": ANYONE,
    "GET /api/v1/certificates/{number}/status": ANYONE,
    "GET /certificates/{number}.pdf": "see-farms",
    "POST /farms/{farm_id}/certificates/{number}/versions": "revise-certificate",
    "POST /api/v1/farms/{farmId}/certificates/{number}/versions": "revise-certificate",
    "GET /extensions": "see-extensions",
    "GET /extensions/new": "propose-extension",
    "GET /extensions/preview.{kind}": "propose-extension",
    "POST /extensions": "propose-extension",
    "GET /extensions/{extension_id}": "see-extensions",
    "GET /extensions/{extension_id}/certificates.{kind}": "see-extensions",
    "POST /extensions/{extension_id}/decision": "decide-extension",
    "POST /extensions/{extension_id}/withdrawal": "propose-extension",
    "POST /extensions/{extension_id}/way-back": "propose-extension",
    "GET /api/v1/extensions": "see-extensions",
    "GET /api/v1/extensions/preview": "propose-extension",
    "POST /api/v1/extensions": "propose-extension",
    "GET /api/v1/extensions/{extensionId}": "see-extensions",
    "GET /api/v1/extensions/{extensionId}/certificates": "see-extensions",
    "POST /api/v1/extensions/{extensionId}/decision": "decide-extension",
    "POST /api/v1/extensions/{extensionId}/withdrawal": "propose-extension",
    "POST /api/v1/extensions/{extensionId}/way-back": "propose-extension",
    "GET /directory": ANYONE,
    "GET /directory.{kind}": ANYONE,
    "GET /api/v1/directory": ANYONE,
    "GET /clock": "move-clock",
    "POST /clock": "move-clock",
    "GET /api/v1/clock": "move-clock",
    "POST /api/v1/clock": "move-clock",
}
PLACES = {
    "{file_id}": "x", "{fileId}": "x", "{audit_id}": "x", "{auditId}": "x", "{case_id}": "x", "{caseId}": "x",
    "{extension_id}": "E-001", "{extensionId}": "E-001", "{tie_id}": "x", "{tieId}": "x",
    "{module}": "H", "{item}": "A1", "{photoId}": "x",
    "{of}": "farms", "{upload_id}": "x", "{uploadId}": "x",
    "{year}": "2025", "{farm_id}": "F-000001", "{farmId}": "F-000001", "{token}": "x", "{number}": "1", "{letter_key}": "x",
    "{body_id}": "B-01", "{bodyId}": "B-01", "{dairy_id}": "D-001", "{dairyId}": "D-001",
    "{person_id}": "x", "{personId}": "x", "{absence_id}": "x", "{absenceId}": "x", "{act}": "lock",
    "{session_id}": "x",
    "{sessionId}": "x",
    "{kind}": "csv",
    "{batch_id}": "x",
    "{list_id}": "L-001",
    "{listId}": "L-001",
    "{hold_id}": "post",
    "{holdId}": "post",
    "{name}": "choice-answer-days",
    "{proposal_id}": "00000000-0000-4000-8000-000000000001",
    "{proposalId}": "00000000-0000-4000-8000-000000000001",
    "{task_id}": "x",
    "{filter_id}": "x",
    "{filterId}": "x",
    "{taskId}": "x",
    "{letterKey}": "x",
    "{batchId}": "x",
    "{language}": "nl",
}  # fmt: skip
# Whoever asks for these is signed out by the answer.
ENDING = frozenset({"POST /account/sessions/end", "DELETE /api/v1/account/sessions"})
GUARDED = tuple(route for route, rule in RULES.items() if rule not in {ANYONE, MACHINES})


def test_every_route_has_exactly_one_rule() -> None:
    """The table above is the whole application: a new route fails here until it has a line."""
    found = {name: [_word(gate) for gate in gates] for name, gates in _routes()}
    assert found == {route: [rule] for route, rule in RULES.items()}


def test_nothing_is_served_beside_the_routers(app: FastAPI) -> None:
    """Only the static files have no rule."""
    plain = [route.path for route in app.routes if hasattr(route, "path")]
    assert plain == ["/static"]


async def test_each_role_gets_what_the_table_says(signed_in: SignIn) -> None:
    """What a role may not do is 403, whatever it sends; what it may is answered, if only with what is missing."""
    wrong = []
    for role in PEOPLE:
        browser = await signed_in(role)
        for route in GUARDED:
            answer = await _ask(browser, route)
            browser = await signed_in(role) if route in ENDING else browser
            allowed = role in ALLOWED[Action(RULES[route])]
            right = answer.status_code not in {401, 403} and answer.status_code < 500
            if right is not allowed or (not allowed and answer.status_code != 403):
                wrong.append((role.value, route, answer.status_code))
    assert wrong == []


async def test_nobody_is_sent_to_the_sign_in_page(visitor: httpx.AsyncClient) -> None:
    """The JSON API says 401 instead."""
    for route in GUARDED:
        answer = await _ask(visitor, route)
        if "/api/" in route:
            said = (answer.status_code, answer.headers["content-type"])
            assert said == (401, "application/problem+json"), route
        else:
            assert (answer.status_code, answer.headers["location"][:8]) == (303, "/sign-in"), route


async def _ask(browser: httpx.AsyncClient, route: str) -> httpx.Response:
    method, path = route.split(" ")
    for name, value in PLACES.items():
        path = path.replace(name, value)
    json: dict[str, str] | None = {} if method == "POST" and path.startswith("/api/") else None
    return await browser.request(method, path, json=json)


def _routes() -> Iterator[tuple[str, set[Gate | MachineGate]]]:
    for router in ROUTERS:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            for method in route.methods or ():
                yield f"{method} {route.path}", set(gates(route.dependant))


def _word(gate: Gate | MachineGate) -> str:
    if isinstance(gate, MachineGate):
        return MACHINES
    return ANYONE if gate.action is None else gate.action.value
