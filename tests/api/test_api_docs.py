"""The four commands of docs/api.md, sent as they stand there."""

import re
import shlex
from pathlib import Path
from string import Template

import httpx
from fastapi import FastAPI

from records.database import Sessions
from tests.api.asked import ask_farms, reach
from tests.api.conftest import PASSWORD, SITE

DOCS = Path(__file__).parents[2] / "docs" / "api.md"
FLAGS = {"-sS": 0, "-c": 1, "-b": 1}


def commands() -> list[str]:
    """Each line of the document that calls curl."""
    return [line for line in DOCS.read_text().splitlines() if line.startswith("curl ")]


def request_of(command: str, **known: str) -> httpx.Request:
    """What curl would send: GET, or POST with what follows -d."""
    words = iter(shlex.split(Template(command).substitute(known))[1:])
    headers, content, address = {}, None, ""
    for word in words:
        match word:
            case "-H":
                name, value = next(words).split(": ", 1)
                headers[name] = value
            case "-d":
                content = next(words)
            case _ if word in FLAGS:
                [next(words) for _ in range(FLAGS[word])]
            case _:
                address = word
    return httpx.Request("GET" if content is None else "POST", address, headers=headers, content=content)


async def test_the_four_commands_do_what_they_say(
    app: FastAPI, visitor: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    await reach(app)
    await ask_farms(made_sessions)
    assert len(commands()) == 4
    known, told = {"HOUSE": SITE, "PASSWORD": PASSWORD, "CSRF": ""}, []
    for command in commands():
        sent = request_of(command, **known)
        answer = await visitor.request(sent.method, sent.url, headers=sent.headers, content=sent.content)
        told.append((answer.status_code, answer.json()))
        known["CSRF"] = known["CSRF"] or answer.json().get("csrf", "")
    (signed_in, who), (started, receipt), (progress, how_far), (found, farms) = told
    assert (signed_in, started, progress, found) == (201, 202, 200, 200)
    assert who["role"] == "secretariat"
    assert receipt["submissionId"] == re.findall(r"Idempotency-Key: ([0-9a-f-]{36})", DOCS.read_text())[0]
    assert {farm["farmId"] for farm in farms["items"]} == {"F-000001", "F-000002"}
    assert how_far["letters"] == 2
