"""A planner of one body and a farm of another: on every route, file and search it is as if the farm did not exist.

The routes are read from the application itself. A place in an address that stands in neither table below fails
here, so that whoever adds a route says whether it leads to a farm.
"""

import io
import itertools
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel

from api.access import Gate
from api.app import ROUTERS
from records.database import Sessions
from records.farm import Farm
from records.opening import insert_case
from records.task import TaskKind
from records.tasking import open_task
from scheme import certification, periodic_audit
from scheme.ids import BodyId
from scheme.inbox import AnyStep
from scheme.people import ALLOWED, Action, Role
from tests.api.asked import ask_farms, reach
from tests.api.conftest import SignIn
from tests.scheme.audits import opening
from tests.scheme.test_certification import evaluation
from tests.world import number, the_choice

NARROWED = (Role.PLANNER, Role.AUDITOR)
# What stands in the other body's farm and nowhere else: whoever reads one of these saw the farm.
MARKS = {
    "farm_id": "F-000002",
    "name": "Zwaluwnest",
    "holder": "Godelieve Zandwaluw",
    "street": "Kievitstraat 77",
    "city": "Oostmalle",
    "email": "zwaluw@stal.example",
    "phone": "+3233334444",
    "enterprise_number": "0203430576",
    "herd_number": "BE77334455",
    "certificate_number": "ZW-4711",
}
# A place in an address that leads to one farm: the other body's, and one that nobody has.
OF_A_FARM: Mapping[str, tuple[str, str]] = {
    "farm_id": ("F-000002", "F-999999"),
    "farmId": ("F-000002", "F-999999"),
    "letter_key": ("choice:2025:F-000002:choice", "choice:2025:F-999999:choice"),
    "letterKey": ("choice:2025:F-000002:choice", "choice:2025:F-999999:choice"),
    "case_id": ("certification:2025:F-000002", "certification:2025:F-999999"),
    "caseId": ("certification:2025:F-000002", "certification:2025:F-999999"),
    "change_id": ("status-change:2025:F-000002", "status-change:2025:F-999999"),
    "changeId": ("status-change:2025:F-000002", "status-change:2025:F-999999"),
    "audit_id": ("periodic-audit:2025:F-000002", "periodic-audit:2025:F-999999"),
    "auditId": ("periodic-audit:2025:F-000002", "periodic-audit:2025:F-999999"),
    "task_id": ("letter-refused:theirs", "letter-refused:nobodys"),
    "taskId": ("letter-refused:theirs", "letter-refused:nobodys"),
}
# A place that leads to no single farm, with every value worth asking for.
OF_NO_FARM: Mapping[str, tuple[str, ...]] = {
    "kind": ("csv", "xlsx"), "year": ("2025",), "number": ("1",), "session_id": ("x",), "sessionId": ("x",),
    "absence_id": ("x",), "absenceId": ("x",), "filter_id": ("x",), "filterId": ("x",),
    "file_id": ("x",), "fileId": ("x",), "list_id": ("L-001",), "listId": ("L-001",),
    "module": ("A",), "item": ("A1",), "photoId": ("0d1f6c1e-6f0b-4f57-9f5e-3a2a7f6b0002",),
}  # fmt: skip
# What a body must carry, or may carry that leads to a farm: the whole of what is sent, for each such route.
KEY = "0d1f6c1e-6f0b-4f57-9f5e-3a2a7f6b0001"
SENT: Mapping[str, Mapping[str, object]] = {
    "POST /tasks/{task_id}": {"act": "claim", "revision": "1", "key": KEY},
    "POST /task-assignments": {"task": ["1 letter-refused:theirs"], "act": "claim", "key": KEY},
    "POST /api/v1/task-assignments": {
        "tasks": [{"taskId": "letter-refused:theirs", "revision": 1}], "person": "P-0003",
    },
    "POST /api/v1/tasks/{taskId}/assignment": {"person": "P-0003"},
    "POST /api/v1/tasks/{taskId}/follow-up": {"on": "2025-02-01"},
    "POST /api/v1/tasks/{taskId}/note": {"note": "x"},
    "POST /audits/{audit_id}/visit": {"on": "2025-09-01", "auditor": "P-0004", "key": KEY},
    "POST /api/v1/audits/{auditId}/visit": {"visitAt": "2025-09-01T09:00:00+02:00", "auditor": "P-0004"},
    "POST /audits/{audit_id}/findings/{number}/verdict": {"accepted": "true", "seen_on": "2025-09-01", "key": KEY},
    "POST /audits/{audit_id}/report/hand-in": {"key": KEY},
    "PUT /api/v1/audits/{auditId}/report/answers/{item}": {
        "key": KEY, "base": 0, "value": "met", "words": "", "device": "x",
    },
    "POST /api/v1/audits/{auditId}/findings/{number}/verdict": {"accepted": True, "seenOn": "2025-09-01"},
}  # fmt: skip
PHOTO = "PUT /api/v1/audits/{auditId}/report/photos/{photoId}"
LEADS_TO_A_FARM = re.compile(r"farm|letter|case|task|matter", re.IGNORECASE)


