"""Farms that join the round that runs: one or several by number, each told why not (domain.md §2)."""

import asyncio
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from api.access import allowed
from api.door import Door
from api.handing import IdempotencyKey, hand_in, refusal_of
from api.listing import CAMEL
from api.page import page
from api.sight import actor_of, sight
from api.temporal import Delivered
from api.typed import Year, farm_number
from records.clock import now
from records.farm import Farm
from records.queries.extra_farm import check_joins
from records.queries.farm import farm
from scheme.errors import Refusal, RuleViolationError
from scheme.extra_farm import Join
from scheme.ids import FarmId, farmer_case
from scheme.people import Action

router = APIRouter()
Steerer = Annotated[Door, allowed(Action.STEER_ROUND)]
# More than that is a round of its own.
MOST = 200
AT_ONCE = 8
_BETWEEN = re.compile(r"[\s,;]+")


class ExtraForm(BaseModel):
    """What the form says: numbers, as they were typed or pasted. key: one per form."""

    numbers: Annotated[str, Field(max_length=5_000)] = ""
    key: uuid.UUID = Field(default_factory=uuid.uuid4)
    confirmed: bool = False


class ExtraJson(BaseModel):
    """farmIds: the farms that are to be asked in the year's round."""

    model_config = CAMEL

    farm_ids: list[Annotated[str, Field(pattern=r"^F-\d{6}$")]] = Field(min_length=1, max_length=MOST)


class JoinedJson(BaseModel):
    """What became of one farm. settled: whether it was dealt with already; rule: what refused it, with its day."""

    model_config = CAMEL

    farm_id: str
    known: bool
    settled: bool = False
    rule: str | None = None
    day: date | None = None


class JoinsJson(BaseModel):
    """All farms of the request, in its order."""

    items: list[JoinedJson]


@dataclass(frozen=True)
class Wanted:
    """A number as it was typed, the farm if there is one, and what refuses it; settled: None before it is handed in."""

    typed: str
    farm: Farm | None = None
    refused: Refusal | None = None
    settled: bool | None = None

    @property
    def may_join(self) -> bool:
        """Whether it can be asked, as far as the rows tell."""
        return self.farm is not None and self.refused is None


@router.get("/choice-rounds/{year}/extra-farms", include_in_schema=False)
async def ask_extra(
    request: Request, year: Year, door: Steerer, numbers: Annotated[str, Query(max_length=5_000)] = ""
) -> HTMLResponse:
    """The form for one or several numbers."""
    return _page(request, door, year, ExtraForm(numbers=numbers))


@router.post("/choice-rounds/{year}/extra-farms", include_in_schema=False)
async def add_extra(request: Request, year: Year, form: Annotated[ExtraForm, Form()], door: Steerer) -> HTMLResponse:
    """Show who can be asked and who cannot; once confirmed, ask them. The same form again asks nobody twice."""
    typed = _typed(form.numbers)
    if not typed or len(typed) > MOST:
        return _page(request, door, year, form, count_wrong=True, status=422)
    found = await _found(door, typed)
    if not form.confirmed:
        return _page(request, door, year, form, found=found)
    return _page(request, door, year, form, found=await _join(door, year, found, form.key), done=True)


@router.post(
    "/api/v1/choice-rounds/{year}/extra-farms",
    operation_id="addExtraFarms",
    tags=["choice rounds"],
    response_model_exclude_none=True,
)
async def add_extra_json(year: Year, extra: ExtraJson, key: IdempotencyKey, door: Steerer) -> JoinsJson:
    """Ask farms that the running round left out; each answer says whether it was taken, or which rule refused it."""
    found = await _join(door, year, await _found(door, tuple(dict.fromkeys(extra.farm_ids))), key)
    return JoinsJson(items=[_joined(one) for one in found])


async def _found(door: Door, typed: Sequence[str]) -> tuple[Wanted, ...]:
    """Each number with its farm, and what the rows say against it."""
    async with door.sessions() as session:
        at = await now(session)
        found = []
        for number in typed:
            row = await farm(session, sight(door), _number(number))
            refused = None
            if row is not None:
                try:
                    await check_joins(session, row, at)
                except RuleViolationError as violation:
                    refused = violation.refusal
            found.append(Wanted(number, row, refused))
        return tuple(found)


async def _join(door: Door, year: int, found: Sequence[Wanted], key: uuid.UUID) -> list[Wanted]:
    """Hand in each farm under a key of its own, a few at a time; the outcome is the workflow's."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(wanted: Wanted) -> Wanted:
        if wanted.farm is None:
            return wanted
        farm_id = FarmId(wanted.farm.farm_id)
        async with gate:
            own = uuid.uuid5(key, farm_id)
            delivered: Delivered = await hand_in(door, farmer_case(farm_id), actor_of(door), Join(year), own)
        return replace(wanted, refused=refusal_of(delivered), settled=delivered.outcome is not None)

    return list(await asyncio.gather(*(one(wanted) for wanted in found)))


def _typed(numbers: str) -> tuple[str, ...]:
    """The numbers, each once, in the order in which they were typed."""
    pieces = (piece for piece in _BETWEEN.split(numbers) if piece and piece.upper() != "F")
    return tuple({_number(piece) or piece: piece for piece in pieces})


def _number(typed: str) -> str:
    try:
        return farm_number(typed)
    except ValueError:
        return ""


def _joined(one: Wanted) -> JoinedJson:
    return JoinedJson(
        farm_id=one.typed,
        known=one.farm is not None,
        settled=bool(one.settled),
        rule=None if one.refused is None else one.refused.rule.value,
        day=None if one.refused is None else one.refused.day,
    )


def _page(
    request: Request, door: Door, year: int, form: ExtraForm, *, status: int = 200, **said: object
) -> HTMLResponse:
    nothing = {"found": (), "done": False, "count_wrong": False, "most": MOST}
    return page(request, door, "extra_farm/page.html", status=status, year=year, form=form, **nothing | said)
