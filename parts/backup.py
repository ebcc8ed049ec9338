"""A backup is one file: the house's own database, as PostgreSQL's tools write and read it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg

from parts.postgres import binaries

# What `ikm database prepare` makes as the superuser is there before.
_DUMP = ("--format=custom", "--no-password", "--exclude-extension=*", "--schema=public")
_RESTORE = ("--no-password", "--single-transaction", "--exit-on-error", "--schema=public")


class BackupError(Exception):
    """Raised with what is wrong and what to do, or the tool's own words."""


def dump(owner_url: str, file: Path, *, overwrite: bool = False) -> None:
    """Write the database into a file that only its owner may read, whole or not at all. Raises BackupError."""
    if file.exists() and not overwrite:
        message = f"{file} is there already and stays as it is: name another file, or add --overwrite."
        raise BackupError(message)
    partial = file.with_name(f".{file.name}.partial")
    with _written(file):
        partial.touch(mode=0o600)
    try:
        _run("pg_dump", owner_url, *_DUMP, f"--file={partial}")
        with _written(file):
            partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def restore(owner_url: str, file: Path) -> None:
    """Read the file into a database without tables, all of it or nothing. Raises BackupError."""
    if tables := _tables(owner_url):
        message = (
            f"The database is not empty: it has {tables} tables, and a backup is read into one without any. "
            "Where they may go, drop the database and let `ikm database prepare` make it again; nothing was changed."
        )
        raise BackupError(message)
    _run("pg_restore", owner_url, *_RESTORE, str(file))


@contextmanager
def _written(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = (
            f"{file} cannot be written: {error.strerror}. Name a place in a folder that is there, "
            "in which whoever runs this may write."
        )
        raise BackupError(message) from error


def _tables(url: str) -> int:
    try:
        with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
            found = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    except psycopg.OperationalError as error:
        raise BackupError(str(error).strip()) from error
    return int(found[0]) if found else 0


def _run(tool: str, url: str, *words: str) -> None:
    parts = urlsplit(url)
    address = {
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
    }
    # The password goes by the environment, which other people of the machine cannot read.
    argv = [str(binaries() / tool), f"--dbname={parts.path.lstrip('/')}", *words]
    done = subprocess.run(argv, env=os.environ | address, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise BackupError(done.stderr.strip())
