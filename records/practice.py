"""People for practice: one of each role, invented, with passwords made here; never in a house that runs for real."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.database import Sessions
from records.farm import InspectionBody
from records.person import PersonRow
from records.private_file import write_private
from records.welcoming import welcome
from scheme.people import Role

HOUSE_ROLES = (
    Role.SECRETARIAT,
    Role.DECISION_MAKER,
    Role.OPERATIONS,
    Role.ASSESSOR,
    Role.ADMINISTRATOR,
)
SECOND_DECIDER = f"{Role.DECISION_MAKER.value}-2"
BODY_ROLES = (Role.PLANNER, Role.AUDITOR)
# In the folder of the house.
FILE = "practice-people.json"


@dataclass(frozen=True)
class SignIn:
    """A sign-in name, its password, the role, and the body of planners and auditors."""

    name: str
    password: str
    role: Role
    body: str | None


async def practice_people(sessions: Sessions, var: Path) -> dict[str, str]:
    """Password of each sign-in name, as the house's folder keeps them; people who are missing are added.

    Asked again by whatever takes in a body: its planner and auditor come with it.
    """
    async with sessions.begin() as session:
        added = await add_practice_people(session)
    kept = _kept(var / FILE)
    if added:
        kept |= {one.name: one.password for one in added}
        write_private(var / FILE, json.dumps(kept, indent=1))
    return kept


async def add_practice_people(session: AsyncSession) -> list[SignIn]:
    """Add who is missing: one of each role of the house, a second decider, a planner and an auditor of each body."""
    wanted = [SignIn(role.value, _password(), role, None) for role in HOUSE_ROLES]
    for body in await session.exec(select(InspectionBody.body_id).order_by(InspectionBody.body_id)):
        wanted += [SignIn(f"{role.value}-{body.lower()}", _password(), role, body) for role in BODY_ROLES]
    # Whoever reviews a file does not decide about it.
    wanted.append(SignIn(SECOND_DECIDER, _password(), Role.DECISION_MAKER, None))
    known = {person.sign_in_name for person in await session.exec(select(PersonRow))}
    added = [one for one in wanted if one.name not in known]
    for one in added:
        await welcome(session, one.name, f"Oefening {one.name}", one.role, one.body, one.password)
    return added


def _kept(file: Path) -> dict[str, str]:
    return dict(json.loads(file.read_text())) if file.exists() else {}


def _password() -> str:
    return secrets.token_urlsafe(9)
