"""Lists of requirements as JSON (Belgif: lowerCamelCase, no nulls)."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Response, UploadFile
from pydantic import BaseModel

from api.access import allowed
from api.door import Door
from api.handing import IdempotencyKey
from api.listing import CAMEL
from api.parameter_json import DecisionJson
from api.register_problem import TYPE, NotTakenError
from api.requirement_list_file import (
    AskedHead,
    Edition,
    Shown,
    Title,
    Whence,
    all_lists,
    decide,
    hand_in_list,
    shown,
)
from api.requirement_list_words import mistake_said
from api.typed import Day
from records.queries.requirement_list import ListLine
from scheme.language import Language
from scheme.lastenboek.text import Text
from scheme.people import Action
from scheme.register_rule import Problem
from scheme.requirement_difference import Altered
from scheme.requirement_list import Listed

router = APIRouter()
Reader = Annotated[Door, allowed(Action.SEE_LASTENBOEK)]
Changer = Annotated[Door, allowed(Action.CHANGE_LASTENBOEK)]
HERE = "/api/v1/requirement-lists"


class TextJson(BaseModel):
    """The same text in the languages in which it was written."""

    model_config = CAMEL

    nl: str
    fr: str | None = None
    de: str | None = None
    en: str | None = None


class ModuleJson(BaseModel):
    """A module by its letter."""

    model_config = CAMEL

    letter: str
    name: TextJson


class RequirementJson(BaseModel):
    """A requirement. module: its letter; source absent: that of the list; certainty: D, I, K or A."""

    model_config = CAMEL

    number: str
    module: str
    rank: int
    grade: str
    visual: bool
    text: TextJson
    source: str | None = None
    certainty: str
    to_be_confirmed: bool


class AlteredJson(BaseModel):
    """A requirement that differs from the list before: added, dropped, regraded, reworded, seen-otherwise."""

    model_config = CAMEL

    number: str
    alterations: list[str]


class ListJson(BaseModel):
    """A list. state: today's; replaces: the list it is compared with; importedBy absent: an example of the rulebook."""

    model_config = CAMEL

    list_id: str
    edition: str
    title: str
    in_force: date
    example: bool
    source: str
    state: str
    replaces: str | None = None
    sha256: str | None = None
    imported_by: str | None = None
    imported_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None


class ListsJson(BaseModel):
    """All of them; there are few, so there are no pages."""

    model_config = CAMEL

    items: list[ListJson]


class WholeListJson(ListJson):
    """A list with all that it asks."""

    modules: list[ModuleJson]
    requirements: list[RequirementJson]
    differences: list[AlteredJson]


def _head(
    *,
    edition: Annotated[Edition, Form()],
    title: Annotated[Title, Form()],
    in_force: Annotated[Day, Form(alias="inForce")],
    source: Annotated[Whence, Form()],
    example: Annotated[bool, Form()] = False,
) -> AskedHead:
    return AskedHead(edition=edition, title=title, in_force=in_force, source=source, example=example)


@router.get(HERE, operation_id="listRequirementLists", tags=["lastenboek"], response_model_exclude_none=True)
async def list_lists_json(door: Reader) -> ListsJson:
    """Every list as it stands today, the latest first."""
    return ListsJson(items=[_line(one) for one in await all_lists(door)])


@router.get(
    f"{HERE}/{{listId}}", operation_id="readRequirementList", tags=["lastenboek"], response_model_exclude_none=True
)
async def show_list_json(listId: str, door: Reader) -> WholeListJson:  # noqa: N803  # the API's name
    """One list with its requirements, and in what it differs from the list before."""
    return _whole(await shown(door, listId))


@router.post(
    HERE,
    operation_id="proposeRequirementList",
    tags=["lastenboek"],
    status_code=201,
    response_model_exclude_none=True,
)
async def propose_list_json(
    door: Changer,
    key: IdempotencyKey,
    response: Response,
    file: Annotated[UploadFile, File()],
    asked: Annotated[AskedHead, Depends(_head)],
) -> WholeListJson:
    """Propose a list as a CSV or XLSX file; audits go by it from inForce on, once a second person agrees."""
    kept = await hand_in_list(door, asked, file, key)
    if isinstance(kept, tuple):
        raise NotTakenError([_issue(door.language, one) for one in kept], "requirement-file")
    response.headers["Location"] = f"{HERE}/{kept}"
    return _whole(await shown(door, kept))


@router.post(
    f"{HERE}/{{listId}}/decision",
    operation_id="decideRequirementList",
    tags=["lastenboek"],
    response_model_exclude_none=True,
)
async def decide_list_json(listId: str, decision: DecisionJson, door: Changer) -> WholeListJson:  # noqa: N803
    """Agree, or leave things as they are; whoever proposed may only withdraw."""
    await decide(door, listId, accepted=decision.accepted)
    return _whole(await shown(door, listId))


def _line(line: ListLine) -> ListJson:
    return ListJson.model_validate(line)


def _whole(found: Shown) -> WholeListJson:
    head = {name: getattr(found.line, name) for name in ListJson.model_fields}
    modules = [ModuleJson(letter=letter, name=_text(name)) for letter, name in found.file.modules.items()]
    requirements = [_requirement(one) for one in found.file.requirements]
    return WholeListJson(
        **head, modules=modules, requirements=requirements, differences=[_altered(one) for one in found.altered]
    )


def _requirement(one: Listed) -> RequirementJson:
    return RequirementJson(
        number=one.number,
        module=one.module,
        rank=one.rank,
        grade=one.grade.value,
        visual=one.visual,
        text=_text(one.text),
        source=one.source.key or None,
        certainty=one.source.certainty.value,
        to_be_confirmed=one.source.to_be_confirmed,
    )


def _text(text: Text) -> TextJson:
    return TextJson(nl=text.nl, fr=text.fr or None, de=text.de or None, en=text.en or None)


def _altered(one: Altered) -> AlteredJson:
    return AlteredJson(number=one.number, alterations=[alteration.value for alteration in one.alterations])


def _issue(language: Language, problem: Problem) -> dict[str, object]:
    """One mistake of the file: its line, column, value and rule, and what to do."""
    first, *rest = problem.rule.value.split("-")
    return {
        "type": TYPE + first + "".join(part.capitalize() for part in rest),
        "in": "body",
        "name": problem.column,
        "line": problem.line,
        "value": problem.value,
        "detail": mistake_said(language, problem),
    }
