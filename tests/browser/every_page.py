"""Every page there is, by its route: a new page is toured without being named, a new place in an address must be."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
from fastapi.routing import APIRoute

from api.access import Gate, gates
from api.app import ROUTERS
from rehearsal.web import Mailbox
from rehearsal.web import Secretary as Keyed
from scheme.ids import change_case
from scheme.people import ALLOWED, Action, Role
from tests import auditing
from tests.activities.test_webhook_post import Machine, listening
from tests.running import farms, running_file
from tests.stage import Stage
from tests.world import BODIES, YEAR, farm, number

# Pieces of pages, files to save, and the code asked for half-way in: toured where they come up.
NO_PAGE = re.compile(
    r"/api/|/pdf$|\.pdf$|/mail$|\.\{kind\}$|/progress$|/test-letter/\{language\}$|\.ics$|\.zip$|^/openapi|/files/|"
    r"^/audits-worker|^/sign-in/code$"
)
NOBODYS = "status-change:2025:F-999999"
# One farm went over to another holder, one moved; both wait for their review.
TAKEN_OVER, MOVED = change_case(YEAR, number(14)), change_case(YEAR, number(12))
HAPPENED = {"on": "2025-01-10", "inspectionBody": "B-02", "evidence": "Akte 12 in map 7"}
MISSING = (
    "/farms/F-999999", "/nothing/here", "/c/IKM-2025-999999", f"/status-changes/{NOBODYS}", f"/farm-changes/{NOBODYS}",
)  # fmt: skip
STATES = (
    f"/farm-changes/{MOVED}",
    "/extensions/new?first=2025-01-15&last=2026-12-31&to=2026-01-15",
    "/tasks?view=late",
    "/farms?standing=stopped",
    "/letters?state=failed",
)
MATTER = "F-000006/matters/1"
CERTIFICATE = "ZW-4711"
EXTENDED = {
    "first": "2025-01-15", "last": "2026-12-31", "to": "2026-01-15", "cause": "epidemic", "words": "Alles ligt stil.",
}  # fmt: skip
EXTENSION_KEY = "00000000-0000-4000-8000-0000000000e1"
SETTLED = {"handed-over", "to-print"}
# Who looks at a page: the first of these that may.
SEERS = (Role.SECRETARIAT, Role.ADMINISTRATOR, Role.AUDITOR)
PLACE = re.compile(
    r"audit/\{year\}/\{farm_id\}/\{token\}(?:/findings/\{number\})?|\{audit_id\}/findings/\{number\}|\{farm_id\}/(?:matters/\{number\}|stop-correction|choice-correction)|farm-changes/\{change_id\}|\{\w+\}"
)


def addresses(places: Mapping[str, str]) -> dict[Role | None, tuple[str, ...]]:
    """Every page with its places filled in, by who may see it; None stands for anybody at all.

    Raises KeyError for a place that nobody has named.
    """
    found: dict[Role | None, list[str]] = {None: [], Role.SECRETARIAT: [*STATES, *MISSING], Role.ADMINISTRATOR: []}
    for path, action in _pages():
        found.setdefault(_seer(action), []).append(PLACE.sub(lambda place: places[place[0]], path))
    return {role: tuple(paths) for role, paths in found.items()}


def _pages() -> Iterator[tuple[str, Action | None]]:
    for router in ROUTERS:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            if "GET" not in (route.methods or ()) or NO_PAGE.search(route.path):
                continue
            for gate in gates(route.dependant):
                if isinstance(gate, Gate):
                    yield route.path, gate.action


def _seer(action: Action | None) -> Role | None:
    if action is None:
        return None
    return next(role for role in SEERS if role in ALLOWED[action])


async def furnish(stage: Stage, folder: Path) -> dict[str, str]:
    """A house with something of everything in it; the places that its addresses have."""
    await stage.bring_in(BODIES, [*farms(12, 3), farm(13), farm(14, email=None, certificate_number=CERTIFICATE)])
    (folder / "running.csv").write_text(running_file(12))
    await stage.ikm("register", "import", str(folder / "running.csv"))
    await stage.ikm("clock", "to", "2025-01-15T09:00")
    desk = await Keyed.sign_in(stage.web, "secretariat", stage.people()["secretariat"])
    office = await Keyed.sign_in(stage.web, "administrator", stage.people()["administrator"])
    try:
        await desk.start_round(YEAR)
        async with asyncio.timeout(120):
            while {letter["state"] for letter in await _items(desk.web, "letters")} != SETTLED:
                pass
        return await _places(stage, desk, office)
    finally:
        await desk.web.aclose()
        await office.web.aclose()


async def _extended(web: httpx.AsyncClient) -> None:
    """An extension that waits for its decision, of the list that was previewed."""
    days = {name: EXTENDED[name] for name in ("first", "last", "to")}
    seen = (await web.get("/api/v1/extensions/preview", params=days)).json()["seen"]
    asked = EXTENDED | {"seen": seen}
    await web.post("/api/v1/extensions", json=asked, headers={"Idempotency-Key": EXTENSION_KEY})


async def _places(stage: Stage, desk: Keyed, office: Keyed) -> dict[str, str]:
    await desk.stop_farm(number(13), "2025-01-15")
    dairy = await desk.web.post("/api/v1/dairies", json={"name": "Melkerij Ten Bos", "language": "nl"})
    await _webhook(desk.web, f"dairies/{_last(dairy)}/webhook")
    await _changed(desk.web)
    batch = await desk.web.post("/api/v1/print-batches", json={})
    mistaken = ("farms.csv", b"farm_id;name\r\nF-000001;\r\nF-000099;Hoeve\r\n")
    upload = await desk.web.post("/api/v1/register-uploads", files={"file": mistaken})
    letter, task = (await _items(desk.web, "letters"))[0], (await _items(desk.web, "tasks?view=all"))[0]
    await _extended(desk.web)
    link, audit = await _link(stage), await _audited(stage, desk)
    farmers = (await auditing.link_of(stage, audit)).removeprefix("/")
    return {
        "{audit_id}": audit, "{module}": "H", "{audit_id}/findings/{number}": f"{audit}/findings/A21",
        "audit/{year}/{farm_id}/{token}": farmers,
        "audit/{year}/{farm_id}/{token}/findings/{number}": f"{farmers}/findings/A21",
        "{case_id}": audit.replace("periodic-audit", "certification"),
        # No certificate of this house has been issued there: the page says that there is no such thing.
        "{change_id}": NOBODYS, "farm-changes/{change_id}": f"farm-changes/{TAKEN_OVER}",
        "{year}": str(YEAR), "{farm_id}": link[1], "{token}": link[2].rpartition("/")[2], "{farm_id}/matters/{number}": MATTER,
        "{farm_id}/choice-correction": f"{number(3)}/choice-correction",
        "{farm_id}/stop-correction": f"{number(13)}/stop-correction",
        "{body_id}": "B-01", "{dairy_id}": _last(dairy), "{hold_id}": "post", "{name}": "choice-answer-days",
        "{letter_key}": letter["letterKey"], "{task_id}": task["taskId"],
        "{person_id}": (await _items(office.web, "people"))[0]["personId"],
        "{batch_id}": _last(batch), "{list_id}": "L-002", "{extension_id}": "E-001", "{upload_id}": _last(upload), "{number}": CERTIFICATE,
    }  # fmt: skip


async def _webhook(web: httpx.AsyncClient, of: str) -> None:
    """One test was taken there; then nobody listens any more, and the next stands as given up."""
    path = f"/api/v1/{of}"
    async with listening(Machine()) as address, asyncio.timeout(60):
        await web.put(path, json={"url": address}, headers={"If-Match": '"1"'})
        await web.post(f"{path}/secret")
        await web.post(f"{path}/test")
        while [one["state"] for one in await _items(web, f"{of}/deliveries")] != ["delivered"]:
            pass
    await web.post(f"{path}/test")


async def _changed(web: httpx.AsyncClient) -> None:
    """A takeover and a move, recorded; their cases are open."""
    site = {"siteStreet": "Veldweg 3", "sitePostcode": "9000", "siteCity": "Gent"}
    recorded = (14, "takeover", {"holder": "Melk & Zoon bv"}), (12, "move", site)
    for place, what, said in recorded:
        key = {"Idempotency-Key": f"00000000-0000-4000-8000-0000000000c{place % 10}"}
        path = f"/api/v1/farms/{number(place)}/{what}"
        (await web.post(path, json=HAPPENED | said, headers=key)).raise_for_status()
    async with asyncio.timeout(60):
        while {one["caseId"] for one in await _items(web, "farm-changes")} != {TAKEN_OVER, MOVED}:
            pass


async def _audited(stage: Stage, desk: Keyed) -> str:
    """An audit of a choice that had run before and has ended: visited today, reported with one light finding."""
    audits = await _items(desk.web, "audits?body=B-01")
    audit = str(audits[0]["caseId"])
    await auditing.plan(stage, audit, "2025-01-15T14:00:00+01:00")
    await auditing.report(stage, audit, "2025-01-15", auditing.Course(("A21",)))
    async with asyncio.timeout(60):
        while not await _items(desk.web, "certifications"):
            pass
    return audit


async def _items(web: httpx.AsyncClient, what: str) -> list[dict[str, Any]]:
    found = await web.get(f"/api/v1/{what}")
    found.raise_for_status()
    return list(found.json()["items"])


def _last(answer: httpx.Response) -> str:
    answer.raise_for_status()
    return answer.headers["location"].removesuffix("/pdf").rpartition("/")[2]


async def _link(stage: Stage) -> tuple[int, str, str]:
    mailbox = Mailbox.at(stage.mailbox)
    async with mailbox.web:
        mails = [await mailbox.read(item) for item in await mailbox.after(0)]
    return next(mail.link for mail in mails if mail.link is not None and mail.link[0] == YEAR)
