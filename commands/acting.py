"""In whose name a command acts, and how a refusal is said."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.door import Door
from api.words import refusal
from commands.open import Open, opened
from commands.say import fail
from records.queries.person import find_by_sign_in_name
from scheme.errors import Refusal
from scheme.ids import PersonId
from scheme.language import Language
from scheme.people import Action, Actor, Role, may


@asynccontextmanager
async def acting(sign_in_name: str, action: Action) -> AsyncIterator[Door]:
    """A door for this person; says why there is none, or that the role may not do this."""
    async with opened() as house:
        door = await door_of(house, sign_in_name)
        if door.actor is None:
            fail(f"Nobody signs in as {sign_in_name}.")
        if not may(door.actor, action):
            fail(f"{sign_in_name} may not do this.")
        yield door


async def door_of(house: Open, sign_in_name: str) -> Door:
    """What a page would work with if this person had signed in; without an actor where nobody can."""
    async with house.sessions() as session:
        person = await find_by_sign_in_name(session, sign_in_name)
    actor = None
    if person is not None and person.locked_at is None:
        actor = Actor(PersonId(person.person_id), Role(person.role))
    return Door(house.settings, house.sessions, house.client, actor, sign_in_name, None, Language.NL, "")


def why(refused_by: Refusal) -> str:
    """The sentence that pages show, with the rule's code for whoever looks it up."""
    return f"{refusal(Language.EN, refused_by)} ({refused_by.rule.value})"
