"""`ikm register import`: the register's one door, for the demo and for the user alike."""

from pathlib import Path
from typing import TypeVar

from sqlmodel import select

from commands.open import Open
from commands.say import fail, say
from records.farm import InspectionBody
from records.registering import Imported, import_register
from scheme.people import THE_HOUSE
from scheme.register import BodyLine, FarmLine, Read, read_bodies, read_farms
from scheme.register_file import text_of
from scheme.register_rule import Problem, sentence

Line = TypeVar("Line", BodyLine, FarmLine)


async def import_files(house: Open, farms_file: Path, bodies_file: Path | None) -> Imported:
    """Read both files, name every mistake, and only when there is none write everything in one transaction."""
    bodies = _lines(read_bodies(_text(bodies_file)), bodies_file) if bodies_file else []
    async with house.sessions.begin() as session:
        known = {row.body_id for row in await session.exec(select(InspectionBody))} | {row.body_id for row in bodies}
        farms = _lines(read_farms(_text(farms_file), known), farms_file)
        return await import_register(session, bodies, farms, THE_HOUSE, practice=house.settings.practice)


def _text(file: Path) -> str:
    try:
        text = text_of(file.read_bytes())
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    if isinstance(text, Problem):
        fail(f"{file}: {sentence(text)}")
    return text


def _lines(read: Read[Line], file: Path | None) -> list[Line]:
    for problem in read.problems:
        say(f"{file}: {sentence(problem)}")
    if read.problems:
        fail(f"Mistakes: {len(read.problems)}. Nothing was written.")
    return list(read.lines)
