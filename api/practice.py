"""In practice: who plans and audits for an inspection body comes with it, whichever way it came."""

from api.door import Door
from records.practice import practice_people


async def people_of_bodies(door: Door) -> None:
    """Add those who are missing, their passwords in the house's folder; nobody where the house runs for real."""
    if door.settings.practice:
        await practice_people(door.sessions, door.settings.var)
