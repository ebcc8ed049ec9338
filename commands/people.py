"""Sign-in names of a practice house, kept where only its owner may read them, and shown at every start."""

from rich.table import Table

from commands.open import Open, opened
from commands.say import fail, stderr
from records import practice
from scheme.people import Role


async def practice_people(house: Open) -> dict[str, str]:
    """Password of each sign-in name; people who are missing are added."""
    return await practice.practice_people(house.sessions, house.settings.var)


async def tell_people() -> None:
    """Show everybody who may sign in for practice, those of bodies that came in since the start too."""
    async with opened() as house:
        if not house.settings.practice:
            fail("This house runs for real: nobody is in it for practice.")
        show_people(await practice_people(house))


def show_people(people: dict[str, str]) -> None:
    """The table of sign-in names."""
    table = Table("sign-in name", "password", title="People for practice")
    for name, password in people.items():
        table.add_row(name, password)
    stderr.print(table)


def password_of(people: dict[str, str], role: Role) -> str:
    """The password of the role's practice person. Raises KeyError when there is none."""
    return people[role.value]
