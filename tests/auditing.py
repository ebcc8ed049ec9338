"""An audit planned and reported as people do it, through the API of a running house."""

import asyncio
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from rehearsal.web import Mailbox
from rehearsal.web import Secretary as Keyed
from scheme.audit_report import WORDS_NEEDED
from tests.stage import Stage
from tests.world import BODIES


@dataclass(frozen=True)
class Course:
    """What happens on one farm. lacking: requirements that are not met; score: of its hygiene, everywhere alike."""

    lacking: tuple[str, ...] = ()
    score: int = 80
    surroundings: str = "good"


async def keyed(stage: Stage, name: str) -> httpx.AsyncClient:
    """The API, as this person of the practice house."""
    return (await Keyed.sign_in(stage.web, name, stage.people()[name])).web


async def body_of(stage: Stage, audit: str) -> str:
    """The number of the audit's body."""
    desk = await keyed(stage, "secretariat")
    told = (await desk.get(f"/api/v1/audits/{audit}")).raise_for_status().json()
    return next(one.body_id for one in BODIES if one.name == told["inspectionBody"]).lower()


async def plan(stage: Stage, audit: str, visit_at: str) -> None:
    """The planner of its body plans it for the body's practice auditor."""
    body = await body_of(stage, audit)
    planner = await keyed(stage, f"planner-{body}")
    office = await keyed(stage, "administrator")
    people = (await office.get("/api/v1/people", params={"pageSize": 500})).raise_for_status().json()["items"]
    auditor = next(one["personId"] for one in people if one["signInName"] == f"auditor-{body}")
    asked = {"visitAt": visit_at, "auditor": auditor}
    (await planner.post(f"/api/v1/audits/{audit}/visit", json=asked)).raise_for_status()


async def fill_in(stage: Stage, audit: str, on: str, course: Course) -> httpx.AsyncClient:
    """Every requirement is answered, one by one as a telephone does; the auditor's API."""
    phone = await keyed(stage, f"auditor-{await body_of(stage, audit)}")
    draft = (await phone.get(f"/api/v1/audits/{audit}/report")).raise_for_status().json()
    for item, value in answers(draft, on, course).items():
        words = "gezien op de ronde" if value in WORDS_NEEDED else ""
        answer = {"key": str(uuid.uuid4()), "value": value, "words": words, "base": 0, "device": "proof"}
        (await phone.put(f"/api/v1/audits/{audit}/report/answers/{item}", json=answer)).raise_for_status()
    return phone


async def report(stage: Stage, audit: str, on: str, course: Course) -> None:
    """Filled in and handed in."""
    phone = await fill_in(stage, audit, on, course)
    (await phone.post(f"/api/v1/audits/{audit}/report")).raise_for_status()


def answers(draft: Mapping[str, Any], on: str, course: Course) -> dict[str, str]:
    """What is answered to each item of the draft."""
    values = {"day": on, "surroundings": course.surroundings, "score": str(course.score)}
    lines = [*draft["general"], *(line for module in draft["modules"] for line in module["lines"])]
    return {
        line["item"]: values.get(line["kind"]) or ("not-met" if line["item"] in course.lacking else "met")
        for line in lines
    }


async def link_of(stage: Stage, audit: str) -> str:
    """The path of the link in the farmer's last letter about the audit, once it has come."""
    farm_id = audit.split(":")[2]
    async with asyncio.timeout(60):
        while True:
            mailbox = Mailbox.at(stage.mailbox)
            async with mailbox.web:
                mails = [await mailbox.read(item) for item in await mailbox.after(0)]
            links = [found.group() for mail in mails if (found := re.search(rf"/audit/\d+/{farm_id}/\w+", mail.text))]
            if links:
                return links[-1]
