"""The addresses that `ikm bench pages` asks: every page and list there is, and the long lists in each of their ways.

Left out: files to save (exports, PDFs, the mail behind a letter), what machines ask, the code half-way in, a
suspension (the register has none), and the preview of an extension, which answers to what is asked.
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from urllib.parse import urlencode

from fastapi.routing import APIRoute

from api.access import Gate, gates
from api.app import ROUTERS
from commands.bench.search import SEARCHES
from records.letter import LetterChannel, LetterState
from records.queries.audit_list import AuditOrder
from records.queries.farm_sieve import FarmOrder
from records.queries.round_member import MemberState
from records.queries.running import Runs
from records.queries.task import TaskOrder
from records.queries.task_sight import TaskView
from records.task import TaskKind
from scheme.choice import State
from scheme.choice_round import Country
from scheme.farmer import Standing
from scheme.language import Language
from scheme.letter import LetterKind
from scheme.people import ALLOWED, Action, Role
from scheme.periodic_audit import State as AuditState
from scheme.register_line import FarmLine

_LEFT_OUT = re.compile(
    r"[/.]pdf$|/mail$|\.ics$|\.\{kind\}$|/files/\{\w+\}$|/status-changes/\{change_?[iI]d\}$|/extensions/preview$|"
    r"/test-letter/\{language\}$|^/audits-worker\.js$|^/openapi|^/(livez|readyz|health)$|^/sign-in/code$"
)
_PLACE = re.compile(
    r"audit/\{year\}/\{farm_id\}/\{token\}|(?:findings|certificates|\bc)/\{number\}|"
    r"farm-changes/\{change_?[iI]d\}|"
    r"\{farm_?[iI]d\}/(?:matters/\{number\}|stop-correction|choice-correction)|\{\w+\}"
)
# One piece of JSON, where its page has the lines in pages.
_UNTURNED = re.compile(r"^/api/v1/(?:register-uploads/[^/]+|dairies/[^/]+/webhook)$")
Ways = Mapping[str, tuple[str, ...]]
# Whose machine is told.
DAIRY = "D-001"


def addresses(role: Role, places: Mapping[str, str], ways: Ways) -> tuple[str, ...]:
    """What somebody of this role may ask, each once. Raises KeyError for a place of a route that nobody has named."""
    found = [_PLACE.sub(lambda place: places[place[0]], path) for path, action in _routes() if _may(role, action)]
    return tuple(dict.fromkeys(address for path in found for address in (path, *_asked(role, path, ways))))


def _asked(role: Role, path: str, ways: Ways) -> Iterator[str]:
    page = path.removeprefix("/api/v1")
    for query in ways.get(page, ()):
        # The JSON asks the same of the database: it is turned only. Who oversees tasks has the list of all.
        asked = page == path or (query.startswith("page") and not _UNTURNED.match(path))
        if asked and (role is Role.SECRETARIAT or query != "view=all"):
            yield f"{path}?{query}"


def ways(year: int, farm: FarmLine, body: str, upload: str) -> Ways:
    """How each long list is narrowed, sorted and turned, by its page's path."""
    return {
        "/farms": (*_farm_filters(year, farm), *_sorted(FarmOrder), *_deep(600), *_searches(farm)),
        "/letters": (
            *_each("state", LetterState), *_each("kind", LetterKind), *_each("channel", LetterChannel),
            f"year={year}", f"farm={farm.farm_id}", "refused=true", "counted=true", *_deep(150),
        ),
        "/tasks": (
            *_each("view", TaskView), *_each("kind", TaskKind), "free=true", f"farm={farm.farm_id}",
            *(f"view=group&{way}" for way in (*_sorted(TaskOrder), *_deep(40))),
        ),
        f"/choice-rounds/{year}/farms": (*_each("state", MemberState), urlencode({"body": body}), *_deep(150)),
        f"/choice-rounds/{year}/failed-letters": _deep(2),
        f"/register-uploads/{upload}": ("effect=changed", "effect=added", *_deep(2)),
        f"/register-uploads/{upload}/differences": _deep(2),
        f"/dairies/{DAIRY}/webhook": _deep(10),
        "/audits": (*_each("state", AuditState), *_sorted(AuditOrder), "body=B-01", "open=true", *_deep(20)),
        "/certifications": ("ended=true", *_deep(10)),
        "/people": ("role=planner", "body=B-01", "active=true"),
        "/paper-answers": (urlencode({"farm_id": farm.farm_id}),),
    }  # fmt: skip


def _farm_filters(year: int, farm: FarmLine) -> tuple[str, ...]:
    return (
        *_each("standing", Standing), *_each("language", Language), *_each("country", Country), *_each("choice", State),
        *_each("runs", Runs), "body=B-01", "mail=true", "mail=false", f"dairy={farm.dairy_id}",
        urlencode({"certificationBody": farm.certification_body or ""}), f"round={year}",
        f"expiresFrom={year}-06-01&expiresUntil={year}-09-30",
        "body=B-02&choice=answered&sort=-expiresOn&page=2", "q=hoeve&body=B-01&mail=false&sort=name",
    )  # fmt: skip


def _searches(farm: FarmLine) -> tuple[str, ...]:
    return tuple(urlencode({"q": ask(farm).q}) for ask in SEARCHES.values())


def _each(name: str, values: type[StrEnum]) -> tuple[str, ...]:
    return tuple(f"{name}={value.value}" for value in values)


def _sorted(orders: type[StrEnum]) -> tuple[str, ...]:
    return tuple(f"sort={turned}{order.value}" for order in orders for turned in ("", "-"))


def _deep(last: int) -> tuple[str, ...]:
    return f"page={max(2, last // 2)}", f"page={last}", "pageSize=500"


def _routes() -> Iterator[tuple[str, Action | None]]:
    for router in ROUTERS:
        for route in router.routes:
            if isinstance(route, APIRoute) and "GET" in (route.methods or ()) and not _LEFT_OUT.search(route.path):
                yield from ((route.path, gate.action) for gate in gates(route.dependant) if isinstance(gate, Gate))


def _may(role: Role, action: Action | None) -> bool:
    """The secretary asks the public pages, the administrator only what nobody else may."""
    if action is None:
        return role is Role.SECRETARIAT
    alone = role is Role.ADMINISTRATOR and Role.SECRETARIAT in ALLOWED[action]
    return role in ALLOWED[action] and not alone
