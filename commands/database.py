"""`ikm database …`: roles and databases of a house in production, its passwords, its backups and the way back."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit, urlunsplit

import typer

from commands import resume as resuming
from commands import trail as trails
from commands.open import settings_here
from commands.option import Json
from commands.say import fail, say
from parts import backup as backups
from parts import roles, secret_files
from settings import Settings

app = typer.Typer(help="The database of a house in production.", no_args_is_help=True)


@app.command()
def secrets(
    folder: Annotated[Path, typer.Argument(help="Where the files go; only root should be able to open it.")],
    host: Annotated[str, typer.Option(help="Where the database is, as the other containers say it.")] = "postgres:5432",
) -> None:
    """Make the files of passwords and keys that lack; what is there stays."""
    made = secret_files.missing_made(folder, host)
    say(f"Made in {folder}: {', '.join(made) or 'nothing, all were there'}.")


@app.command()
def prepare() -> None:
    """Make roles and databases where they lack, as the superuser; the passwords become those of the settings."""
    settings = settings_here()
    password = settings.superuser_password.get_secret_value()
    if not (password and settings.database_url and settings.database_owner_url):
        fail("POSTGRES_PASSWORD, DATABASE_URL and DATABASE_OWNER_URL are needed: whose passwords the roles get.")
    as_superuser = _Superuser(settings.database_owner_url, password)
    roles.ensure(as_superuser, _passwords(settings))
    if temporal := settings.temporal_database_password.get_secret_value():
        roles.ensure_temporal(as_superuser, temporal)
    say("Roles and databases stand.")


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where it goes; only its owner may read it.")],
    *,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file that has this name.")] = False,
) -> None:
    """Write the house's database into one file, while everything runs; Temporal's own needs no backup."""
    _tool(partial(backups.dump, overwrite=overwrite), file)
    say(f"{file}: {file.stat().st_size} bytes.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="What `ikm database backup` wrote.")],
) -> None:
    """Read a backup into a database without tables, and recompute the trail; then `ikm database resume`."""
    _tool(backups.restore, file)
    asyncio.run(trails.verify(json=False))


@app.command()
def resume(
    reason: Annotated[str, typer.Option(help="Why, as it will stand beside the letters that are held.")],
    *,
    json: Json = False,
) -> None:
    """Begin Temporal again from the rows, with all letters held, after a restore or when Temporal lost its own."""
    asyncio.run(resuming.resume(reason, json=json))


def _tool(work: Callable[[str, Path], None], file: Path) -> None:
    owner = settings_here().database_owner_url
    if not owner:
        fail("DATABASE_OWNER_URL is not set: backups are written and read as the owner of the tables.")
    try:
        work(owner, file)
    except backups.BackupError as error:
        fail(str(error))


class _Superuser:
    """The superuser's address of a database, on the server where the owner's is."""

    def __init__(self, owner_url: str, password: str) -> None:
        self.server = urlsplit(owner_url).netloc.rpartition("@")[2]
        self.password = password

    def __call__(self, database: str) -> str:
        return urlunsplit(("postgresql", f"postgres:{self.password}@{self.server}", f"/{database}", "", ""))


def _passwords(settings: Settings) -> dict[str, str]:
    """Role to password, those that are given."""
    given = {
        roles.OWNER: urlsplit(settings.database_owner_url).password,
        "ikm_app": urlsplit(settings.database_url).password,
        "ikm_read": settings.read_password.get_secret_value(),
    }
    return {role: password for role, password in given.items() if password}
