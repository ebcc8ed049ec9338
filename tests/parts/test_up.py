"""All parts together, with small programs in the place of worker, web and migrations."""

import asyncio
import json
import os
import sys
from pathlib import Path
from signal import SIGKILL

import httpx
import psycopg
import pytest

from parts import secrets, up
from parts.processes import command_of, free_port, until
from settings import Settings

ROOT = Path(__file__).parents[2]
WORKER = """
import os, pathlib, time
assert "DATABASE_OWNER_URL" not in os.environ
pathlib.Path(os.environ["IKM_READY_FILE"]).write_text("ready\\n")
time.sleep(600)
"""
WEB = """
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

def create_app():
    return Starlette(routes=[Route("/livez", lambda request: PlainTextResponse("here"))])
"""
MIGRATE = """
import os, psycopg
with psycopg.connect(os.environ["DATABASE_OWNER_URL"].replace("+psycopg", "")) as owner:
    owner.execute("CREATE TABLE IF NOT EXISTS started (at timestamptz DEFAULT now())")
    owner.execute("INSERT INTO started DEFAULT VALUES")
    owner.execute("GRANT SELECT ON started TO ikm_app")
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    root = tmp_path / "root"
    for name, program in (("worker.py", WORKER), ("api/app.py", WEB), ("records/migrate.py", MIGRATE)):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(program)
        if (root / name).parent != root:
            # A package of its own, so that it comes before the installed one of the same name.
            ((root / name).parent / "__init__.py").touch()
    for name in ("parts", "settings.py"):
        (root / name).symlink_to(ROOT / name)
    monkeypatch.setattr(up, "ROOT", root)
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        monkeypatch.delenv(name, raising=False)
    ports = ("web_port", "postgres_port", "temporal_port", "temporal_ui_port", "mailbox_port", "smtp_port")
    return Settings.model_validate({"var": tmp_path / "var", **{name: free_port() for name in ports}})


def pids(settings: Settings) -> dict[str, int]:
    return dict(json.loads((settings.var / "parts.json").read_text()))


async def test_all_parts_start_survive_kills_and_are_found_again(settings: Settings) -> None:
    seen: list[dict[str, int]] = []

    async def answers() -> bool:
        url = secrets.read_environment(settings.var / "env")["DATABASE_URL"].replace("+psycopg", "")
        try:
            with psycopg.connect(url) as connection:
                row = connection.execute("SELECT count(*) FROM started").fetchone()
            async with httpx.AsyncClient(trust_env=False) as client:
                (await client.get(f"http://127.0.0.1:{settings.web_port}/livez")).raise_for_status()
        except (psycopg.OperationalError, httpx.TransportError):
            return False
        return row == (len(seen),)

    async def strike() -> int:
        seen.append(pids(settings))
        assert list(seen[-1]) == ["postgres", "temporal", "mailbox", "worker", "web"]
        for name in ("postgres", "web"):
            os.kill(seen[-1][name], SIGKILL)
        async with asyncio.timeout(20):
            await until(answers)
        return 7

    assert await up.up(settings, on_ready=strike) == 7
    assert await up.up(settings, on_ready=strike) == 7
    assert not [pid for each in seen for pid in each.values() if command_of(pid)]


async def test_a_migration_that_fails_is_shown(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    (up.ROOT / "records" / "migrate.py").write_text("raise SystemExit('column grade is missing')")
    assert await up.up(settings) == 1
    assert "column grade is missing" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
async def test_a_killed_up_leaves_nothing_and_starts_again(settings: Settings) -> None:
    program = (
        "import asyncio; from parts import up; from settings import Settings; from pathlib import Path;"
        f"up.ROOT = Path({str(up.ROOT)!r}); raise SystemExit(asyncio.run(up.up(Settings())))"
    )
    env = {**os.environ, **secrets.environment(settings, secrets.make())}
    del env["DATABASE_URL"], env["DATABASE_OWNER_URL"]
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, env=env, cwd=ROOT)

    async def started() -> bool:
        return (settings.var / "parts.json").exists() and "web" in pids(settings)

    async with asyncio.timeout(20):
        await until(started)
    process.kill()
    await process.wait()
    assert await up.up(settings, on_ready=lambda: asyncio.sleep(0, 5)) == 5
