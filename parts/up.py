"""All parts of the product on this machine, from the database to the pages."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from pathlib import Path
from signal import SIGINT, SIGTERM
from subprocess import CalledProcessError

import httpx

from parts import postgres, secrets, temporal
from parts.account import account_for
from parts.processes import LOOPBACK, die_with_parent, end, until
from parts.signing import with_practice_key
from parts.supervisor import Part, PartFailed, Supervisor, held, say
from settings import Settings

ROOT = Path(__file__).resolve().parent.parent


async def up(settings: Settings, *, on_ready: Callable[[], Awaitable[int | None]] | None = None) -> int:
    """Run everything until SIGINT or SIGTERM (status 0), or until `on_ready` returns a status.

    on_ready: called once all is ready; None as its result means: go on until the signal.
    A part that cannot start is named on stderr, with status 1.
    """
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for sent in (SIGINT, SIGTERM):
        loop.add_signal_handler(sent, stop.set)
    try:
        with held(settings.var):
            return await _run(settings, stop, on_ready)
    except PartFailed as failure:
        say(str(failure))
        return 1
    finally:
        for sent in (SIGINT, SIGTERM):
            loop.remove_signal_handler(sent)


async def _run(settings: Settings, stop: asyncio.Event, on_ready: Callable[[], Awaitable[int | None]] | None) -> int:
    var = settings.var.resolve()
    if (var / "postgres").exists() and not (var / "secrets.json").exists():
        message = (
            f"{var}/secrets.json is gone, without which {var}/postgres cannot be opened: restore it, or remove both"
        )
        raise PartFailed(message)
    kept = secrets.load_or_make(var / "secrets.json")
    settings = with_practice_key(settings)
    variables = secrets.environment(settings, kept)
    secrets.write_environment(var / "env", variables)
    supervisor = Supervisor(await parts_of(settings, kept), var)

    async def work() -> int | None:
        if settings.database_url and "DATABASE_OWNER_URL" in variables:
            await _migrate({**os.environ, **variables})
        await supervisor.start()
        status = await on_ready() if on_ready is not None else None
        if status is None:
            await stop.wait()
        return status

    try:
        return await _unless(stop, work()) or 0
    finally:
        await supervisor.stop()


async def parts_of(settings: Settings, kept: secrets.Secrets) -> list[Part]:
    """Return the parts in their order; a database or mail server of one's own (DATABASE_URL, SMTP_HOST) is left alone.

    Makes the database's data folder if it lacks.
    """
    variables = secrets.environment(settings, kept)
    whole = {**os.environ, **variables, "PYTHONUNBUFFERED": "1"}
    # Only migrations may be the owner of the tables.
    env = {name: value for name, value in whole.items() if name != "DATABASE_OWNER_URL"}
    parts = [] if settings.database_url else [await _postgres(settings, kept, whole)]
    parts.append(_temporal(settings, env))
    if settings.smtp_host in {LOOPBACK, "localhost"}:
        parts.append(_mailbox(settings, env))
    # Only the worker signs.
    unsigned = {name: value for name, value in env.items() if not name.startswith("IKM_SIGNING_")}
    return [*parts, _worker(settings, env), _web(settings, unsigned)]


async def _postgres(settings: Settings, kept: secrets.Secrets, env: Mapping[str, str]) -> Part:
    cluster = postgres.Cluster(settings.var.resolve() / "postgres", settings.postgres_port)
    try:
        await asyncio.to_thread(postgres.initialise, cluster, kept)
    except CalledProcessError as error:
        message = f"postgres: the data folder {cluster.data} could not be made:\n{error.stderr}"
        raise PartFailed(message) from error

    async def answers() -> bool:
        return await asyncio.to_thread(postgres.is_ready, cluster, kept.superuser)

    async def prepare() -> None:
        await asyncio.to_thread(postgres.ensure_roles, cluster, kept)
        await _migrate(env)

    return Part(
        "postgres", tuple(postgres.command(cluster)), postgres.environment(), lambda: until(answers),
        _log(settings, "postgres"), cwd=cluster.data, ports=((settings.postgres_port, "IKM_POSTGRES_PORT"),),
        then=prepare, account=account_for(cluster.data), stop_signal=SIGINT, orphan_signal=SIGINT,
    )  # fmt: skip


async def _migrate(env: Mapping[str, str]) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "records.migrate", env=dict(env), cwd=ROOT, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE,
        start_new_session=True, preexec_fn=die_with_parent(SIGTERM),
    )  # fmt: skip
    try:
        _, words = await process.communicate()
    finally:
        if process.returncode is None:
            await end(process, SIGTERM, 5)
    if process.returncode != 0:
        message = f"The tables could not be brought up to date:\n{words.decode(errors='replace')}"
        raise PartFailed(message)


def _temporal(settings: Settings, env: Mapping[str, str]) -> Part:
    address = f"{LOOPBACK}:{settings.temporal_port}"
    return Part(
        "temporal", tuple(temporal.command(settings)), env,
        lambda: temporal.wait_ready(address, settings.temporal_namespace), _log(settings, "temporal"), cwd=ROOT,
        ports=((settings.temporal_port, "IKM_TEMPORAL_PORT"), (settings.temporal_ui_port, "IKM_TEMPORAL_UI_PORT")),
    )  # fmt: skip


def _mailbox(settings: Settings, env: Mapping[str, str]) -> Part:
    argv = (
        sys.executable, "-m", "parts.mailbox", "--smtp-port", str(settings.smtp_port),
        "--http-port", str(settings.mailbox_port), "--directory", str(settings.var.resolve() / "mailbox"),
    )  # fmt: skip
    return Part(
        "mailbox", argv, env, _page(f"http://{LOOPBACK}:{settings.mailbox_port}/health"), _log(settings, "mailbox"),
        cwd=ROOT, ports=((settings.smtp_port, "SMTP_PORT"), (settings.mailbox_port, "IKM_MAILBOX_PORT")),
    )  # fmt: skip


def _worker(settings: Settings, env: Mapping[str, str]) -> Part:
    note = settings.var.resolve() / "worker.ready"
    note.unlink(missing_ok=True)

    async def wrote() -> bool:
        return note.exists()

    # Orphaned, it is asked rather than killed, so that it ends its pool of processes.
    return Part(
        "worker", (sys.executable, "worker.py"), {**env, "IKM_READY_FILE": str(note)}, lambda: until(wrote),
        _log(settings, "worker"), cwd=ROOT, orphan_signal=SIGTERM,
    )  # fmt: skip


def _web(settings: Settings, env: Mapping[str, str]) -> Part:
    argv = (
        sys.executable, "-m", "uvicorn", "--factory", "api.app:create_app", "--host", LOOPBACK,
        "--port", str(settings.web_port), "--no-access-log", "--timeout-graceful-shutdown", "5",
    )  # fmt: skip
    return Part(
        "web", argv, env, _page(f"http://{LOOPBACK}:{settings.web_port}/livez"), _log(settings, "web"), cwd=ROOT,
        ports=((settings.web_port, "IKM_WEB_PORT"),),
    )  # fmt: skip


def _page(url: str) -> Callable[[], Awaitable[None]]:
    async def shown() -> bool:
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=2) as client:
                return (await client.get(url)).is_success
        except httpx.TransportError:
            return False

    return lambda: until(shown)


def _log(settings: Settings, name: str) -> Path:
    return settings.var.resolve() / "log" / f"{name}.log"


async def _unless(stop: asyncio.Event, work: Coroutine[None, None, int | None]) -> int | None:
    # What the work returns or raises; None if it was stopped first.
    task, stopped = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait([task, stopped], return_when=asyncio.FIRST_COMPLETED)
    done = task.done()
    for each in (task, stopped):
        each.cancel()
    await asyncio.wait([task, stopped])
    return task.result() if done else None
