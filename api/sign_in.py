"""Who may begin a session: the same answer, after the same time, for an unknown name and a wrong password."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from fastapi import HTTPException, Request
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access import SESSION_COOKIE
from api.attempt import Proof, attempt_of
from api.door import Door
from api.limit import address_of
from api.sealing import step_now
from api.sight import actor_of
from records import clock, throttling
from records.account import take
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
    """A session as it begins, and whose it is; not yet complete while the second factor is awaited."""

    session: NewSession
    sign_in_name: str
    actor: Actor
    language: Language
    complete: bool


class Wrong(StrEnum):
    """What was wrong, as a problem's advice is found."""

    PASSWORD = "wrong-password"  # noqa: S105  # the name of a problem
    CODE = "wrong-code"
    OWN_PASSWORD = "wrong-own-password"  # noqa: S105  # the name of a problem


@dataclass(frozen=True)
class Denied:
    """No session: name and password do not belong together; or, with `rests`, nobody looked (seconds left)."""

    rests: int | None = None

    @property
    def minutes(self) -> int:
        """How long to wait, for people."""
        return -(-(self.rests or 0) // 60)

    def as_error(self, wrong: Wrong) -> HTTPException:
        """What the JSON API answers: that it is wrong, or 429 with when to try again."""
        if self.rests is None:
            return HTTPException(422 if wrong is Wrong.OWN_PASSWORD else 401, wrong.value)
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
        return await _open(session, row, used, complete=row.totp_confirmed_at is None)


async def _open(session: AsyncSession, row: PersonRow, used: Browser, *, complete: bool) -> Begun:
    new = await person.open_session(session, row, datetime.now(UTC), used, complete=complete)
    actor = Actor(PersonId(row.person_id), Role(row.role))
    if complete:
        key, now = f"person:signed-in:{person.digest(new.token)[:32]}", await clock.now(session)
        await append(session, key=key, chain=HOUSE_CHAIN, act=Act.SIGNED_IN, actor=actor, at=now)
    return Begun(new, row.sign_in_name, actor, Language(row.language), complete)


async def awaited(request: Request, door: Door) -> PersonRow | None:
    """Who gave the right password in this browser and still owes the code."""
    token = request.cookies.get(SESSION_COOKIE)
    if token is None:
        return None
    async with door.sessions() as session:
        return await person.awaits_code(session, token, datetime.now(UTC))


async def complete(request: Request, door: Door, who: PersonRow, code: str) -> Begun | Denied:
    """A new, complete session in place of the one that awaited the code, where it is right and was not used before."""
    attempt = attempt_of(request, door.settings, who.sign_in_name, Proof.CODE)
    at, token = datetime.now(UTC), request.cookies[SESSION_COOKIE]
    async with door.sessions.begin() as session:
        await throttling.take_turn(session, attempt)
        resting = await _rests(session, attempt)
        if resting is not None:
            return resting
        row = await take(session, who.person_id)
        step = step_now(door.settings, row, code, at)
        # Of two that send the same code at once, the second finds no session that awaits one.
        if step is None or await person.awaits_code(session, token, at) is None:
            await throttling.note_failure(session, attempt, at)
            return Denied()
        row.totp_last_step = step
        await throttling.forgive_place(session, attempt)
        await person.close_session(session, token)
        return await _open(session, row, browser_of(request), complete=True)


async def own_password(request: Request, door: Door, password: str) -> Denied | None:
    """None where this is the visitor's own password; guessed wrongly, it counts as at sign-in."""
    async with door.sessions() as session:
        row = await session.get_one(PersonRow, actor_of(door).person)
    attempt = attempt_of(request, door.settings, row.sign_in_name)
    right = await asyncio.to_thread(matches, row.password_hash, password)
    async with door.sessions.begin() as session:
        await throttling.take_turn(session, attempt)
        resting = await _rests(session, attempt)
        if resting is None and not right:
            await throttling.note_failure(session, attempt, datetime.now(UTC))
            return Denied()
    return resting


async def _rests(session: AsyncSession, attempt: Attempt) -> Denied | None:
    at = datetime.now(UTC)
    until = await throttling.rests_until(session, attempt, at)
    return None if until is None else Denied(int((until - at).total_seconds()) + 1)


def browser_of(request: Request) -> Browser:
    """What the session's owner will recognise it by."""
    agent = request.headers.get("user-agent", "")[:LONGEST_AGENT]
    return Browser("".join(filter(str.isprintable, agent)) or None, address_of(request))
