"""The people of the house and of the inspection bodies at work on audits, by the same functions as the pages."""

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import httpx

from rehearsal.course import Course
from rehearsal.web import NotUnderstoodError, Secretary
from scheme.audit_report import WORDS_NEEDED
from scheme.ids import BodyId

PAGE = 500
DEVICE = "rehearsal"
REASON = "Zoals in het dossier staat."
MISSING = "Op de foto is niet te lezen wat werd gevraagd."
SEEN = "Gezien op de ronde."


@dataclass
class Desks:
    """Everybody who can sign in, signed in when first needed. passwords: by sign-in name.

    asked: requests they made since they signed in.
    """

    address: str
    passwords: Mapping[str, str]
    asked: int = 0
    _open: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    _auditors: dict[BodyId, str] = field(default_factory=dict)
    _gate: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def of(self, name: str) -> httpx.AsyncClient:
        """The API as this person."""
        async with self._gate:
            if name not in self._open:
                web = (await Secretary.sign_in(self.address, name, self.passwords[name])).web
                web.event_hooks = {"request": [self._count]}
                self._open[name] = web
            return self._open[name]

    async def auditor_of(self, body: BodyId) -> str:
        """The body's auditor, as the list of people has them."""
        if body not in self._auditors:
            people = await everything(await self.of("administrator"), "people")
            found = (one["personId"] for one in people if one["signInName"] == f"auditor-{body.lower()}")
            self._auditors[body] = next(found)
        return self._auditors[body]

    async def close(self) -> None:
        """Everybody goes home."""
        for web in self._open.values():
            await web.aclose()

    async def _count(self, _: httpx.Request) -> None:
        self.asked += 1


async def plan(desks: Desks, body: BodyId, audit: str, at: datetime) -> None:
    """The body's planner plans a visit by its auditor: the audit's, or of what has to be seen on site."""
    said = {"visitAt": at.isoformat(), "auditor": await desks.auditor_of(body)}
    await hand_in(await desks.of(f"planner-{body.lower()}"), f"audits/{audit}/visit", said)


async def report(desks: Desks, body: BodyId, audit: str, on: date, course: Course, score: int) -> None:
    """The auditor answers every item as the telephone does, and hands the report in."""
    phone = await desks.of(f"auditor-{body.lower()}")
    draft = await read(phone, f"audits/{audit}/report")
    for item, value in answers(draft, on, course, score).items():
        words = SEEN if value in WORDS_NEEDED else ""
        put = {"key": str(uuid.uuid4()), "value": value, "words": words, "base": 0, "device": DEVICE}
        (await phone.put(f"/api/v1/audits/{audit}/report/answers/{item}", json=put)).raise_for_status()
    await hand_in(phone, f"audits/{audit}/report", None)


def answers(draft: Mapping[str, Any], on: date, course: Course, score: int) -> dict[str, str]:
    """What is answered to each item of the draft."""
    values = {"day": on.isoformat(), "surroundings": course.surroundings.value, "score": str(score)}
    lines = [*draft["general"], *(line for module in draft["modules"] for line in module["lines"])]
    return {
        line["item"]: values.get(line["kind"]) or ("not-met" if line["item"] in course.lacking else "met")
        for line in lines
    }


async def judge(desks: Desks, body: BodyId, audit: str, number: str, on: date, *, seen: str, accepted: bool) -> None:
    """The auditor accepts a proof, or returns it with a reason. seen: on paper, or on site."""
    said = {"accepted": accepted, "seen": seen, "seenOn": on.isoformat(), "reason": "" if accepted else MISSING}
    await hand_in(await desks.of(f"auditor-{body.lower()}"), f"audits/{audit}/findings/{number}/verdict", said)


async def certify(desks: Desks, name: str, certification: str, what: str) -> None:
    """A decider reviews or decides (`what`) as the rules give."""
    web = await desks.of(name)
    best = (await read(web, f"certifications/{certification}"))["best"]
    await hand_in(web, f"certifications/{certification}/{what}", {"result": best, "reasons": REASON})


async def read(web: httpx.AsyncClient, path: str) -> dict[str, Any]:
    """What the API tells."""
    return dict((await web.get(f"/api/v1/{path}")).raise_for_status().json())


async def everything(web: httpx.AsyncClient, path: str, **asked: str) -> list[dict[str, Any]]:
    """A list of the API, page by page."""
    found: list[dict[str, Any]] = []
    number = 1
    while True:
        answer = await web.get(f"/api/v1/{path}", params={**asked, "page": str(number), "pageSize": str(PAGE)})
        page = answer.raise_for_status().json()
        found += page["items"]
        if not page["items"] or len(found) >= page["total"]:
            return found
        number += 1


async def hand_in(web: httpx.AsyncClient, path: str, said: Mapping[str, Any] | None) -> None:
    """Hand something in. Raises NotUnderstoodError where a rule refuses it."""
    answer = await web.post(f"/api/v1/{path}", json=said)
    if answer.is_error:
        raise NotUnderstoodError(f"{path}: {answer.status_code} {answer.text}")
