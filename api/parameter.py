"""The rulebook's parameters: what counts, whence, and how two people change it (design.md §6)."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.access import allowed
from api.door import Door
from api.handing import IdempotencyKey
from api.page import page
from api.parameter_form import FIELDS, Asked, AskedForm, read_form
from api.parameter_json import DecisionJson, ParameterJson, ParametersJson, ProposedJson, parameter_json, proposed_json
from api.sight import actor_of
from records import clock
from records.proposing import decide, propose
from records.queries.parameter import ParameterFile, parameter, parameters
from scheme.days import local_day
from scheme.errors import Refusal, RuleViolationError
from scheme.people import Action
from scheme.rules import Name

router = APIRouter()
Reader = Annotated[Door, allowed(Action.SEE_PARAMETERS)]
Changer = Annotated[Door, allowed(Action.CHANGE_PARAMETERS)]


@router.get("/parameters", include_in_schema=False)
async def list_parameters(request: Request, door: Reader) -> HTMLResponse:
    """Every parameter with its value today, its source, and whether IKM confirmed it."""
    return page(request, door, "parameter/list.html", parameters=await _all(door))


@router.get("/parameters/{name}", include_in_schema=False)
async def show_parameter(request: Request, name: Name, door: Reader) -> HTMLResponse:
    """One parameter, its history, and the form of a new value."""
    return await _page(request, door, name, AskedForm())


@router.post("/parameters/{name}/proposals", include_in_schema=False)
async def propose_value(request: Request, name: Name, form: Annotated[AskedForm, Form()], door: Changer) -> Response:
    """Keep the proposal for a second person; what cannot be is said beside its field."""
    asked, wrong = read_form(form)
    if asked is None:
        return await _page(request, door, name, form, status=422, wrong=wrong)
    try:
        await _propose(door, name, asked, form.key)
    except RuleViolationError as violation:
        return await _page(request, door, name, form, status=422, refused=violation.refusal)
    return RedirectResponse(f"/parameters/{name}", 303)


@router.post("/parameters/{name}/proposals/{proposal_id}", include_in_schema=False)
async def decide_proposal(
    request: Request, name: Name, proposal_id: uuid.UUID, accepted: Annotated[bool, Form()], door: Changer
) -> Response:
    """Put the value in force, or not."""
    try:
        await _decide(door, proposal_id, accepted=accepted)
    except RuleViolationError as violation:
        return await _page(request, door, name, AskedForm(), status=422, refused=violation.refusal)
    return RedirectResponse(f"/parameters/{name}", 303)


@router.get("/api/v1/parameters", operation_id="listParameters", tags=["parameters"], response_model_exclude_none=True)
async def list_parameters_json(door: Reader) -> ParametersJson:
    """Every parameter with its value today."""
    return ParametersJson(items=[parameter_json(one) for one in await _all(door)])


@router.get(
    "/api/v1/parameters/{name}", operation_id="readParameter", tags=["parameters"], response_model_exclude_none=True
)
async def show_parameter_json(name: Name, door: Reader) -> ParameterJson:
    """One parameter with its values and proposals."""
    return parameter_json(await _one(door, name))


@router.post(
    "/api/v1/parameters/{name}/proposals",
    operation_id="proposeParameterValue",
    tags=["parameters"],
    status_code=201,
    response_model_exclude_none=True,
)
async def propose_value_json(name: Name, asked: Asked, key: IdempotencyKey, door: Changer) -> ProposedJson:
    """Propose a value; it counts once a second person agrees."""
    await _propose(door, name, asked, key)
    return await _proposed(door, name, key)


@router.post(
    "/api/v1/parameters/{name}/proposals/{proposalId}",
    operation_id="decideParameterValue",
    tags=["parameters"],
    response_model_exclude_none=True,
)
async def decide_proposal_json(
    name: Name,
    proposalId: uuid.UUID,  # noqa: N803  # the API's name
    decision: DecisionJson,
    door: Changer,
) -> ProposedJson:
    """Agree, or leave things as they are; whoever proposed may only withdraw."""
    await _decide(door, proposalId, accepted=decision.accepted)
    return await _proposed(door, name, proposalId)


async def _propose(door: Door, name: Name, asked: Asked, key: uuid.UUID) -> None:
    async with door.sessions.begin() as session:
        await propose(session, str(key), asked.proposal(name), actor_of(door))


async def _decide(door: Door, proposal_id: uuid.UUID, *, accepted: bool) -> None:
    async with door.sessions.begin() as session:
        if not await decide(session, str(proposal_id), actor_of(door), accepted=accepted):
            raise HTTPException(404, "not-found")


async def _all(door: Door) -> tuple[ParameterFile, ...]:
    async with door.sessions() as session:
        return await parameters(session, local_day(await clock.now(session)))


async def _one(door: Door, name: Name) -> ParameterFile:
    async with door.sessions() as session:
        return await parameter(session, name, local_day(await clock.now(session)))


async def _proposed(door: Door, name: Name, proposal_id: uuid.UUID) -> ProposedJson:
    found = await _one(door, name)
    shown = next((one for one in found.proposals if one.proposal_id == str(proposal_id)), None)
    if shown is None:
        raise HTTPException(404, "not-found")
    return proposed_json(shown)


async def _page(
    request: Request,
    door: Door,
    name: Name,
    form: AskedForm,
    *,
    status: int = 200,
    wrong: frozenset[str] = frozenset(),
    refused: Refusal | None = None,
) -> HTMLResponse:
    found = await _one(door, name)
    place = None if refused is None else FIELDS.get(refused.rule, "form")
    values = {"parameter": found, "form": form, "wrong": wrong, "refused": refused, "place": place}
    return page(request, door, "parameter/page.html", status=status, **values)
