"""People who sign in, and their sessions on the server."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, Text
from sqlmodel import Field, SQLModel

from records.table import json_column, maybe_moment, maybe_text, moment, text


class PersonRow(SQLModel, table=True):
    """A person with one role; body_id for planners and auditors. People are never known by their mail address."""

    __tablename__ = "person"

    person_id: str = text(key=True)
    sign_in_name: str = text(unique=True)
    name: str = text()
    role: str = text()
    body_id: str | None = maybe_text(to="inspection_body.body_id")
    language: str = text()
    password_hash: str = text()
    email: str | None = maybe_text()
    # Second factor: the secret is sealed with the house's key; confirmed once a first code was right.
    totp_sealed: str | None = maybe_text()
    totp_confirmed_at: datetime | None = maybe_moment()
    totp_last_step: int | None = Field(default=None)
    # Locked by an administrator: no sign-in until unlocked.
    locked_at: datetime | None = maybe_moment()
    # never, daily or weekdays: the mail that lists what waits.
    digest: str = Field(default="never", sa_type=Text, sa_column_kwargs={"server_default": "never"})
    revision: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    # Of the secret address of their calendar; a new version revokes the old.
    calendar_version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


class AbsenceRow(SQLModel, table=True):
    """A person is away, both days included, and the substitute takes the tasks."""

    __tablename__ = "absence"

    absence_id: str = text(key=True)
    person_id: str = text(index=True, to="person.person_id")
    away_from: date
    away_until: date
    substitute: str = text(index=True, to="person.person_id")
    cancelled_at: datetime | None = maybe_moment()


class SignInFailureRow(SQLModel, table=True):
    """A wrong password or code, real time.

    address: keyed hash of the network address or the known browser it came from; sign_in_name: keyed hash of
    what was typed as the name, which may have been a password.
    """

    __tablename__ = "sign_in_failure"
    __table_args__ = (
        Index("ix_sign_in_failure_address_at", "address", "at"),
        Index("ix_sign_in_failure_sign_in_name_at", "sign_in_name", "at"),
    )

    number: int | None = Field(
        default=None, sa_type=BigInteger, primary_key=True, sa_column_args=(Identity(always=True),)
    )
    at: datetime = moment()
    address: str = text()
    sign_in_name: str = text()


class SessionRow(SQLModel, table=True):
    """A session: token_sha256 is the hash of what the cookie holds; times are real."""

    __tablename__ = "session"

    token_sha256: str = text(key=True)
    person_id: str = text(index=True, to="person.person_id")
    csrf: str = text()
    created_at: datetime = moment()
    expires_at: datetime = moment()
    seen_at: datetime | None = maybe_moment()
    # What the browser says it is, and where from: shown to its owner on the sessions page.
    agent: str | None = maybe_text()
    address: str | None = maybe_text()
    # False until the second factor was given, where the role needs one.
    complete: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})


class FilterRow(SQLModel, table=True):
    """A list's filters under a name. query: of the address, without `?`; shared: others find it too."""

    __tablename__ = "saved_filter"

    filter_id: str = text(key=True)
    person_id: str = text(index=True, to="person.person_id")
    path: str = text()
    name: str = text()
    query: str = text()
    shared: bool = Field(default=False)
    created_at: datetime = moment()
    removed_at: datetime | None = maybe_moment()


class StaffMailRow(SQLModel, table=True):
    """A mail of the house to one of its people or to a dairy; planned, then handed over under its Message-ID."""

    __tablename__ = "staff_mail"

    mail_id: str = text(key=True)
    person_id: str | None = maybe_text(index=True, to="person.person_id")
    dairy_id: str | None = maybe_text(index=True, to="dairy.dairy_id")
    kind: str = text()
    day: date
    words: dict[str, Any] = json_column()
    state: str = text(index=True)
    message_id: str = text()
    planned_at: datetime = moment()
    due_at: datetime | None = maybe_moment()
    attempts: int = Field(default=0)
    smtp_reply: str | None = maybe_text()
    handed_over_at: datetime | None = maybe_moment()
