"""The whole register as a file: killed in the middle it leaves nothing; whole, it is in within its time, once."""

import asyncio
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psycopg
import pytest

from parts.secrets import read_environment
from rehearsal.register import generate, write
from rehearsal.scenario import scaled, scenario
from tests.stage import IKM, ROOT, Stage, eventually, raised

pytestmark = [pytest.mark.proof, pytest.mark.timeout(900)]
TABLES = ("farm", "inspection_body", "case_file", "deadline", "change", "column_mapping")
TIMES = 3


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A practice house without a farm."""
    async with raised(tmp_path / "house", "up", "--practice", "--begins", "2025-01-01") as running:
        yield running


async def test_killed_in_the_middle_it_leaves_nothing_and_whole_it_is_in(
    stage: Stage, tmp_path: Path, request: pytest.FixtureRequest, proof_line: Callable[[str], None]
) -> None:
    number = request.config.getoption("--proof-farms") or 3331
    bodies, farms = generate(scaled(scenario("2025"), number), 1)
    write(tmp_path, bodies, farms)
    url = read_environment(stage.var / "env")["DATABASE_URL"].replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as database:
        before = rows(database)
        for _ in range(TIMES):
            await asyncio.to_thread(kill_in_the_middle, stage, tmp_path, database)
            assert rows(database) == before
        began = time.monotonic()
        done = await stage.json(*words(tmp_path))
        committed = time.monotonic() - began
        assert done == {"added": number, "changed": 0, "unchanged": 0}
        await eventually(lambda: settled(database), "the workflows did not follow", 600)
        followed = time.monotonic() - began
        began = time.monotonic()
        again = await stage.json(*words(tmp_path))
        assert again == {"added": 0, "changed": 0, "unchanged": number}
        took = {"committed": committed, "followed": followed, "again": time.monotonic() - began}
    proof_line(f"{number} farms, killed {TIMES} times: " + ", ".join(f"{what} {s:.1f} s" for what, s in took.items()))


def kill_in_the_middle(stage: Stage, folder: Path, database: psycopg.Connection[tuple[object, ...]]) -> None:
    """Start the import, wait until it has written farms that it has not committed, and kill -9."""
    size = pages(database)
    command = [IKM, *words(folder)]
    importing = subprocess.Popen(command, cwd=ROOT, env=stage.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while pages(database) <= size:
        assert importing.poll() is None, "it was over before it could be killed"
        assert time.monotonic() < until
    importing.send_signal(signal.SIGKILL)
    assert importing.wait() == -signal.SIGKILL


def words(folder: Path) -> tuple[str, ...]:
    return ("register", "import", str(folder / "farms.csv"), "--bodies", str(folder / "bodies.csv"))


def pages(database: psycopg.Connection[tuple[object, ...]]) -> int:
    """Bytes of the table of cases, also those that nobody has committed."""
    (size,) = database.execute("SELECT pg_relation_size('case_file')").fetchone() or (0,)
    assert isinstance(size, int)
    return size


def rows(database: psycopg.Connection[tuple[object, ...]]) -> dict[str, int]:
    return {table: count(database, f"SELECT count(*) FROM {table}") for table in (*TABLES, "trail")}


def settled(database: psycopg.Connection[tuple[object, ...]]) -> bool:
    return count(database, "SELECT count(*) FROM outbox WHERE settled_at IS NULL") == 0


def count(database: psycopg.Connection[tuple[object, ...]], query: str) -> int:
    (many,) = database.execute(query).fetchone() or (0,)  # type: ignore[arg-type]  # a query of ours
    assert isinstance(many, int)
    return many
