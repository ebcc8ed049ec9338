"""People for practice: one of each role, invented, with passwords made here; never in a house that runs for real."""

import secrets
from dataclasses import dataclass

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.clock import now
from records.farm import InspectionBody
from records.person import PersonRow
from records.queries.person import add_person
from records.trailing import HOUSE_CHAIN, append
from scheme.ids import PersonId
from scheme.language import Language
from scheme.people import THE_HOUSE, Role
from scheme.step import Act

HOUSE_ROLES = (
    Role.SECRETARIAT,
    Role.DECISION_MAKER,
    Role.OPERATIONS,
    Role.ASSESSOR,
    Role.ADMINISTRATOR,
)
BODY_ROLES = (Role.PLANNER, Role.AUDITOR)


@dataclass(frozen=True)
class SignIn:
    """A sign-in name, its password, the role, and the body of planners and auditors."""

    name: str
    password: str
    role: Role
    body: str | None


async def add_practice_people(session: AsyncSession) -> list[SignIn]:
    """Add who is missing: one of each role of the house, a planner and an auditor of each body."""
    wanted = [SignIn(role.value, _password(), role, None) for role in HOUSE_ROLES]
    for body in await session.exec(select(InspectionBody.body_id).order_by(InspectionBody.body_id)):
        wanted += [SignIn(f"{role.value}-{body.lower()}", _password(), role, body) for role in BODY_ROLES]
    known = {person.sign_in_name for person in await session.exec(select(PersonRow))}
    added = [one for one in wanted if one.name not in known]
    for number, one in enumerate(added, len(known) + 1):
        await _add(session, PersonId(f"P-{number:04}"), one)
    return added


async def _add(session: AsyncSession, person: PersonId, one: SignIn) -> None:
    name = f"Oefening {one.name}"
    await add_person(session, person, one.name, name, one.role, one.body, Language.NL, one.password)
    facts = {"about": person, "role": one.role.value}
    await append(
        session,
        key=f"person:{person}",
        chain=HOUSE_CHAIN,
        act=Act.PERSON_ADDED,
        actor=THE_HOUSE,
        at=await now(session),
        facts=facts,
    )


def _password() -> str:
    return secrets.token_urlsafe(9)
