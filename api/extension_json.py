"""Collective extensions as JSON (Belgif: lowerCamelCase, no nulls)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from api.access import allowed
from api.door import Door
from api.extension_form import (
    AskedExtension,
    AskedOnly,
    AskedSelection,
    Id,
    Words,
    all_extensions,
    decide,
    preview,
    propose,
    read_line,
    read_page,
    take_back,
    withdraw,
)
from api.handing import IdempotencyKey
from api.listing import CAMEL, AskedPage, Collection, collection
from api.parameter_json import DecisionJson
from api.register_problem import refused
from api.typed import Day
from records.queries.extension import ExtensionLine
from records.queries.extension_moves import MoveLine
from scheme.certificate import Status
from scheme.errors import Rule, RuleViolationError
from scheme.extension import Cause, ExtensionState, Left
from scheme.people import Action
from scheme.region import Province

router = APIRouter()
Reader = Annotated[Door, allowed(Action.SEE_EXTENSIONS)]
Proposer = Annotated[Door, allowed(Action.PROPOSE_EXTENSION)]
Decider = Annotated[Door, allowed(Action.DECIDE_EXTENSION)]
HERE = "/api/v1/extensions"


def _selection(
    *,
    first: Annotated[Day, Query()],
    last: Annotated[Day, Query()],
    to: Annotated[Day, Query()],
    province: Annotated[Province | None, Query()] = None,
    dairy: Annotated[Id | None, Query()] = None,
    body: Annotated[Id | None, Query()] = None,
) -> AskedSelection:
    return AskedSelection(first=first, last=last, to=to, province=province, dairy=dairy, body=body)


Selected = Annotated[AskedSelection, Depends(_selection)]


class MovedJson(BaseModel):
    """A certificate. number absent: the register has none; left: why it stays as it is, absent where it moves.

    status, since: as it stands today; lastDay and to are those of the list.
    """

    model_config = CAMEL

    number: str | None = None
    farm_id: str
    last_day: date
    to: date
    status: Status
    since: date
    left: Left | None = None


class LeftJson(BaseModel):
    """How many stay as they are for the same reason."""

    model_config = CAMEL

    why: Left
    certificates: int


class PreviewJson(Collection[MovedJson]):
    """A page of what would move or stay. seen: goes with the proposal, so that nothing else is proposed."""

    moved: int
    left: list[LeftJson]
    seen: str


class ExtensionJson(BaseModel):
    """A proposal. to absent: the way back from takesBack, where each certificate goes to its own earlier last day.

    moved: certificates that it moves or moved; left: those that stay as they are.
    """

    model_config = CAMEL

    extension_id: str
    state: ExtensionState
    takes_back: str | None = None
    taken_back_by: str | None = None
    first: date
    last: date
    to: date | None = None
    province: Province | None = None
    dairy: str | None = None
    body: str | None = None
    cause: Cause
    words: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    moved: int
    left: int


class ExtensionsJson(BaseModel):
    """All of them; there are few, so there are no pages."""

    model_config = CAMEL

    items: list[ExtensionJson]


class BackJson(BaseModel):
    """Why an extension is taken back."""

    model_config = CAMEL

    words: Words


@router.get(HERE, operation_id="listExtensions", tags=["extensions"], response_model_exclude_none=True)
async def list_extensions_json(door: Reader) -> ExtensionsJson:
    """Every collective extension, the latest first."""
    return ExtensionsJson(items=[_line(one) for one in await all_extensions(door)])


@router.get(f"{HERE}/preview", operation_id="previewExtension", tags=["extensions"], response_model_exclude_none=True)
async def preview_extension_json(
    request: Request, door: Proposer, paging: AskedPage, asked: Selected, only: AskedOnly = ""
) -> PreviewJson:
    """Certificates whose last day lies from first to last: which would end on `to`, and which stay and why."""
    with _beside_its_field(door, "query"):
        found = await preview(door, asked, paging, only)
    left = [LeftJson(why=why, certificates=many) for why, many in sorted(found.left.items())]
    return PreviewJson(
        **dict(collection(request, found.listing, _moved)), moved=found.moved, left=left, seen=found.seen
    )


@router.post(
    HERE, operation_id="proposeExtension", tags=["extensions"], status_code=201, response_model_exclude_none=True
)
async def propose_extension_json(
    asked: AskedExtension, key: IdempotencyKey, door: Proposer, response: Response
) -> ExtensionJson:
    """Propose it; nothing moves before a decision maker agrees who is somebody else."""
    with _beside_its_field(door, "body"):
        found = await propose(door, asked, key)
    response.headers["Location"] = f"{HERE}/{found}"
    return await _one(door, found)


@router.get(
    f"{HERE}/{{extensionId}}", operation_id="readExtension", tags=["extensions"], response_model_exclude_none=True
)
async def show_extension_json(extensionId: str, door: Reader) -> ExtensionJson:  # noqa: N803  # the API's name
    """One of them."""
    return await _one(door, extensionId)


@router.get(
    f"{HERE}/{{extensionId}}/certificates",
    operation_id="listCertificatesOfExtension",
    tags=["extensions"],
    response_model_exclude_none=True,
)
async def list_extended_json(
    request: Request,
    extensionId: str,  # noqa: N803  # the API's name
    door: Reader,
    paging: AskedPage,
    only: AskedOnly = "",
) -> Collection[MovedJson]:
    """Its certificates with their days of before and after, and how each stands today; left says why one stayed."""
    return collection(request, await read_page(door, extensionId, paging, only), _moved)


@router.post(
    f"{HERE}/{{extensionId}}/decision",
    operation_id="decideExtension",
    tags=["extensions"],
    response_model_exclude_none=True,
)
async def decide_extension_json(
    extensionId: str,  # noqa: N803  # the API's name
    decision: DecisionJson,
    door: Decider,
) -> ExtensionJson:
    """Do it, all certificates at once, or leave things as they are."""
    await decide(door, extensionId, accepted=decision.accepted)
    return await _one(door, extensionId)


@router.post(
    f"{HERE}/{{extensionId}}/withdrawal",
    operation_id="withdrawExtension",
    tags=["extensions"],
    response_model_exclude_none=True,
)
async def withdraw_extension_json(extensionId: str, door: Proposer) -> ExtensionJson:  # noqa: N803
    """Take one's own proposal away before anybody decided."""
    await withdraw(door, extensionId)
    return await _one(door, extensionId)


