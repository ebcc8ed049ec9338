"""The secretariat records that another farm was merged into this one, which goes on (domain.md §1.4)."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import Field

from api.access import allowed
from api.change_asking import OF_DAY, AskedForm, AskedJson, Asking, Holder
from api.door import Door
from api.farm_change_words import KINDS
from api.farm_file import FarmFile, file_of, note_reading
from api.handing import IdempotencyKey, ReceivedJson
from api.register_problem import refused
from api.sight import sight
from api.typed import Line, farm_number
from api.words import noted
from records.merging import check_merger
from records.queries.other_farm import OtherFarm, other_farm
from records.queries.task import PAGES
from records.receiving import received
from scheme.days import add_days, local_day
from scheme.errors import Rule, RuleViolationError
from scheme.farm_change import Change
from scheme.ids import FarmId
from scheme.people import Action

router = APIRouter()
Asker = Annotated[Door, allowed(Action.ASK_CHANGE)]
GROUPS: Mapping[str, tuple[str, ...]] = {
    noted("The farm that goes on"): ("name", "holder", "enterprise_number", "language", "email", "phone"),
    noted("Address of the letters"): ("street", "postcode", "city", "country"),
}
# Beside which field it is said what a rule refuses.
FIELDS: Mapping[Rule, str] = {
    **dict.fromkeys(OF_DAY, "on"),
    Rule.UNKNOWN_FARM: "other_farm",
    Rule.SAME_FARM: "other_farm",
    Rule.OTHER_STOPPED: "other_farm",
    Rule.OTHER_UNDECIDED: "other_farm",
}
ASKING = Asking(Change.MERGER, "farm_change/merger.html", GROUPS)


class MergerForm(Holder, AskedForm):
    """What the form says. on: first day as one farm; body: whom the farmer chose; evidence: where it is.

    other_farm: the one that is merged into this one; seen: the one of which the page showed how it stands.
    """

    other_farm: Line = ""
    seen: Line = ""


class MergerJson(Holder, AskedJson):
    """on: first day as one farm; otherFarm: the one that is merged into this one, and stops on the day before.

    inspectionBody: whom the farmer chose, should an audit be needed; evidence: where it is kept, such as the number of
    a form. What is left out stays as the register has it, but for email and phone where the holder is another one.
    """

    other_farm: str = Field(pattern=r"^F-\d{6}$")


@router.get("/farms/{farm_id}/merger", include_in_schema=False)
async def ask_merger(request: Request, farm_id: str, door: Asker) -> HTMLResponse:
    """The form, with what the register says of the farm that goes on."""
    file = await file_of(door, farm_id)
    known = ASKING.known(file)
    return await ASKING.show(request, door, file, MergerForm(**known, on=local_day(file.now)))


@router.post("/farms/{farm_id}/merger", include_in_schema=False)
async def record_merger(request: Request, farm_id: str, form: Annotated[MergerForm, Form()], door: Asker) -> Response:
    """Show how the other farm stands; once that was seen, record it. What is wrong stands beside its field."""
    file = await file_of(door, farm_id)
    try:
        other = await _other(door, file, form.other_farm, form.on, form.key)
    except RuleViolationError as violation:
        refusal = violation.refusal
        said = {"wrong": {FIELDS[refusal.rule]: refusal}} if refusal.rule in FIELDS else {"refused": refusal}
        return await ASKING.show(request, door, file, form, status=422, **said)
    if form.seen == other:
        return await ASKING.record(request, door, file, form, other)
    lacking = await ASKING.lacking(request, door, file, form)
    stands, last = await _stands(door, file, other), add_days(form.on, -1)
    return lacking or await ASKING.show(request, door, file, form, stands=stands, last=last, kinds=KINDS, pages=PAGES)


@router.post("/api/v1/farms/{farmId}/merger", operation_id="recordMerger", tags=["farms"])
async def record_merger_json(farmId: str, merged: MergerJson, key: IdempotencyKey, door: Asker) -> ReceivedJson:  # noqa: N803
    """Another farm was merged into this one: it stops, and what becomes of this one's certificate is decided."""
    file = await file_of(door, farmId)
    try:
        other = await _other(door, file, merged.other_farm, merged.on, key)
    except RuleViolationError as violation:
        if violation.refusal.rule not in FIELDS:
            raise
        raise refused(door.language, FIELDS[violation.refusal.rule], violation.refusal) from violation
    return await ASKING.take(door, file, merged, key, other)


async def _other(door: Door, file: FarmFile, typed: str, on: date, key: uuid.UUID) -> FarmId:
    """The farm of this number. Raises RuleViolationError where it may not be merged, unless that was sent before."""
    if on > local_day(file.now):
        raise RuleViolationError(Rule.NOT_IN_THE_FUTURE, on)
    try:
        other = farm_number(typed)
    except ValueError as error:
        raise RuleViolationError(Rule.UNKNOWN_FARM) from error
    async with door.sessions() as session:
        if not await received(session, key):
            await check_merger(session, FarmId(file.farm.farm_id), other, on)
    return other


async def _stands(door: Door, file: FarmFile, other: FarmId) -> OtherFarm | None:
    async with door.sessions.begin() as session:
        await note_reading(session, door, other)
        return await other_farm(session, sight(door), other, file.now)
