"""`ikm bench pages`: how long every page and list takes over HTTP, from the real web process, on a full register."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import httpx
from sqlalchemy import text

from api.codes import link_token
from commands.bench.addresses import DAIRY, addresses, ways
from commands.bench.audits import FOUND
from commands.bench.register import BATCH, MATTER_EVERY, YEAR, Register, bring_in, open_the_round
from commands.bench.scratch import scratch_cluster, sessions_on
from commands.bench.web import Asked, ask, visitors_at, web_on
from commands.say import say, tell
from records.database import Sessions
from scheme.people import Role
from scheme.register_column import COLUMNS
from scheme.register_file import written
from scheme.register_line import FarmLine
from settings import Settings

SHOWN = 20
# Lines of the file that is uploaded, and how many of them are another farm.
UPLOADED, MOVED_EVERY = 3_000, 10
BODY = "B-01"
# All certificates that end before the summer, for a while longer.
EXTENDED = {
    "first": f"{YEAR}-03-01", "last": f"{YEAR}-06-30", "to": f"{YEAR}-09-30", "cause": "epidemic", "words": "Bench.",
}  # fmt: skip
HEALTH = "/livez"
PREVIEW = f"/choice-rounds/{YEAR}/preview"
_EXAMPLES = {
    "{farm_id}": "SELECT farm_id FROM choice WHERE previous_body = :body AND state = 'asked' ORDER BY farm_id LIMIT 1",
    "corrected": "SELECT farm_id FROM choice WHERE body = :body AND state = 'chosen' ORDER BY farm_id LIMIT 1",
    "{audit_id}": "SELECT audit_id FROM certification JOIN periodic_audit a ON a.case_id = audit_id "
    "WHERE a.body = :body AND a.state = 'reported' ORDER BY 1 LIMIT 1",
    "certificate": "SELECT number FROM certificate WHERE :body <> '' ORDER BY number LIMIT 1",
    "changed": "SELECT case_id FROM farm_change WHERE body = :body ORDER BY case_id LIMIT 1",
    "stopped": "SELECT farm_id FROM farm WHERE standing = 'stopped' AND previous_body = :body ORDER BY farm_id LIMIT 1",
}


async def pages_cost(number: int, *, times: int, json: bool) -> None:
    """Ask every page of a register of `number` farms, `times` times each; status 1 when a median is too slow."""
    async with scratch_cluster() as running, sessions_on(running.url("ikm_owner")) as made:
        say(f"{number} farms come in.")
        register = await bring_in(made, number)
        async with web_on(running) as settings, visitors_at(settings.public_url, register.people) as visitors:
            desk = visitors[Role.SECRETARIAT]
            # The round's preview is a page of the days before it.
            asked = [await ask(desk, Role.SECRETARIAT, PREVIEW, times)]
            say("The round is opened.")
            await open_the_round(made)
            asked += await _tour(made, settings, visitors, register, times)
            health = await ask(desk, Role.SECRETARIAT, HEALTH, times)
            sizes = await _sizes(made)
    told = [replace(one, health=round(one.median_ms / health.median_ms, 1)) for one in asked]
    _tell(sizes, health.median_ms, sorted(told, key=lambda one: -one.median_ms), json=json)
    if any(one.wrong for one in told):
        raise SystemExit(1)


async def _tour(
    made: Sessions, settings: Settings, visitors: Mapping[Role, httpx.AsyncClient], register: Register, times: int
) -> list[Asked]:
    places = await _places(made, settings, visitors, register)
    farm = next(line for line in register.farms if line.farm_id == places["{farm_id}"])
    named = next(line.name for line in register.bodies if line.body_id == BODY)
    asked = ways(YEAR, farm, named, places["{upload_id}"])
    found = list[Asked]()
    for role, web in visitors.items():
        own = places | await _own(web, role)
        found += [await ask(web, role, address, times) for address in addresses(role, own, asked)]
    return found


async def _places(
    made: Sessions, settings: Settings, visitors: Mapping[Role, httpx.AsyncClient], register: Register
) -> dict[str, str]:
    """What stands in the addresses of every visitor: a farm of the planner's body, its letter, a file of the desk."""
    async with made() as session:
        found = {
            name: (await session.execute(text(sql), {"body": BODY})).scalar_one() for name, sql in _EXAMPLES.items()
        }
    case_id = f"choice:{YEAR}:{found['{farm_id}']}"
    matter = next(line.farm_id for line in register.farms[::MATTER_EVERY] if line.inspection_body == BODY)
    audit = found["{audit_id}"]
    of_audit = f"{YEAR}/{audit.split(':')[2]}/{link_token(settings, audit, 1)}"
    await _extend(visitors[Role.SECRETARIAT])
    upload = await _upload(visitors[Role.SECRETARIAT], register.farms)
    places = {
        "{year}": str(YEAR), "{farm_id}": found["{farm_id}"], "{token}": link_token(settings, case_id, 1),
        "{farm_id}/matters/{number}": f"{matter}/matters/1",
        "{audit_id}": audit, "{case_id}": audit.replace("periodic-audit", "certification"),
        "audit/{year}/{farm_id}/{token}": f"audit/{of_audit}", "{module}": "A", "{list_id}": "L-001",
        "{extension_id}": "E-001",
        "findings/{number}": f"findings/{FOUND.number}", "c/{number}": f"c/{found['certificate']}",
        "certificates/{number}": f"certificates/{found['certificate']}",
        "farm-changes/{change_id}": f"farm-changes/{found['changed']}",
        "{farm_id}/choice-correction": f"{found['corrected']}/choice-correction",
        "{farm_id}/stop-correction": f"{found['stopped']}/stop-correction",
        "{body_id}": BODY, "{dairy_id}": DAIRY, "{hold_id}": "post", "{name}": "choice-answer-days",
        "{letter_key}": f"{case_id}:choice", "{batch_id}": BATCH, "{upload_id}": upload,
    }  # fmt: skip
    return places | {_camel(place): value for place, value in places.items()}


