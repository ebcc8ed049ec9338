"""People who sign in and their sessions; what the database keeps of a token is its hash."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.password import hash_password
from records.person import PersonRow, SessionRow
from scheme.ids import PersonId
from scheme.language import Language
from scheme.people import Actor, Role

SESSION_LASTS = timedelta(hours=12)
# Time enough to look for the telephone.
CODE_AWAITED = timedelta(minutes=10)
# Often enough for people, seldom enough not to write at every click.
SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class SignedIn:
    """Whom a session belongs to. stale: that it is used was not noted for a while."""

    actor: Actor
    name: str
    body_id: str | None
    language: Language
    csrf: str
    stale: bool


@dataclass(frozen=True)
class Browser:
    """What a session's owner recognises it by: what the browser says it is, and its network address."""

    agent: str | None = None
    address: str | None = None


@dataclass(frozen=True)
class NewSession:
    """What the browser gets, once: the token for its cookie, the csrf value for its forms."""

    token: str
    csrf: str


async def find_by_sign_in_name(session: AsyncSession, sign_in_name: str, *, lock: bool = False) -> PersonRow | None:
    """The person of that name, however it is capitalised; `lock` takes the row until the transaction ends."""
    query = select(PersonRow).where(PersonRow.sign_in_name == tidy(sign_in_name))
    return (await session.exec(query.with_for_update() if lock else query)).one_or_none()


async def add_person(  # noqa: PLR0913, PLR0917  # the columns of a person
    session: AsyncSession,
    person_id: PersonId,
    sign_in_name: str,
    name: str,
    role: Role,
    body_id: str | None,
    language: Language,
    password: str,
    email: str | None = None,
) -> None:
    """Add a person; the caller commits and writes the trail."""
    session.add(
        PersonRow(
            person_id=person_id,
            sign_in_name=tidy(sign_in_name),
            name=name,
            role=role.value,
            body_id=body_id,
            language=language.value,
            password_hash=hash_password(password),
            email=email,
        )
    )
    await session.flush()


async def signed_in(session: AsyncSession, token: str, at: datetime) -> SignedIn | None:
    """Who holds this token at `at` (real time).

    None once it expired or was closed, while the second factor is awaited, and for somebody who is locked.
    """
    query = (
        select(PersonRow, SessionRow)
        .join(SessionRow, col(SessionRow.person_id) == col(PersonRow.person_id))
        .where(
            SessionRow.token_sha256 == digest(token),
            SessionRow.expires_at > at,
            col(SessionRow.complete),
            col(PersonRow.locked_at).is_(None),
        )
    )
    found = (await session.exec(query)).one_or_none()
    if found is None:
        return None
    person, held = found
    actor = Actor(PersonId(person.person_id), Role(person.role))
    stale = held.seen_at is None or held.seen_at <= at - SEEN_EVERY
    return SignedIn(actor, person.name, person.body_id, Language(person.language), held.csrf, stale)


async def awaits_code(session: AsyncSession, token: str, at: datetime) -> PersonRow | None:
    """Who gave the right password under this token and still owes the code at `at` (real time)."""
    query = (
        select(PersonRow)
        .join(SessionRow, col(SessionRow.person_id) == col(PersonRow.person_id))
        .where(
            SessionRow.token_sha256 == digest(token),
            SessionRow.expires_at > at,
            col(SessionRow.complete).is_(False),
            col(PersonRow.locked_at).is_(None),
        )
    )
    return (await session.exec(query)).one_or_none()


async def note_seen(session: AsyncSession, token: str, at: datetime) -> None:
    """The session was used at `at` (real time)."""
    await session.exec(update(SessionRow).where(col(SessionRow.token_sha256) == digest(token)).values(seen_at=at))


async def open_session(
    session: AsyncSession, person: PersonRow, at: datetime, used: Browser | None = None, *, complete: bool = True
) -> NewSession:
    """Begin a session at `at` (real time) and forget this person's expired ones."""
    new, used = NewSession(secrets.token_urlsafe(32), secrets.token_urlsafe(24)), used or Browser()
    expired = delete(SessionRow).where(col(SessionRow.person_id) == person.person_id, col(SessionRow.expires_at) <= at)
    await session.exec(expired)
    session.add(
        SessionRow(
            token_sha256=digest(new.token),
            person_id=person.person_id,
            csrf=new.csrf,
            created_at=at,
            expires_at=at + (SESSION_LASTS if complete else CODE_AWAITED),
            seen_at=at,
            agent=used.agent,
            address=used.address,
            complete=complete,
        )
    )
    await session.flush()
    return new


async def close_session(session: AsyncSession, token: str) -> None:
    """End the session of this token; ending it twice is harmless."""
    await session.exec(delete(SessionRow).where(col(SessionRow.token_sha256) == digest(token)))


async def set_language(session: AsyncSession, person_id: str, language: Language) -> None:
    """The language of this person's pages."""
    await session.exec(update(PersonRow).where(col(PersonRow.person_id) == person_id).values(language=language.value))


def tidy(sign_in_name: str) -> str:
    """The name as it is kept: however it is capitalised, it is the same."""
    return sign_in_name.strip().lower()


def digest(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
