"""A person of the house or of a body may sign in from now on: the row and its trail entry, in one transaction."""

from sqlalchemy import func, text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.clock import now
from records.person import PersonRow
from records.queries.person import add_person
from records.trailing import HOUSE_CHAIN, append
from scheme.ids import PersonId
from scheme.language import Language
from scheme.people import THE_HOUSE, Actor, Role
from scheme.step import Act


async def welcome(  # noqa: PLR0913  # the columns of a person
    session: AsyncSession,
    sign_in_name: str,
    name: str,
    role: Role,
    body_id: str | None,
    password: str,
    *,
    language: Language = Language.NL,
    email: str | None = None,
    actor: Actor = THE_HOUSE,
) -> PersonId:
    """Add a person under the next free number, who reads Dutch unless told. actor: who adds them."""
    # Two at once take two numbers: the second waits here.
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtext('person'))"))
    number = (await session.exec(select(func.count()).select_from(PersonRow))).one() + 1
    person = PersonId(f"P-{number:04}")
    await add_person(session, person, sign_in_name, name, role, body_id, language, password, email)
    await append(
        session,
        key=f"person:{person}",
        chain=HOUSE_CHAIN,
        act=Act.PERSON_ADDED,
        actor=actor,
        at=await now(session),
        facts={"about": person, "role": role.value},
    )
    return person
