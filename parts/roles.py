"""The roles of the database, and whose each database is; made as the superuser, safe to do again."""

from collections.abc import Callable, Mapping

import psycopg
from psycopg import sql

DATABASE = "ikm"
EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")
OWNER, READERS = "ikm_owner", ("ikm_app", "ikm_read")
TEMPORAL, TEMPORAL_DATABASES = "temporal", ("temporal", "temporal_visibility")


def ensure(superuser: Callable[[str], str], passwords: Mapping[str, str]) -> None:
    """Make roles, database and extensions where they lack; the passwords become those that are given.

    superuser: the superuser's address of a database, by its name.
    """
    with psycopg.connect(superuser("postgres"), autocommit=True) as connection:
        for role, password in passwords.items():
            _ensure_role(connection, role, password)
        ensure_database(connection, DATABASE)
    with psycopg.connect(superuser(DATABASE), autocommit=True) as connection:
        for extension in EXTENSIONS:
            connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))


def ensure_temporal(superuser: Callable[[str], str], password: str) -> None:
    """Make Temporal's role and its two databases, into which nobody else may come."""
    with psycopg.connect(superuser("postgres"), autocommit=True) as connection:
        _ensure_role(connection, TEMPORAL, password)
        for name in TEMPORAL_DATABASES:
            ensure_database(connection, name, TEMPORAL, ())


def ensure_database(
    connection: psycopg.Connection, name: str, owner: str = OWNER, readers: tuple[str, ...] = READERS
) -> None:
    """Make a database that the owner owns, into which only the readers may come."""
    database = sql.Identifier(name)
    if connection.execute("SELECT FROM pg_database WHERE datname = %s", (name,)).fetchone() is None:
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, sql.Identifier(owner)))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    for reader in readers:
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(reader)))


def _ensure_role(connection: psycopg.Connection, role: str, password: str) -> None:
    known = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is not None
    verb = sql.SQL("ALTER" if known else "CREATE")
    connection.execute(
        sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
            verb, sql.Identifier(role), sql.Literal(password)
        )
    )
