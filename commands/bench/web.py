"""The pages of `ikm bench pages`: the real web process on a scratch database, who visits it, and how long it takes."""

import os
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import httpx

from commands.bench.house import alone
from parts import secrets
from parts.postgres import Running
from parts.supervisor import Supervisor
from parts.up import parts_of
from records.practice import SignIn
from rehearsal.web import Secretary
from scheme.people import Role
from settings import Settings

ACCEPTED_MS = 300
WHO = {Role.SECRETARIAT: Role.SECRETARIAT.value, Role.ADMINISTRATOR: "administrator", Role.PLANNER: "planner-b-01"}


@dataclass(frozen=True)
class Asked:
    """One address as one visitor asked it, in milliseconds. status: of its last answer.

    health: its median to that of a health request.
    """

    visitor: str
    address: str
    status: int
    median_ms: float
    p95_ms: float
    health: float = 0

    @property
    def wrong(self) -> str | None:
        """Why it is not accepted: slow, or no page at all; None where it is."""
        if self.status not in {httpx.codes.OK, httpx.codes.SEE_OTHER}:
            return f"answered {self.status}"
        return f"slower than {ACCEPTED_MS} ms" if self.median_ms > ACCEPTED_MS else None


@asynccontextmanager
async def web_on(running: Running) -> AsyncIterator[Settings]:
    """The web process as `ikm up` starts it, on this database; the other parts are away, as pages must bear."""
    with TemporaryDirectory(prefix="ikm-bench-") as folder:
        var = Path(folder) / "var"
        alone(var)
        os.environ.update(DATABASE_URL=running.url("ikm_app"), IKM_PRACTICE="true")
        kept = secrets.load_or_make(var / "secrets.json")
        os.environ.update(secrets.environment(Settings(), kept))
        settings = Settings()
        web = [part for part in await parts_of(settings, kept) if part.name == "web"]
        supervisor = Supervisor(web, var)
        try:
            await supervisor.start()
            yield settings
        finally:
            await supervisor.stop()


@asynccontextmanager
async def visitors_at(address: str, people: Sequence[SignIn]) -> AsyncIterator[Mapping[Role, httpx.AsyncClient]]:
    """The secretary, the administrator, and the planner of one body, signed in."""
    passwords = {one.name: one.password for one in people}
    signed_in = {role: await Secretary.sign_in(address, name, passwords[name]) for role, name in WHO.items()}
    try:
        yield {role: one.web for role, one in signed_in.items()}
    finally:
        for one in signed_in.values():
            await one.web.aclose()


async def ask(web: httpx.AsyncClient, role: Role, address: str, times: int) -> Asked:
    """Ask it `times` times, and once before, so that plans and rows are warm."""
    took = list[float]()
    for _ in range(times + 1):
        began = time.perf_counter()
        answer = await web.get(address)
        took.append((time.perf_counter() - began) * 1000)
    warm = took[1:]
    return Asked(role.value, address, answer.status_code, round(median(warm), 1), round(quantiles(warm, n=20)[-1], 1))
