"""People who sign in, and their sessions on the server."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from records.table import maybe_moment, maybe_text, moment, text


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
    failures: int = Field(default=0)
    locked_until: datetime | None = maybe_moment()


class SessionRow(SQLModel, table=True):
    """A session: token_sha256 is the hash of what the cookie holds; times are real."""

    __tablename__ = "session"

    token_sha256: str = text(key=True)
    person_id: str = text(index=True, to="person.person_id")
    csrf: str = text()
    created_at: datetime = moment()
    expires_at: datetime = moment()
