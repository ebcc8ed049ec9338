"""What the web process writes of a visit, good or bad, holds nothing that opens a door."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from api.access import SESSION_COOKIE
from parts.postgres import Running
from parts.processes import free_port, until
from scheme.people import Role
from tests.api.conftest import PASSWORD
from tests.api.served import fill, session_of

ROOT = Path(__file__).parents[2]
PAYLOAD_KEY, CODE_KEY = "P" * 43, "C" * 43
TYPED = "typed-instead-of-a-password"


async def test_a_run_with_every_kind_of_mistake(cluster: Running, shared: str, tmp_path: Path) -> None:
    url, log = cluster.url("ikm_app", shared), tmp_path / "web.log"
    await asyncio.to_thread(fill, url)
    given = await asyncio.to_thread(session_of, url, Role.SECRETARIAT)
    async with visiting(url, log) as visitor:
        begun = await mistakes(visitor, given)
    secrets = [
        PASSWORD, TYPED, PAYLOAD_KEY, CODE_KEY, cluster.kept.app, begun.cookies[SESSION_COOKIE],
        begun.json()["csrf"], given["X-CSRF-Token"],
    ]  # fmt: skip
    written = log.read_text()
    assert '"route": "/api/v1/session"' in written
    assert '"route": "/api/v1/account/password"' in written
    assert [secret for secret in secrets if secret in written] == []


async def mistakes(visitor: httpx.AsyncClient, given: dict[str, str]) -> httpx.Response:
    """Sign in as one should, and in every way one should not; a code in a path, a password in a query, a broken text."""
    right = {"signInName": "secretariat", "password": PASSWORD}
    begun = await visitor.post("/api/v1/session", json=right)
    assert begun.status_code == 201
    for body in (right | {"password": TYPED}, right | {"password": [TYPED]}, right | {"more": TYPED}):
        assert (await visitor.post("/api/v1/session", json=body)).status_code in {400, 401}
    await visitor.post("/api/v1/session", content=f'{{"password": "{TYPED}'.encode())
    await visitor.post("/sign-in", data={"sign_in_name": f"{TYPED}\0", "password": TYPED})
    await visitor.get(f"/choices/2025/F-000001/{TYPED}")
    await visitor.get(f"/{TYPED}", params={"password": TYPED})
    await visitor.post("/api/v1/account/password", json={"current": TYPED, "password": f"{TYPED}\0"}, headers=given)
    return begun


@asynccontextmanager
async def visiting(url: str, log: Path) -> AsyncIterator[httpx.AsyncClient]:
    """`ikm web` as it runs in production, and a visitor."""
    port, env = free_port(), os.environ | {"DATABASE_URL": url, "TEMPORAL_ADDRESS": "127.0.0.1:1"}
    env |= {"IKM_PAYLOAD_KEY": PAYLOAD_KEY, "IKM_CODE_KEY": CODE_KEY}
    argv = [sys.executable, "ikm.py", "web", "--port", str(port)]
    with log.open("ab") as output:
        process = subprocess.Popen(argv, cwd=ROOT, env=env, stdout=output, stderr=output)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as visitor:

            async def answers() -> bool:
                try:
                    return (await visitor.get("/readyz")).status_code == 200
                except httpx.TransportError:
                    return False

            async with asyncio.timeout(60):
                await until(answers)
            yield visitor
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 30)