@dataclass(frozen=True)
class Way:
    """A route as the application has it: with its rule, and all that can be asked of it."""

    route: APIRoute
    method: str
    action: Action | None
    asked: tuple[str, ...]
    sent: tuple[str, ...]

    @property
    def name(self) -> str:
        """As the matrix has it."""
        return f"{self.method} {self.route.path}"

    @property
    def places(self) -> tuple[str, ...]:
        """The names between braces."""
        return tuple(re.findall(r"{(\w+)", self.route.path))


def ways() -> Iterator[Way]:
    """Every route with a rule for people who signed in."""
    for router in ROUTERS:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            gates = [inner.call for inner in walk(route.dependant) if isinstance(inner.call, Gate)]
            asked = tuple(name for inner in walk(route.dependant) for name in names(inner.query_params))
            sent = tuple(name for inner in walk(route.dependant) for name in names(inner.body_params))
            for method in route.methods if gates and gates[0].action else ():
                yield Way(route, method, gates[0].action, asked, sent)


def walk(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for inner in dependant.dependencies:
        yield from walk(inner)


def names(fields: object) -> Iterator[str]:
    """The names a caller uses; of a model, those of its fields."""
    for field in fields:  # type: ignore[attr-defined]  # FastAPI's own list
        kind = field.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from (inner.alias or name for name, inner in kind.model_fields.items())
        else:
            yield field.alias


def open_to_the_narrowed() -> Iterator[Way]:
    return (way for way in ways() if any(way.action and role in ALLOWED[way.action] for role in NARROWED))


@pytest_asyncio.fixture
async def theirs(app: FastAPI, made_sessions: Sessions) -> None:
    """The other body's farm with its marks, an open choice, a letter, and a task of each group that could see it."""
    await reach(app)
    await ask_farms(made_sessions)
    async with made_sessions.begin() as session:
        farm = await session.get_one(Farm, MARKS["farm_id"])
        farm.sqlmodel_update(MARKS)
        session.add(farm)
        for step in (audited(), decided()):
            await insert_case(session, step, opened_by="x", farm_id=number(2))
        at, due = datetime(2025, 1, 15, tzinfo=UTC), date(2025, 1, 20)
        task = {"due_on": due, "farm_id": MARKS["farm_id"], "case_id": "choice:2025:F-000002"}
        for named, role in (("theirs", Role.PLANNER), ("theirs-2", Role.AUDITOR)):
            await open_task(
                session, f"letter-refused:{named}", TaskKind.LETTER_REFUSED, at, role=role, body_id="B-02", **task
            )


def audited() -> AnyStep:
    """An audit of the other body's farm."""
    begins = opening(farm_id=number(2), choice=the_choice(2), body=BodyId("B-02"))
    return periodic_audit.opened(begins, datetime(2025, 1, 14, tzinfo=UTC), practice=True)


def decided() -> AnyStep:
    """A decision about it."""
    about = evaluation(farm_id=number(2), audit=audited().case.case_id, involved=())
    return certification.opened(about, datetime(2025, 1, 14, tzinfo=UTC), practice=True)


def test_every_place_in_an_address_says_whether_it_leads_to_a_farm() -> None:
    """For routes that planners or auditors may use; add a new one to OF_A_FARM or to OF_NO_FARM."""
    unknown = {place for way in open_to_the_narrowed() for place in way.places} - set(OF_A_FARM) - set(OF_NO_FARM)
    assert unknown == set()


def test_every_body_that_leads_to_a_farm_is_sent() -> None:
    """What planners or auditors may send about farms, letters, cases or tasks: add it to SENT."""
    leading = {
        way.name
        for way in open_to_the_narrowed()
        if any(LEADS_TO_A_FARM.search(name) for name in way.sent) and not set(way.places) & set(OF_A_FARM)
    }
    assert leading - set(SENT) == set()


@pytest.mark.parametrize("role", NARROWED)
@pytest.mark.usefixtures("theirs")
async def test_the_farm_of_another_body_does_not_exist(signed_in: SignIn, role: Role) -> None:
    """The same answer as for one that nobody has: not even that it exists is told."""
    browser, different = await signed_in(role), []
    led = [way for way in ways() if set(way.places) & set(OF_A_FARM) or way.name in SENT]
    assert len(led) > 5
    for way in led:
        for mine, nobodys in zip(addresses(way, 0), addresses(way, 1), strict=True):
            answers = [await ask(browser, way, address) for address in (mine, nobodys)]
            allowed = way.action is not None and role in ALLOWED[way.action]
            right = [404, 404] if allowed else [403, 403]
            codes = [answer.status_code for answer in answers]
            if codes != right or seen(answers[0], set(), mine):
                different.append((way.name, codes, seen(answers[0], set(), mine)))
    assert different == []


@pytest.mark.usefixtures("theirs")
async def test_it_stands_in_no_list_no_file_and_no_search(signed_in: SignIn) -> None:
    """Whatever a planner asks for, with the farm's own words as the value of everything that can be asked."""
    browser, found = await signed_in(Role.PLANNER), []
    for way, address in every_question(Role.PLANNER):
        answer = await browser.get(address)
        marks = seen(answer, {mark for mark in MARKS.values() if mark in httpx.URL(address).params.values()}, address)
        if marks or answer.status_code >= 500:
            found.append((way.name, address, answer.status_code, marks))
    assert found == []


@pytest.mark.usefixtures("theirs")
async def test_whoever_may_see_it_would_be_found(signed_in: SignIn) -> None:
    """The secretariat meets the farm in lists, in files of each kind and in its own file: the look is no blind one."""
    office, met = await signed_in(Role.SECRETARIAT), set()
    for _, address in every_question(Role.SECRETARIAT):
        if "?" not in address and seen(await office.get(address), set(), address):
            met.add(address)
    assert {"/farms", "/farms.csv", "/farms.xlsx", "/api/v1/farms", "/letters", "/choice-rounds/2025/farms"} <= met
    assert seen(await office.get("/farms/F-000002"), set(), "/farms/F-000002") >= {"Zwaluwnest", "Kievitstraat 77"}


def every_question(role: Role) -> Iterator[tuple[Way, str]]:
    """Every page, list and file that leads to no single farm: plain, and with each thing that can be asked of it."""
    for way in ways():
        if way.method == "GET" and way.action and role in ALLOWED[way.action] and not set(way.places) & set(OF_A_FARM):
            for address in addresses(way, 0):
                yield way, address
                for name in way.asked:
                    for mark in MARKS.values() if name in {"q", "search"} else (MARKS["farm_id"],):
                        yield way, str(httpx.URL(address, params={name: mark}))


def addresses(way: Way, which: int) -> list[str]:
    """The route's address with the other body's farm (0) or nobody's (1) in its places."""
    values = [(OF_A_FARM[name][which],) if name in OF_A_FARM else OF_NO_FARM.get(name, ("x",)) for name in way.places]
    made = []
    for chosen in itertools.product(*values):
        address = re.sub(r":\w+}", "}", way.route.path)
        made.append(address.format(**dict(zip(way.places, chosen, strict=True))))
    return made


async def ask(browser: httpx.AsyncClient, way: Way, address: str) -> httpx.Response:
    sent, headers = SENT.get(way.name, {}), {"If-Match": '"1"'}
    if way.method == "GET":
        return await browser.get(address)
    if way.name == PHOTO:
        return await browser.put(address, data={"item": "A1"}, files={"file": ("x.jpg", b"x")})
    if address.startswith("/api/"):
        return await browser.request(way.method, address, json=sent, headers=headers)
    return await browser.request(way.method, address, data=sent, headers=headers)


def seen(answer: httpx.Response, sent: set[str], address: str) -> set[str]:
    """The marks that the answer shows, beside those that were sent; the address itself may be repeated."""
    told = text_of(answer).replace(address, "").replace(address.replace("/", "%2F").replace(":", "%3A"), "")
    return {mark for mark in MARKS.values() if mark not in sent and mark in told}


def text_of(answer: httpx.Response) -> str:
    """All text of an answer, of a workbook that of its parts."""
    if not answer.content.startswith(b"PK"):
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return "\n".join(book.read(name).decode() for name in book.namelist())
