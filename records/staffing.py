"""What an administrator does with people's accounts, each act with its trail entry last in the transaction."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.account import end_others, note
from records.changing import change
from records.farm import InspectionBody
from records.person import PersonRow
from records.queries.person import find_by_sign_in_name
from records.trailing import HOUSE_CHAIN
from records.welcoming import welcome
from scheme.errors import Rule, RuleViolationError
from scheme.ids import PersonId
from scheme.language import Language
from scheme.people import ALLOWED, OF_A_BODY, Action, Actor, Role
from scheme.step import Act


async def add_person(session: AsyncSession, values: Mapping[str, str | None], password: str, actor: Actor) -> PersonId:
    """Add a person: sign_in_name, name, role, body_id, language, email. Raises RuleViolationError."""
    name, body = values["sign_in_name"] or "", values["body_id"]
    role = Role(values["role"] or "")
    if await find_by_sign_in_name(session, name) is not None:
        raise RuleViolationError(Rule.NAME_TAKEN)
    await _check_body(session, role, body)
    told = {"language": Language(values["language"] or ""), "email": values.get("email"), "actor": actor}
    return await welcome(session, name, values["name"] or "", role, body, password, **told)  # type: ignore[arg-type]


async def change_person(
    session: AsyncSession, person: PersonRow, values: Mapping[str, str | None], actor: Actor
) -> bool:
    """Name, role, body, language, mail; before and after are kept. False where nothing differs.

    person: locked by its reader. Raises RuleViolationError.
    """
    after = {"role": person.role, "body_id": person.body_id, **values}
    await _check_body(session, Role(after["role"] or ""), after["body_id"])
    if after["role"] != Role.ADMINISTRATOR:
        await _keep_an_administrator(session, person)
    return await change(
        session, person, values, about=person.person_id, chain=HOUSE_CHAIN, act=Act.PERSON_CHANGED, actor=actor
    )


async def lock(session: AsyncSession, person: PersonRow, actor: Actor, at: datetime) -> None:
    """No sign-in from `at` (real time) on, and every session ends. Raises RuleViolationError for the last one."""
    await _keep_an_administrator(session, person)
    if person.locked_at is None:
        await _set_lock(session, person, at)
        await end_others(session, person.person_id, None)
        await note(session, Act.PERSON_LOCKED, actor, person.person_id)


async def unlock(session: AsyncSession, person: PersonRow, actor: Actor) -> None:
    """The person may sign in again."""
    await _set_lock(session, person, None)
    await note(session, Act.PERSON_UNLOCKED, actor, person.person_id)


async def reset_password(session: AsyncSession, person: PersonRow, password_hash: str, actor: Actor) -> None:
    """A password that an administrator hands over; every session ends."""
    person.password_hash = password_hash
    session.add(person)
    await end_others(session, person.person_id, None)
    await note(session, Act.PASSWORD_RESET, actor, person.person_id)


async def _set_lock(session: AsyncSession, person: PersonRow, at: datetime | None) -> None:
    person.locked_at, person.revision = at, person.revision + 1
    session.add(person)
    await session.flush()


async def _check_body(session: AsyncSession, role: Role, body_id: str | None) -> None:
    known = body_id is not None and await session.get(InspectionBody, body_id) is not None
    if role not in ALLOWED[Action.KEEP_ACCOUNT] or (role in OF_A_BODY) != known or (body_id is not None) != known:
        raise RuleViolationError(Rule.ROLE_AND_BODY)


async def _keep_an_administrator(session: AsyncSession, but: PersonRow) -> None:
    """Refuse where nobody else could manage people; of two who lock each other at once, the second is refused."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtext('administrators'))"))
    able = select(PersonRow.person_id).where(
        PersonRow.role == Role.ADMINISTRATOR.value, col(PersonRow.locked_at).is_(None)
    )
    left = set(await session.exec(able)) - {but.person_id}
    if but.role == Role.ADMINISTRATOR and not left:
        raise RuleViolationError(Rule.LAST_ADMINISTRATOR)
