"""What changes about an account, each with its trail entry last in the transaction; sessions are in real time."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.changing import change
from records.clock import now
from records.person import PersonRow, SessionRow
from records.trailing import HOUSE_CHAIN, Fact, append
from scheme.ids import PersonId
from scheme.people import Actor, Role
from scheme.step import Act

SHOWN_OF_A_HASH = 16


async def take(session: AsyncSession, person_id: str) -> PersonRow:
    """The person's row, locked until the transaction ends."""
    return (await session.exec(select(PersonRow).where(PersonRow.person_id == person_id).with_for_update())).one()


async def set_password(session: AsyncSession, person: PersonRow, password_hash: str, spare: str | None = None) -> None:
    """Another password; all sessions but `spare` (by its token's hash) end."""
    person.password_hash = password_hash
    session.add(person)
    await end_others(session, person.person_id, spare)
    await note(session, Act.PASSWORD_CHANGED, _oneself(person), person.person_id)


async def offer_factor(session: AsyncSession, person: PersonRow, sealed: str) -> None:
    """A secret that counts once its first code is confirmed."""
    person.totp_sealed, person.totp_confirmed_at, person.totp_last_step = sealed, None, None
    session.add(person)
    await session.flush()


async def confirm_factor(session: AsyncSession, person: PersonRow, step: int, at: datetime, spare: str | None) -> None:
    """The first code was right: from now on sign-in asks for one, and sessions from before it end, but `spare`."""
    person.totp_confirmed_at, person.totp_last_step = at, step
    session.add(person)
    await end_others(session, person.person_id, spare)
    await note(session, Act.FACTOR_SET, _oneself(person), person.person_id)


async def remove_factor(session: AsyncSession, person: PersonRow, actor: Actor) -> None:
    """Sign-in asks for the password alone again, until another factor is set; without a factor nothing changes."""
    if person.totp_sealed is None:
        return
    person.totp_sealed, person.totp_confirmed_at, person.totp_last_step = None, None, None
    session.add(person)
    await note(session, Act.FACTOR_REMOVED, actor, person.person_id)


async def keep_details(session: AsyncSession, person: PersonRow, values: Mapping[str, object], actor: Actor) -> bool:
    """Mail address, digest, language; False where nothing differs."""
    told = {"about": person.person_id, "chain": HOUSE_CHAIN, "act": Act.ACCOUNT_CHANGED, "actor": actor}
    return await change(session, person, values, **told)  # type: ignore[arg-type]  # named above


async def end_session(session: AsyncSession, person_id: str, session_id: str) -> bool:
    """End one session, by the beginning of its token's hash; False when the person has none such."""
    mine = col(SessionRow.person_id) == person_id, col(SessionRow.token_sha256).startswith(session_id, autoescape=True)
    if len(session_id) < SHOWN_OF_A_HASH:
        return False
    ended = await session.execute(delete(SessionRow).where(*mine).returning(col(SessionRow.token_sha256)))
    return ended.first() is not None


async def end_others(session: AsyncSession, person_id: str, spare: str | None) -> None:
    """End all sessions of a person but one, by its token's hash."""
    others = col(SessionRow.person_id) == person_id, col(SessionRow.token_sha256) != (spare or "")
    await session.exec(delete(SessionRow).where(*others))


async def sign_out_everywhere(session: AsyncSession, person_id: str, actor: Actor) -> None:
    """End every session of a person: a copied cookie is worth nothing from now on."""
    await end_others(session, person_id, None)
    await note(session, Act.SIGNED_OUT, actor, person_id)


async def note(session: AsyncSession, act: Act, actor: Actor, about: str, **facts: Fact) -> None:
    """The entry in the trail, under a key of its own: these acts may be done again."""
    await session.flush()
    key, at = f"{act}:{uuid.uuid4()}", await now(session)
    await append(session, key=key, chain=HOUSE_CHAIN, act=act, actor=actor, at=at, facts={"about": about, **facts})


def _oneself(person: PersonRow) -> Actor:
    return Actor(PersonId(person.person_id), Role(person.role))
