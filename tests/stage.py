"""A stage for proofs: `ikm up` in practice mode as a user starts it, with ports and state of its own."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from parts.processes import free_port
from rehearsal.register import BODIES, FARMS, write
from scheme.register_line import BodyLine, FarmLine

ROOT = Path(__file__).resolve().parents[1]
IKM = str(Path(sys.executable).with_name("ikm"))
READY_SECONDS = 120


@dataclass
class Stage:
    """A running house."""

    var: Path
    env: dict[str, str]
    web: str
    mailbox: str
    process: subprocess.Popen[bytes] | None

    def pid(self, part: str) -> int:
        """Process id of a part, as the supervisor last wrote it."""
        return int(json.loads((self.var / "parts.json").read_text())[part])

    def send(self, part: str, number: signal.Signals) -> None:
        """Kill, freeze or thaw one part."""
        os.kill(self.pid(part), number)

    async def ikm(self, *words: str, check: bool = True) -> str:
        """Run a command in a second terminal; its standard output."""
        done = await asyncio.create_subprocess_exec(
            IKM, *words, cwd=ROOT, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        out, err = await done.communicate()
        assert done.returncode == 0 or not check, (words, out.decode(), err.decode())
        return out.decode()

    async def json(self, *words: str) -> Any:
        """Run a command with --json; the object of its last line."""
        return json.loads((await self.ikm(*words, "--json")).splitlines()[-1])

    async def bring_in(self, bodies: Sequence[BodyLine], farms: Sequence[FarmLine]) -> None:
        """Import these as a secretary does, from files."""
        folder = self.var / "register"
        write(folder, bodies, farms)
        await self.ikm("register", "import", str(folder / FARMS), "--bodies", str(folder / BODIES))

    def people(self) -> dict[str, str]:
        """Passwords of the people for practice."""
        return dict(json.loads((self.var / "practice-people.json").read_text()))

    async def restarted(self, part: str, old: int) -> None:
        """Wait until the supervisor has started the part again."""
        await eventually(lambda: self.pid(part) != old, f"{part} was not started again")


def environment(var: Path) -> dict[str, str]:
    """An environment with ports of its own and nothing of another house."""
    names = ("IKM_WEB_PORT", "IKM_POSTGRES_PORT", "IKM_TEMPORAL_PORT", "IKM_TEMPORAL_UI_PORT", "IKM_MAILBOX_PORT")
    ports = {name: str(free_port()) for name in (*names, "SMTP_PORT")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("IKM_", "DATABASE_", "SMTP_"))}
    return {**kept, **ports, "IKM_VAR": str(var), "COLUMNS": "120"}


@asynccontextmanager
async def raised(var: Path, *words: str) -> AsyncIterator[Stage]:
    """Start `ikm` with these words (`up --practice …`, `demo …`) and stop it at the end as Ctrl-C does."""
    env = environment(var)
    var.mkdir(parents=True, exist_ok=True)
    with (var / "ikm.log").open("ab") as log:
        process = subprocess.Popen([IKM, *words], cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)
    web = f"http://127.0.0.1:{env['IKM_WEB_PORT']}"
    stage = Stage(var, env, web, f"http://127.0.0.1:{env['IKM_MAILBOX_PORT']}", process)
    try:
        await eventually(lambda: _ready(stage), f"not ready, see {var / 'ikm.log'}", READY_SECONDS)
        yield stage
    finally:
        process.send_signal(signal.SIGINT)
        await asyncio.to_thread(process.wait, 60)


def _ready(stage: Stage) -> bool:
    assert stage.process.poll() is None, (stage.var / "ikm.log").read_text()
    try:
        return httpx.get(f"{stage.web}/livez").is_success and (stage.var / "practice-people.json").exists()
    except httpx.TransportError:
        return False


async def eventually(holds: Any, complaint: str, seconds: float = 60) -> None:
    """Wait until `holds()` is true; fail with the complaint."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not holds():
        assert loop.time() < deadline, complaint
        await asyncio.sleep(0.1)
