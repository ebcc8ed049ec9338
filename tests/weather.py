"""A house in bad weather: each part under the supervisor, and between them cables that can be cut."""

import subprocess
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path

from parts import secrets
from parts import supervisor as supervising
from parts.processes import is_command
from parts.up import parts_of
from rehearsal.cable import Cable
from rehearsal.faults import Part
from scheme.days import ZONE
from settings import Settings
from tests.stage import Stage, environment, eventually

# Seconds each piece of a letter is under way: the mail server is not on the same machine.
TO_THE_MAIL_SERVER = 0.01


@dataclass
class Cabled(Stage):
    """A running house whose parts can be struck."""

    parts: dict[Part, supervising.Part] = field(default_factory=dict)
    cables: dict[Part, Cable] = field(default_factory=dict)

    def running(self, part: Part) -> int | None:
        """Its process; None while it is down."""
        pid = self.pid(part)
        return pid if is_command(pid, self.parts[part].argv) else None


@asynccontextmanager
async def cabled(var: Path, begins: date, *, mail_delay: float = TO_THE_MAIL_SERVER) -> AsyncIterator[Cabled]:
    """A practice house in this folder (which may hold one already), with cables; stopped at the end."""
    env = environment(var)
    ports = {
        Part.WEB: env["IKM_WEB_PORT"],
        Part.TEMPORAL: env["IKM_TEMPORAL_PORT"],
        Part.POSTGRES: env["IKM_POSTGRES_PORT"],
        Part.MAILBOX: env["SMTP_PORT"],
    }
    async with AsyncExitStack() as stack:
        cables = {
            part: await stack.enter_async_context(Cable(int(port), delay=mail_delay if part is Part.MAILBOX else 0.0))
            for part, port in ports.items()
        }
        web = f"http://127.0.0.1:{cables[Part.WEB].port}"
        settings = _settings(env, web, begins)
        var.mkdir(parents=True, exist_ok=True)
        kept = secrets.load_or_make(var / "secrets.json")
        secrets.write_environment(var / "env", secrets.environment(settings, kept))
        parts = [_through(part, cables, settings) for part in await parts_of(settings, kept)]
        told = stack.enter_context((var / "supervisor.log").open("a", buffering=1))
        supervisor = supervising.Supervisor(parts, var, tell=lambda line: told.write(f"{line}\n"))
        stack.push_async_callback(supervisor.stop)
        await supervisor.start()
        by_name = {Part(part.name): part for part in parts}
        yield Cabled(var, env, web, f"http://127.0.0.1:{env['IKM_MAILBOX_PORT']}", None, by_name, cables)


def copied(camp: Path, to: Path) -> Path:
    """A second house like the first one, which stands still."""
    subprocess.run(["cp", "-a", str(camp), str(to)], check=True)
    return to


async def quiet(stage: Stage) -> None:
    """Wait until the machine has nothing left to do."""
    for _ in range(60):
        left = (await stage.json("clock", "show"))["waiting"]
        if not left:
            return
    raise AssertionError(left)


async def all_up(stage: Cabled) -> None:
    """Wait until every part runs."""
    await eventually(lambda: all(stage.running(part) for part in Part), "a part stays down")


def _settings(env: dict[str, str], web: str, begins: date) -> Settings:
    morning = datetime.combine(begins, time(8), ZONE)
    named = {name: value for name, value in env.items() if name.startswith(("IKM_", "SMTP_"))}
    return Settings(**named, public_url=web, practice=True, practice_begins=morning)


def _through(part: supervising.Part, cables: dict[Part, Cable], settings: Settings) -> supervising.Part:
    """The part as it speaks to the others through the cables."""
    if part.name not in {Part.WORKER, Part.WEB}:
        return part
    url = part.env["DATABASE_URL"].replace(f":{settings.postgres_port}/", f":{cables[Part.POSTGRES].port}/")
    through = {
        "DATABASE_URL": url,
        "TEMPORAL_ADDRESS": f"127.0.0.1:{cables[Part.TEMPORAL].port}",
        "SMTP_PORT": str(cables[Part.MAILBOX].port),
    }
    return replace(part, env={**part.env, **through})
