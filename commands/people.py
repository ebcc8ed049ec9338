"""Sign-in names of a practice house, kept where only its owner may read them, and shown at every start."""

import json
from pathlib import Path

from rich.table import Table

from commands.open import Open
from commands.say import stderr
from parts.secrets import write_private
from records.practice import add_practice_people
from scheme.people import Role

FILE = "practice-people.json"


async def practice_people(house: Open) -> dict[str, str]:
    """Password of each sign-in name; people who are missing are added."""
    kept = _kept(house.settings.var)
    async with house.sessions.begin() as session:
        added = await add_practice_people(session)
    kept |= {one.name: one.password for one in added}
    if added:
        write_private(house.settings.var / FILE, json.dumps(kept, indent=1))
    return kept


def show_people(people: dict[str, str]) -> None:
    """The table of sign-in names."""
    table = Table("sign-in name", "password", title="People for practice")
    for name, password in people.items():
        table.add_row(name, password)
    stderr.print(table)


def password_of(people: dict[str, str], role: Role) -> str:
    """The password of the role's practice person. Raises KeyError when there is none."""
    return people[role.value]


def _kept(var: Path) -> dict[str, str]:
    file = var / FILE
    return {} if not file.exists() else dict(json.loads(file.read_text()))
