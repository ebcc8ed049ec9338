"""A real cluster: roles that may little, and data that is found again."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from parts import postgres


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cluster")


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[postgres.Running]:
    started = postgres.start_for_tests(folder)
    yield started
    started.stop()


def connect(running: postgres.Running, role: str) -> psycopg.Connection:
    return psycopg.connect(running.url(role).replace("+psycopg", ""), autocommit=True)


def test_the_owner_makes_tables_and_the_extensions_are_there(running: postgres.Running) -> None:
    with connect(running, "ikm_owner") as owner:
        owner.execute("CREATE TABLE farm (name text)")
        owner.execute("INSERT INTO farm VALUES ('Hof ter Éé')")
        assert owner.execute("SELECT unaccent(lower(name)) FROM farm").fetchone() == ("hof ter ee",)


@pytest.mark.parametrize("role", ["ikm_app", "ikm_read"])
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE ROLE intruder",
        "CREATE DATABASE elsewhere",
        "CREATE TABLE mine (a int)",
        "CREATE TEMPORARY TABLE mine (a int)",
        "SELECT name FROM farm",
        "COPY (SELECT 1) TO PROGRAM 'true'",
    ],
)
def test_worker_and_reader_own_nothing(running: postgres.Running, role: str, statement: str) -> None:
    with connect(running, role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.encode())


def test_a_wrong_password_is_refused(running: postgres.Running) -> None:
    wrong = postgres.url(running.cluster, "ikm_app", "wrong").replace("+psycopg", "")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_passwords_are_for_one_reader(folder: Path, running: postgres.Running) -> None:
    assert (folder / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert running.kept.app not in repr(running)


def test_a_second_start_finds_the_data_also_after_a_kill(folder: Path, running: postgres.Running) -> None:
    running.stop()
    killed = postgres.start_for_tests(folder)
    killed.process.kill()
    killed.process.wait()
    assert (folder / "postgres" / "postmaster.pid").exists()
    wait_for_silence(killed.cluster.port)
    again = postgres.start_for_tests(folder)
    with connect(again, "ikm_owner") as owner:
        assert owner.execute("SELECT name FROM farm").fetchone() == ("Hof ter Éé",)
    again.stop()


def wait_for_silence(port: int) -> None:
    # The killed postmaster's children notice its death; until then the shared memory is in use.
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return
    message = f"somebody still listens on {port}"
    raise TimeoutError(message)
