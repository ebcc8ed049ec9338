"""The secretariat records that a part of a farm became a farm of its own, which enters the register (§1.4)."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access import allowed
from api.change_asking import AskedForm, AskedJson, Asking, Holder, Site
from api.door import Door
from api.farm_file import FarmFile, file_of
from api.farm_sheet import typed_of
from api.handing import IdempotencyKey, ReceivedJson
from api.register_form import FARM_GROUPS
from api.typed import Line
from records.entering import next_number
from records.farm import Farm
from scheme.days import local_day
from scheme.farm_change import OF_PART, Change
from scheme.people import Action
from scheme.register import FARMS

router = APIRouter()
Asker = Annotated[Door, allowed(Action.ASK_CHANGE)]
# As on the page of a new farm, but for its certificate and its last audit: it has none.
GROUPS: Mapping[str, tuple[str, ...]] = {
    title: names for title, names in FARM_GROUPS.items() if set(names) <= set(OF_PART)
}


class Dividing(Asking):
    """What is stated is of the new farm, which stands in no line of the register yet."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the register that it states of the new farm."""
        return OF_PART

    def known(self, file: FarmFile) -> dict[str, str]:
        """Empty but for country and language, which are likely those of the divided farm."""
        there = typed_of(file.farm)
        return dict.fromkeys(self.columns, "") | {name: there[name] for name in ("country", "language")}

    async def there(self, session: AsyncSession, file: FarmFile) -> dict[str, str]:  # noqa: ARG002  # not of the divided one
        """An empty line with the next number."""
        return {**dict.fromkeys(FARMS.names, ""), FARMS.key: await next_number(session, Farm.farm_id, 6)}


ASKING = Dividing(Change.SPLIT, "farm_change/split.html", GROUPS)


class Part(Holder, Site):
    """What the register says of the new farm, as texts."""

    dairy_id: Line = ""
    supplier_number: Line = ""
    vet_name: Line = ""
    vet_email: Line = ""
    vet_substitute: Line = ""


class SplitForm(Part, AskedForm):
    """What the form says. on: first day as two farms; body: whom the farmer chose; evidence: where it is."""


class SplitJson(Part, AskedJson):
    """on: first day as two farms; what the register says of the new one, which gets the next number.

    inspectionBody: whom the farmer of the divided farm chose, should an audit of it be needed; evidence: where it is
    kept, such as the number of a form. Left out, country and language are those of the divided farm.
    """


@router.get("/farms/{farm_id}/split", include_in_schema=False)
async def ask_split(request: Request, farm_id: str, door: Asker) -> HTMLResponse:
    """The form of the new farm."""
    file = await file_of(door, farm_id)
    known = ASKING.known(file)
    return await ASKING.show(request, door, file, SplitForm(**known, on=local_day(file.now)))


@router.post("/farms/{farm_id}/split", include_in_schema=False)
async def record_split(request: Request, farm_id: str, form: Annotated[SplitForm, Form()], door: Asker) -> Response:
    """Record it; the new farm enters the register, and review and decision open. What is wrong stands at its field."""
    return await ASKING.record(request, door, await file_of(door, farm_id), form)


@router.post("/api/v1/farms/{farmId}/split", operation_id="recordSplit", tags=["farms"])
async def record_split_json(farmId: str, divided: SplitJson, key: IdempotencyKey, door: Asker) -> ReceivedJson:  # noqa: N803
    """A part of the farm became a farm of its own, without a certificate; what becomes of this one's is decided."""
    return await ASKING.take(door, await file_of(door, farmId), divided, key)