@router.post(
    f"{HERE}/{{extensionId}}/way-back",
    operation_id="takeExtensionBack",
    tags=["extensions"],
    status_code=201,
    response_model_exclude_none=True,
)
async def take_extension_back_json(
    extensionId: str,  # noqa: N803  # the API's name
    asked: BackJson,
    key: IdempotencyKey,
    door: Proposer,
    response: Response,
) -> ExtensionJson:
    """Propose that it is taken back: what nobody changed since gets its old last day again, once a second agrees."""
    found = await take_back(door, extensionId, asked.words, key)
    response.headers["Location"] = f"{HERE}/{found}"
    return await _one(door, found)


@contextmanager
def _beside_its_field(door: Door, where: str) -> Iterator[None]:
    """A new last day that is too late is told as that of its field."""
    try:
        yield
    except RuleViolationError as violation:
        if violation.refusal.rule is not Rule.EXTENSION_TOO_LONG:
            raise
        raise refused(door.language, "to", violation.refusal, where=where) from violation


async def _one(door: Door, extension_id: str) -> ExtensionJson:
    return _line(await read_line(door, extension_id))


def _line(line: ExtensionLine) -> ExtensionJson:
    chosen = line.selection
    said = {name: getattr(line, name) for name in ExtensionJson.model_fields if hasattr(line, name)}
    narrowed = {"province": chosen.province, "dairy": chosen.dairy, "body": chosen.body}
    return ExtensionJson.model_validate({**said, "first": chosen.first, "last": chosen.last, **narrowed})


def _moved(line: MoveLine) -> MovedJson:
    return MovedJson.model_validate({name: getattr(line, name) for name in MovedJson.model_fields})
