"""What an administrator can do with an account; pages and the JSON API ask here."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from enum import StrEnum

from fastapi import HTTPException
from sqlmodel.ext.asyncio.session import AsyncSession

from api import revision
from api.attempt import Proof, account
from api.door import Door
from api.once import FROM_A_PAGE, Once
from api.person_form import fresh_password
from api.sight import actor_of
from records import staffing
from records.account import remove_factor, sign_out_everywhere, take
from records.password import hash_password
from records.person import PersonRow
from records.queries.person import find_by_sign_in_name
from records.throttling import forgive_account


class PersonAct(StrEnum):
    """What the buttons of a person's page do."""

    LOCK = "lock"
    UNLOCK = "unlock"
    REMOVE_FACTOR = "second-factor-removal"
    SIGN_OUT = "sign-out"


@asynccontextmanager
async def taken(door: Door, person_id: str) -> AsyncIterator[tuple[AsyncSession, PersonRow]]:
    """The person's row, locked, in a transaction of its own; HTTPException 404 when nobody has that number."""
    async with door.sessions.begin() as session:
        if await session.get(PersonRow, person_id) is None:
            raise HTTPException(404, "not-found")
        yield session, await take(session, person_id)


async def act(door: Door, person_id: str, wanted: PersonAct) -> None:
    """Do it. Raises RuleViolationError where nobody else could manage people afterwards."""
    actor = actor_of(door)
    async with taken(door, person_id) as (session, person):
        match wanted:
            case PersonAct.LOCK:
                await staffing.lock(session, person, actor, datetime.now(UTC))
            case PersonAct.UNLOCK:
                for proof in Proof:
                    await forgive_account(session, account(door.settings, person.sign_in_name, proof))
                await staffing.unlock(session, person, actor)
            case PersonAct.REMOVE_FACTOR:
                await remove_factor(session, person, actor)
            case PersonAct.SIGN_OUT:
                await sign_out_everywhere(session, person_id, actor)


async def add(door: Door, values: Mapping[str, str | None], once: Once) -> tuple[str, str | None]:
    """Add a person: the number and the password to hand over, None where the same request added them before.

    Raises RuleViolationError.
    """
    password, name = fresh_password(), values["sign_in_name"] or ""
    async with door.sessions.begin() as session:
        before = await once.earlier(session, door)
        if before is not None:
            person = await find_by_sign_in_name(session, before)
            return ("" if person is None else person.person_id), None
        await once.keep(session, door, name)
        return await staffing.add_person(session, values, password, actor_of(door)), password


async def change(
    door: Door, person_id: str, seen: str, values: Mapping[str, str | None], once: Once = FROM_A_PAGE
) -> int:
    """Change what differs; the revision afterwards. Raises ChangedMeanwhileError, RuleViolationError."""
    async with taken(door, person_id) as (session, person):
        if await once.earlier(session, door) is not None:
            return person.revision
        revision.check(seen, person.revision)
        await once.keep(session, door, person_id)
        await staffing.change_person(session, person, values, actor_of(door))
        return person.revision


async def reset_password(door: Door, person_id: str) -> str:
    """A password to hand over."""
    password = fresh_password()
    hashed = await asyncio.to_thread(hash_password, password)
    async with taken(door, person_id) as (session, person):
        await staffing.reset_password(session, person, hashed, actor_of(door))
    return password
