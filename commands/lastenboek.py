"""`ikm lastenboek`: propose a list of requirements from a file, and save one as a file."""

import hashlib
import uuid
from pathlib import Path

from api.sight import actor_of
from commands.acting import acting, why
from commands.open import opened
from commands.reconcile import write_file
from commands.register import table_of_file
from commands.say import fail, say
from records.clock import now
from records.queries.requirement_list import RequirementListFile, list_of, list_on
from records.requirement_listing import propose_list
from scheme.days import local_day
from scheme.errors import RuleViolationError
from scheme.people import Action
from scheme.register_wording import sentence
from scheme.requirement_file import HEADER, read_requirements, written
from scheme.requirement_list import ListHead, RequirementList


async def import_list(file: Path, head: ListHead, sign_in_name: str) -> None:
    """Propose the list in this person's name; every mistake of the file is named, and then nothing is kept."""
    read = read_requirements(table_of_file(file))
    for problem in read.problems:
        say(f"{file}: {sentence(problem)}")
    if read.problems:
        fail(f"Mistakes: {len(read.problems)}. Nothing was kept.")
    proposed = RequirementList(head, read.modules, read.requirements)
    async with acting(sign_in_name, Action.CHANGE_LASTENBOEK) as door, door.sessions.begin() as session:
        try:
            list_id = await propose_list(session, str(uuid.uuid4()), proposed, _sha256(file), actor_of(door))
        except RuleViolationError as violation:
            fail(why(violation.refusal))
    say(
        f"{list_id}: {len(read.requirements)} requirements. A second person has to agree on the page of the lastenboek."
    )


async def export_list(file: Path, list_id: str | None) -> None:
    """Save the list as .xlsx or .csv, in the columns of the import; without a number the one that counts now."""
    found = await _found(list_id)
    write_file(file, found.title, HEADER, written(found.requirements, found.modules))
    say(f"{found.list_id}, edition {found.edition}: {len(found.requirements)} requirements in {file}.")


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


async def _found(list_id: str | None) -> RequirementListFile:
    async with opened() as house, house.sessions() as session:
        if list_id is None:
            return await list_on(session, local_day(await now(session)))
        found = await list_of(session, list_id)
    if found is None:
        fail(f"There is no list {list_id}.")
    return found
