"""Who may begin a session: the same answer, after the same time, for an unknown name and a wrong password."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import HTTPException, Request
from sqlmodel.ext.asyncio.session import AsyncSession

from api.attempt import attempt_of
from api.door import Door
from api.limit import address_of
from records import clock, throttling
from records.database import Sessions
from records.password import NOBODY, matches
from records.person import PersonRow
from records.queries import person
from records.queries.person import Browser, NewSession
from records.throttling import Attempt
from records.trailing import HOUSE_CHAIN, append
from scheme.ids import PersonId
from scheme.language import Language
from scheme.people import Actor, Role
from scheme.step import Act

LONGEST_AGENT = 200


@dataclass(frozen=True)
class Begun:
    """A session as it begins, and whose it is."""

    session: NewSession
    sign_in_name: str
    actor: Actor
    language: Language


@dataclass(frozen=True)
class Denied:
    """No session: name and password do not belong together; or, with `rests`, nobody looked (seconds left)."""

    rests: int | None = None

    @property
    def minutes(self) -> int:
        """How long to wait, for people."""
        return -(-(self.rests or 0) // 60)

    def as_error(self) -> HTTPException:
        """What the JSON API answers: 401, or 429 with when to try again."""
        if self.rests is None:
            return HTTPException(401, "wrong-password")
        return HTTPException(429, "too-many-attempts", headers=self.headers())

    def headers(self) -> dict[str, str]:
        """When to try again, for machines."""
        return {} if self.rests is None else {"Retry-After": str(self.rests)}


async def begin(request: Request, door: Door, sign_in_name: str, password: str) -> Begun | Denied:
    """A new session where name and password belong together and this place does not rest."""
    attempt = attempt_of(request, door.settings, sign_in_name)
    async with door.sessions() as session:
        resting = await _rests(session, attempt)
        known = await person.find_by_sign_in_name(session, sign_in_name)
    if resting is not None:
        return resting
    right = await asyncio.to_thread(matches, NOBODY if known is None else known.password_hash, password)
    return await _decide(door.sessions, attempt, sign_in_name, browser_of(request), right=right)


async def _decide(
    sessions: Sessions, attempt: Attempt, sign_in_name: str, used: Browser, *, right: bool
) -> Begun | Denied:
    async with sessions.begin() as session:
        await throttling.take_turn(session, attempt)
        resting = await _rests(session, attempt)
        if resting is not None:
            return resting
        row = await person.find_by_sign_in_name(session, sign_in_name, lock=True)
        if row is None or not right or row.locked_at is not None:
            await throttling.note_failure(session, attempt, datetime.now(UTC))
            return Denied()
        await throttling.forgive_place(session, attempt)
        return await _open(session, row, used)


async def _open(session: AsyncSession, row: PersonRow, used: Browser) -> Begun:
    new = await person.open_session(session, row, datetime.now(UTC), used)
    actor = Actor(PersonId(row.person_id), Role(row.role))
    key, now = f"person:signed-in:{person.digest(new.token)[:32]}", await clock.now(session)
    await append(session, key=key, chain=HOUSE_CHAIN, act=Act.SIGNED_IN, actor=actor, at=now)
    return Begun(new, row.sign_in_name, actor, Language(row.language))


async def _rests(session: AsyncSession, attempt: Attempt) -> Denied | None:
    at = datetime.now(UTC)
    until = await throttling.rests_until(session, attempt, at)
    return None if until is None else Denied(int((until - at).total_seconds()) + 1)


def browser_of(request: Request) -> Browser:
    """What the session's owner will recognise it by."""
    agent = request.headers.get("user-agent", "")[:LONGEST_AGENT]
    return Browser("".join(filter(str.isprintable, agent)) or None, address_of(request))
