"""Every command of docs/api.md, sent as it stands there, and again where it says that this changes nothing."""

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

import httpx
from fastapi import FastAPI

from records.database import Sessions
from records.farm import Farm
from records.register_upload import UploadRow
from scheme.register import FARMS
from scheme.register_file import written
from tests.api.asked import ask_farms, reach
from tests.api.conftest import PASSWORD, SITE
from tests.world import farm, table

DOCS = Path(__file__).parents[2] / "docs" / "api.md"
# Options of curl that say nothing about the request, and how many words follow each.
FLAGS = {"-sS": 0, "-i": 0, "-c": 1, "-b": 1}


@dataclass
class Command:
    """What curl would send: GET, POST where it has a body, or what -X says."""

    address: str = ""
    method: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    content: str | None = None
    fields: dict[str, str] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)

    def request(self, visitor: httpx.AsyncClient) -> httpx.Request:
        """The request, with the visitor's cookies."""
        body = self.content is not None or self.fields or self.files
        files = {name: (path.name, path.read_bytes()) for name, path in self.files.items()}
        return visitor.build_request(
            self.method or ("POST" if body else "GET"), self.address, headers=self.headers,
            content=self.content, data=self.fields or None, files=files or None,
        )  # fmt: skip


def blocks() -> list[list[str]]:
    """Each shell block of the document, as its lines that call curl."""
    found = re.findall(r"```sh\n(.*?)```", DOCS.read_text(), re.DOTALL)
    return [[line for line in block.splitlines() if line.startswith("curl ")] for block in found]


def read(command: str, here: Path, known: dict[str, str]) -> Command:
    """The command as a shell in the folder `here` would read it."""
    words, asked = iter(shlex.split(Template(command).substitute(known))[1:]), Command()
    for word in words:
        match word:
            case "-X":
                asked.method = next(words)
            case "-H":
                name, value = next(words).split(": ", 1)
                asked.headers[name] = value
            case "-d":
                asked.content = next(words)
            case "-F":
                name, value = next(words).split("=", 1)
                if value.startswith("@"):
                    asked.files[name] = here / value[1:]
                else:
                    asked.fields[name] = value
            case _ if word in FLAGS:
                [next(words) for _ in range(FLAGS[word])]
            case _:
                asked.address = word
    return asked


class Shell:
    """Somebody who copies the commands one after the other, and keeps what the comments say is kept."""

    def __init__(self, visitor: httpx.AsyncClient, here: Path) -> None:
        self.visitor, self.here = visitor, here
        self.known = {"HOUSE": SITE, "PASSWORD": PASSWORD, "CSRF": "", "ETAG": ""}

    async def run(self, command: str) -> httpx.Response:
        """What the house answers."""
        answer = await self.visitor.send(read(command, self.here, self.known).request(self.visitor))
        self.known["CSRF"] = self.known["CSRF"] or answer.json().get("csrf", "")
        self.known["ETAG"] = self.known["ETAG"] or answer.headers.get("ETag", "").replace('"', r"\"")
        return answer


async def test_every_command_does_what_it_says(
    app: FastAPI, visitor: httpx.AsyncClient, made_sessions: Sessions, tmp_path: Path
) -> None:
    await reach(app)
    await ask_farms(made_sessions)
    (tmp_path / "farms.csv").write_text(written([farm(1), farm(7)], FARMS.columns))
    shell = Shell(visitor, tmp_path)
    (sign_in, look, change, upload), (find, start, follow) = blocks()
    who = await shell.run(sign_in)
    assert (who.status_code, who.json()["role"]) == (201, "secretariat")
    assert (await shell.run(look)).json()["farmId"] == "F-000001"
    assert (await shell.run(change)).json()["phone"] == "+32 14 00 12 34"
    assert (await shell.run(change)).status_code == 412
    assert {one.farm_id: one.phone for one in await table(made_sessions, Farm)}["F-000001"] == "+32 14 00 12 34"
    kept = await shell.run(upload)
    assert kept.status_code == 201
    report = (await visitor.get(kept.headers["Location"])).json()
    assert (report["counts"]["added"], report["mistakes"]) == (1, 0)
    assert [(await shell.run(upload)).status_code, len(await table(made_sessions, UploadRow))] == [201, 1]
    farms = (await shell.run(find)).json()
    assert {one["farmId"] for one in farms["items"]} == {"F-000001", "F-000002"}
    started, again = await shell.run(start), await shell.run(start)
    assert (started.status_code, again.json()["submissionId"]) == (202, started.json()["submissionId"])
    assert (await shell.run(follow)).json()["letters"] == 2
