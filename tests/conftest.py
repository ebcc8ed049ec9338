"""Real parts for tests: PostgreSQL once a session, a database of its own for each test, Temporal, a mailbox."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from hypothesis import settings
from sqlalchemy.ext.asyncio import AsyncEngine

from parts.postgres import Running, start_for_tests
from records.database import Sessions, connect, sessions
from records.migrate import migrate
from tests import proved
from tests.house import House, run_house

TEMPLATE = "ikm"
# The gate asks the same questions every time, however busy the machine is.
settings.register_profile("gate", derandomize=True, deadline=None)
settings.load_profile("gate")


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """PostgreSQL without durability, its database `ikm` migrated: the template of all others."""
    running = start_for_tests(tmp_path_factory.mktemp("cluster"))
    migrate(running.url("ikm_owner"))
    yield running
    running.stop()


@pytest.fixture
def database(cluster: Running) -> Iterator[str]:
    """The name of a fresh, migrated database."""
    name = copy_database(cluster)
    yield name
    drop_database(cluster, name)


def copy_database(cluster: Running) -> str:
    """A copy of the migrated template, under a new name."""
    name = f"test_{uuid.uuid4().hex}"
    with _superuser(cluster) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE {TEMPLATE} OWNER ikm_owner STRATEGY file_copy')
    return name


def drop_database(cluster: Running, name: str) -> None:
    """Remove a copy, whoever is still connected."""
    with _superuser(cluster) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _superuser(cluster: Running) -> psycopg.Connection[tuple[object, ...]]:
    url = cluster.url("postgres", database="postgres").replace("+psycopg", "")
    return psycopg.connect(url, autocommit=True)


@pytest_asyncio.fixture
async def engine(cluster: Running, database: str) -> AsyncIterator[AsyncEngine]:
    """The application's own role on a fresh database."""
    made = connect(cluster.url("ikm_app", database=database))
    yield made
    await made.dispose()


@pytest.fixture
def made_sessions(engine: AsyncEngine) -> Sessions:
    """Sessions of the application's role on a fresh database."""
    return sessions(engine)


@pytest_asyncio.fixture(scope="module")
async def house(cluster: Running, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The whole product in practice mode on its own database, Temporal server and mailbox; worker in this process."""
    name = copy_database(cluster)
    directory: Path = tmp_path_factory.mktemp("house")
    async with run_house(cluster, name, directory) as running:
        yield running
    await asyncio.to_thread(drop_database, cluster, name)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let proofs run on fewer farms while they are being written."""
    parser.addoption("--proof-farms", type=int, default=None, help="farms of the register in proofs; all unless told")
    parser.addoption("--pictures", default=None, help="folder for the screenshots of the browser tests")


@pytest.fixture
def proof_line(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Say in a line what a proof has shown, with its figures: `make prove` ends with these lines."""
    return lambda line: record_property(proved.SAID, line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """After the long proof, a line for each."""
    outcomes = ("passed", "failed", "error", "skipped")
    told = [one for outcome in outcomes for one in terminalreporter.stats.get(outcome, [])]
    # A file that could not be read has a report too, of no test.
    reports = [one for one in told if isinstance(one, pytest.TestReport)]
    said = list(proved.lines(reports))
    if said:
        terminalreporter.section("what was proved")
        terminalreporter.write("".join(f"{line}\n" for line in said))