async def _extend(web: httpx.AsyncClient) -> None:
    """An extension that waits for its decision, of the list that was previewed."""
    days = {name: EXTENDED[name] for name in ("first", "last", "to")}
    previewed = await web.get("/api/v1/extensions/preview", params=days)
    previewed.raise_for_status()
    (await web.post("/api/v1/extensions", json=EXTENDED | {"seen": previewed.json()["seen"]})).raise_for_status()


async def _upload(web: httpx.AsyncClient, farms: Sequence[FarmLine]) -> str:
    """A register file of which every tenth farm moved."""
    lines = [_moved(line) if place % MOVED_EVERY == 0 else line for place, line in enumerate(farms[:UPLOADED])]
    file = ("farms.csv", written(lines, COLUMNS).encode())
    kept = await web.post("/api/v1/register-uploads", files={"file": file})
    kept.raise_for_status()
    return str(kept.headers["location"].rpartition("/")[2])


def _moved(line: FarmLine) -> FarmLine:
    return replace(line, street="Nieuwe Steenweg 1")


async def _own(web: httpx.AsyncClient, role: Role) -> dict[str, str]:
    """A task of the visitor's group; for the administrator a person."""
    if role is Role.ADMINISTRATOR:
        person = (await web.get("/api/v1/people")).raise_for_status().json()["items"][0]["personId"]
        return {"{person_id}": person, "{personId}": person}
    task = (await web.get("/api/v1/tasks?view=group")).raise_for_status().json()["items"][0]["taskId"]
    return {"{task_id}": task, "{taskId}": task}


def _camel(place: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), place)


async def _sizes(made: Sessions) -> dict[str, int]:
    async with made() as session:
        return {
            name: (await session.execute(text(f"SELECT count(*) FROM {name}"))).scalar_one()  # noqa: S608  # ours
            for name in ("farm", "choice", "letter", "periodic_audit", "task", "matter", "trail")
        }


def _tell(sizes: Mapping[str, int], health: float, told: Sequence[Asked], *, json: bool) -> None:
    wrong = [f"{one.visitor} {one.address}: {one.wrong}" for one in told if one.wrong]
    if json:
        tell({"rows": sizes, "healthMs": health, "asked": [vars(one) for one in told], "wrong": wrong, "ok": not wrong})
        return
    say(", ".join(f"{many} rows of {name}" for name, many in sizes.items()))
    say(f"{len(told)} addresses; the {SHOWN} slowest (--json has all). A health request takes {health:.1f} ms.")
    for one in told[:SHOWN]:
        figures = f"{one.median_ms:8.1f} ms  95 %: {one.p95_ms:8.1f} ms  {one.health:6.1f} health"
        say(f"{figures}  {one.visitor} {one.address}")
    for sentence in wrong:
        say(sentence, "bold red")
