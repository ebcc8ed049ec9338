"""A backup is one file: the house's own database, as PostgreSQL's tools write and read it."""

import os
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

from parts.postgres import binaries

# What `ikm database prepare` makes as the superuser is there before.
_DUMP = ("--format=custom", "--no-password", "--exclude-extension=*", "--schema=public")
_RESTORE = ("--no-password", "--single-transaction", "--exit-on-error", "--schema=public")


class BackupError(Exception):
    """Raised with the tool's own words."""


def dump(owner_url: str, file: Path) -> None:
    """Write the database into a file that only its owner may read, whole or not at all. Raises BackupError."""
    partial = file.with_name(f".{file.name}.partial")
    partial.touch(mode=0o600)
    _run("pg_dump", owner_url, *_DUMP, f"--file={partial}")
    partial.replace(file)


def restore(owner_url: str, file: Path) -> None:
    """Read the file into a database without tables, all of it or nothing. Raises BackupError."""
    _run("pg_restore", owner_url, *_RESTORE, str(file))


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
