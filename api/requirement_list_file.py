"""What the pages and the JSON of lists of requirements share: a file that was handed in, the lists, the decision."""

import asyncio
import hashlib
import uuid
from dataclasses import dataclass
from typing import Annotated

from fastapi import Form, HTTPException, UploadFile
from pydantic import BaseModel, Field, StringConstraints, ValidationError

from api.door import Door
from api.listing import CAMEL
from api.sight import actor_of
from api.typed import Day
from press.sheet_in import LARGEST_FILE_BYTES, table_in
from records import clock
from records.queries.requirement_list import ListLine, RequirementListFile, list_line, list_of, requirement_lists
from records.receiving import KeyReusedError
from records.requirement_listing import decide_list, propose_list
from scheme.days import local_day
from scheme.ids import PATTERNS, EditionCode, ListId
from scheme.language import Language
from scheme.register_rule import Problem
from scheme.requirement_difference import Altered, differences
from scheme.requirement_file import read_requirements
from scheme.requirement_list import ListHead, ListState, RequirementList

Edition = Annotated[str, StringConstraints(strip_whitespace=True, pattern=rf"^{PATTERNS['EditionCode']}$")]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=120)]
Whence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=300)]


class AskedHead(BaseModel):
    """What a list says of itself. example: in words of the house's own, not the published text."""

    model_config = CAMEL

    edition: Edition
    title: Title
    in_force: Day
    source: Whence
    example: bool = False

    def head(self) -> ListHead:
        """As the rulebook takes it."""
        return ListHead(EditionCode(self.edition), self.title, self.in_force, self.example, self.source)


class HeadForm(BaseModel):
    """The same as typed into the form, kept as it is where it cannot be taken; key: one per form."""

    edition: str = ""
    title: str = ""
    in_force: str = ""
    source: str = ""
    example: bool = False
    key: uuid.UUID = Field(default_factory=uuid.uuid4)


def head_form(
    *,
    edition: Annotated[str, Form()] = "",
    title: Annotated[str, Form()] = "",
    in_force: Annotated[str, Form()] = "",
    source: Annotated[str, Form()] = "",
    example: Annotated[bool, Form()] = False,
    key: Annotated[uuid.UUID | None, Form()] = None,
) -> HeadForm:
    """The fields that come with a file."""
    typed = {"edition": edition, "title": title, "in_force": in_force, "source": source, "example": example}
    return HeadForm.model_validate({**typed, "key": key or uuid.uuid4()})


def read_form(form: HeadForm) -> tuple[AskedHead | None, frozenset[str]]:
    """What was typed, or the names of the fields that cannot be read."""
    try:
        return AskedHead.model_validate(form.model_dump(exclude={"key"})), frozenset()
    except ValidationError as error:
        return None, frozenset(
            "in_force" if item["loc"][0] == "inForce" else str(item["loc"][0]) for item in error.errors()
        )


@dataclass(frozen=True)
class Shown:
    """A list with the one it was compared with. altered: in what they differ."""

    line: ListLine
    file: RequirementListFile
    altered: tuple[Altered, ...]

    @property
    def waits(self) -> bool:
        """Whether a second person still has to decide."""
        return self.line.state is ListState.PROPOSED

    @property
    def unwritten(self) -> dict[Language, int]:
        """How many texts are missing, by language."""
        texts = [one.text for one in self.file.requirements]
        many = {language: sum(not text.written_in(language) for text in texts) for language in Language}
        return {language: count for language, count in many.items() if count}

    @property
    def unconfirmed(self) -> int:
        """How many requirements IKM still has to confirm."""
        return sum(one.source.to_be_confirmed for one in self.file.requirements)


async def hand_in_list(door: Door, asked: AskedHead, file: UploadFile, key: uuid.UUID) -> ListId | tuple[Problem, ...]:
    """The number under which the list waits for a second person, or all that is wrong in its file."""
    content = await file.read(LARGEST_FILE_BYTES + 1)
    read = read_requirements(await asyncio.to_thread(table_in, content))
    if read.problems:
        return read.problems
    proposed = RequirementList(asked.head(), read.modules, read.requirements)
    sha256 = hashlib.sha256(content).hexdigest()
    async with door.sessions.begin() as session:
        try:
            return await propose_list(session, str(key), proposed, sha256, actor_of(door))
        except KeyReusedError as error:
            raise HTTPException(422, "key-reused") from error


async def all_lists(door: Door) -> tuple[ListLine, ...]:
    """Every list as it stands today, the latest first."""
    async with door.sessions() as session:
        return await requirement_lists(session, local_day(await clock.now(session)))


async def shown(door: Door, list_id: str) -> Shown:
    """The list; HTTPException 404 where there is none."""
    async with door.sessions() as session:
        line = await list_line(session, list_id, local_day(await clock.now(session)))
        file = await list_of(session, list_id)
        if line is None or file is None:
            raise HTTPException(404, "not-found")
        before = None if line.replaces is None else await list_of(session, line.replaces)
    return Shown(line, file, () if before is None else differences(before.requirements, file.requirements))


async def decide(door: Door, list_id: str, *, accepted: bool) -> None:
    """Accept the list or not; HTTPException 404 where there is none."""
    async with door.sessions.begin() as session:
        if not await decide_list(session, ListId(list_id), actor_of(door), accepted=accepted):
            raise HTTPException(404, "not-found")
