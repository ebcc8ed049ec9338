"""Who may begin a session: the same answer, after the same time, for an unknown name and a wrong password."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import Request

from api import limit
from api.door import Door
from api.limit import Guess
from records import clock
from records.password import NOBODY, matches
from records.queries import person
from records.queries.person import NewSession
from records.trailing import HOUSE_CHAIN, append
from scheme.ids import PersonId
from scheme.language import Language
from scheme.people import Actor, Role
from scheme.step import Act


@dataclass(frozen=True)
class Begun:
    """A session as it begins, and whose it is."""

    session: NewSession
    actor: Actor
    language: Language


async def begin(request: Request, door: Door, sign_in_name: str, password: str) -> Begun | None:
    """A new session, None where name and password do not belong together or the account rests.

    Raises HTTPException 429 when this address was wrong too often.
    """
    limit.check(request, Guess.PASSWORD)
    async with door.sessions() as session:
        known = await person.find_by_sign_in_name(session, sign_in_name)
    kept = NOBODY if known is None else known.password_hash
    right = await asyncio.to_thread(matches, kept, password)
    begun = await _decide(door, sign_in_name, right=right) if known is not None else None
    if begun is None:
        limit.note_wrong(request, Guess.PASSWORD)
    return begun


async def _decide(door: Door, sign_in_name: str, *, right: bool) -> Begun | None:
    # Decided under the row's lock: many guesses at once count one by one.
    at = datetime.now(UTC)
    async with door.sessions.begin() as session:
        row = await person.find_by_sign_in_name(session, sign_in_name, lock=True)
        if row is None or (row.locked_until is not None and at < row.locked_until):
            return None
        if not right:
            person.note_failure(row, at)
            return None
        new = await person.open_session(session, row, at)
        actor = Actor(PersonId(row.person_id), Role(row.role))
        key, now = f"person:signed-in:{person.digest(new.token)[:32]}", await clock.now(session)
        await append(session, key=key, chain=HOUSE_CHAIN, act=Act.SIGNED_IN, actor=actor, at=now)
        return Begun(new, actor, Language(row.language))
