"""Temporal behind TLS, as in Temporal Cloud: everything needed comes by TEMPORAL_*, certificates and key included."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.service import RPCError

from connection import connect
from parts import temporal
from parts.postgres import Running
from parts.processes import free_port, until
from records.database import Sessions
from records.founding import found
from settings import Settings
from tests.stage import eventually
from tests.tls import NAME, Front, Papers, fronting, in_a_header, papers

ROOT = Path(__file__).parents[1]
API_KEY = "0tac1sote2"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return papers(tmp_path_factory.mktemp("papers"))


@pytest_asyncio.fixture(scope="module")
async def front(made: Papers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Front]:
    settings = Settings(
        var=tmp_path_factory.mktemp("temporal"), temporal_port=free_port(), temporal_ui_port=free_port()
    )
    with (settings.var / "temporal.log").open("ab") as log:
        server = subprocess.Popen(temporal.command(settings), stdout=log, stderr=log)
    try:
        await temporal.wait_ready(f"127.0.0.1:{settings.temporal_port}")
        async with fronting(made, settings.temporal_port) as front:
            yield front
    finally:
        server.terminate()
        server.wait()


def environment(front: Front, made: Papers) -> dict[str, str]:
    """What a house in Temporal Cloud is told."""
    return {
        "TEMPORAL_ADDRESS": f"127.0.0.1:{front.port}",
        "TEMPORAL_TLS": "true",
        "TEMPORAL_TLS_SERVER_NAME": NAME,
        "TEMPORAL_TLS_SERVER_CA_CERT_PATH": str(made.authority),
        "TEMPORAL_TLS_CLIENT_CERT_PATH": str(made.caller),
        "TEMPORAL_TLS_CLIENT_KEY_PATH": str(made.caller_key),
        "IKM_PAYLOAD_KEY": "A" * 43,
        "IKM_CODE_KEY": "A" * 43,
    }


@pytest.fixture
def told(front: Front, made: Papers, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    for name in [name for name in os.environ if name.startswith("TEMPORAL_")]:
        monkeypatch.delenv(name)
    variables = environment(front, made)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


async def test_a_house_that_shows_its_certificate_comes_in(told: dict[str, str]) -> None:
    client = await connect(Settings())
    assert await client.service_client.check_health()
    assert (await client.count_workflows()).count >= 0


@pytest.mark.parametrize(
    "left_out",
    [
        pytest.param(("TEMPORAL_TLS_CLIENT_CERT_PATH", "TEMPORAL_TLS_CLIENT_KEY_PATH"), id="no certificate"),
        pytest.param(("TEMPORAL_TLS_SERVER_CA_CERT_PATH",), id="a server nobody vouches for"),
        pytest.param(("TEMPORAL_TLS_SERVER_NAME",), id="a server of another name"),
    ],
)
async def test_otherwise_nothing_is_said(
    told: dict[str, str], monkeypatch: pytest.MonkeyPatch, left_out: tuple[str, ...]
) -> None:
    for name in left_out:
        monkeypatch.delenv(name)
    with pytest.raises((RuntimeError, RPCError)):
        await connect(Settings())


async def test_the_api_key_goes_along_and_can_stand_in_a_file(
    told: dict[str, str], front: Front, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_text(f"{API_KEY}\n")
    monkeypatch.setenv("TEMPORAL_API_KEY_FILE", str(tmp_path / "key"))
    assert in_a_header(f"Bearer {API_KEY}") not in front.heard
    client = await connect(Settings())
    await client.count_workflows()
    assert in_a_header(f"Bearer {API_KEY}") in front.heard


@pytest.mark.parametrize(("said", "tls"), [(None, True), ("false", False)])
async def test_a_key_alone_goes_over_tls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str | None, tls: bool
) -> None:
    """Temporal Cloud asks for no more than a key and a namespace."""
    (tmp_path / "key").write_text(API_KEY)
    monkeypatch.setenv("TEMPORAL_API_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("IKM_PAYLOAD_KEY", "A" * 43)
    if said is not None:
        monkeypatch.setenv("TEMPORAL_TLS", said)
    client = await connect(Settings(), lazy=True)
    assert (client.service_client.config.api_key, client.service_client.config.tls) == (API_KEY, tls)


async def test_a_worker_does_its_work_through_it(
    told: dict[str, str], cluster: Running, database: str, made_sessions: Sessions, tmp_path: Path
) -> None:
    """From the first migration on: the calendar, which nobody starts by hand."""
    async with made_sessions.begin() as session:
        await found(session, practice=False, begins=None)
    async with working(cluster.url("ikm_app", database), tmp_path):
        client = await connect(Settings())
        await eventually((tmp_path / "ready").exists, "the worker is not ready")
        calendar = client.get_workflow_handle("calendar")

        async def rests() -> bool:
            """Its first task was taken and done by the worker."""
            try:
                return (await calendar.describe()).history_length > 3
            except RPCError:
                return False

        async with asyncio.timeout(60):
            await until(rests)


@asynccontextmanager
async def working(url: str, folder: Path) -> AsyncIterator[None]:
    """`python worker.py` with what the environment says."""
    env = os.environ | {"DATABASE_URL": url, "IKM_READY_FILE": str(folder / "ready"), "IKM_VAR": str(folder)}
    with (folder / "worker.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, "worker.py"], cwd=ROOT, env=env, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 30)
