"""What recording something that happened to a farm shares: columns judged, handed in, and the form shown again."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field
from sqlmodel.ext.asyncio.session import AsyncSession

from api.door import Door
from api.farm_file import FarmFile
from api.farm_sheet import options_of, typed_of
from api.handing import ReceivedJson, hand_in, received_json, refusal_of
from api.listing import CAMEL
from api.page import page
from api.register_form import Sheet
from api.register_problem import not_taken, refused
from api.sight import actor_of
from api.temporal import Delivered
from api.typed import Day, Line, Text
from api.words import noted
from records.entering import Problems, judge
from records.queries.change_day import check_change_day
from records.queries.choice_round import bodies
from records.queries.farm import body_names
from records.receiving import received
from scheme.choice_round import recognised
from scheme.days import local_day
from scheme.errors import Refusal, Rule, RuleViolationError
from scheme.farm_change import NOT_KEPT, OF_OLD_HOLDER, OTHER_HOLDER, STATED, AskChange, Change
from scheme.ids import BodyId, FarmId, farmer_case
from scheme.register import FARMS
from scheme.register_column import COLUMNS

Columns = Mapping[str, str]
# What a rule says of the first day stands beside it.
OF_DAY = frozenset({Rule.NOT_IN_THE_FUTURE, Rule.STOP_DAY, Rule.EARLIER_CHANGE, Rule.CHANGE_DAY, Rule.MERGER_DAY})
MISSING = noted("Mark the inspection body, and write where the evidence is kept.")


class Holder(BaseModel):
    """What the register says of a farm's holder, as texts."""

    name: Line = ""
    holder: Line = ""
    street: Line = ""
    postcode: Line = ""
    city: Line = ""
    country: Line = ""
    language: Line = ""
    email: Line = ""
    phone: Line = ""
    enterprise_number: Line = ""


class Site(BaseModel):
    """What the register says of the place where the milk is produced, as texts."""

    site_street: Line = ""
    site_postcode: Line = ""
    site_city: Line = ""
    establishment_unit: Line = ""
    herd_number: Line = ""


class AskedForm(BaseModel):
    """What each form says. on: the first day; body: whom the farmer chose; evidence: where it is; key: one per form."""

    on: Day
    body: str = ""
    evidence: Text = ""
    key: uuid.UUID = Field(default_factory=uuid.uuid4)


class AskedJson(BaseModel):
    """What each operation takes."""

    model_config = CAMEL

    on: Day
    inspection_body: str = Field(pattern=r"^B-\d{2}$")
    evidence: Text = Field(min_length=1)


@dataclass(frozen=True)
class Asking:
    """One kind of change. groups: the columns of the register that it states, as the form shows them."""

    what: Change
    template: str
    groups: Mapping[str, tuple[str, ...]]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the register that it states."""
        return STATED[self.what]

    def known(self, file: FarmFile) -> dict[str, str]:
        """What the register says of them now, as texts; what a takeover does not keep is empty."""
        there = typed_of(file.farm) | dict.fromkeys(NOT_KEPT.get(self.what, ()), "")
        return {name: there[name] for name in self.columns}

    async def there(self, session: AsyncSession, file: FarmFile) -> dict[str, str]:  # noqa: ARG002  # of a new farm
        """The line of the register that it changes, as texts."""
        return {**typed_of(file.farm), FARMS.key: file.farm.farm_id}

    def typed(self, form: BaseModel) -> dict[str, str]:
        """What the form says of them."""
        return {name: getattr(form, name) for name in self.columns}

    def given(self, file: FarmFile, taken: BaseModel) -> dict[str, str]:
        """What the JSON says of them; what it leaves out stays as the register has it, but for what is not kept.

        Whoever names another holder does not keep the mail address and telephone of the one before.
        """
        said, known = taken.model_dump(include=set(self.columns), exclude_unset=True), self.known(file)
        if any(said.get(name, now) != now for name, now in known.items() if name in OTHER_HOLDER):
            known |= dict.fromkeys(OF_OLD_HOLDER, "")
        return known | said

    async def problems(self, door: Door, file: FarmFile, columns: Columns, key: uuid.UUID) -> Problems:
        """What the register's rules find wrong in the farm as it would be; nothing in what was sent before."""
        async with door.sessions() as session:
            if await received(session, key):
                return ()
            judged = await judge(session, FARMS, {**await self.there(session, file), **columns})
        return judged if isinstance(judged, tuple) else ()

    async def wrong_day(self, door: Door, file: FarmFile, on: date, key: uuid.UUID) -> Refusal | None:
        """Why it cannot have begun on that day; None where it can, and of what was sent before."""
        async with door.sessions() as session:
            if await received(session, key):
                return None
            try:
                await check_change_day(session, file.farm, on, local_day(file.now))
            except RuleViolationError as violation:
                return violation.refusal
        return None

    async def show(
        self, request: Request, door: Door, file: FarmFile, form: BaseModel, *, status: int = 200,
        problems: Problems = (), **said: object,
    ) -> HTMLResponse:  # fmt: skip
        """The form with the bodies that may be chosen today.

        wrong: what a rule refuses, by field; stands: how the other farm stands, before it is confirmed.
        """
        async with door.sessions() as session:
            names = await body_names(session)
            offered = recognised(await bodies(session), local_day(file.now))
            options = await options_of(session, door.language)
        shown = {"error": None, "refused": None, "wrong": {}, "stands": None, **said}
        given: Mapping[str, object] = {
            "file": file, "form": form, "offered": [(body, names[body]) for body in offered],
            "groups": Sheet(door.language, COLUMNS, self.typed(form), options, problems).groups(self.groups),
        }  # fmt: skip
        return page(request, door, self.template, status=status, **given, **shown)

    async def lacking(self, request: Request, door: Door, file: FarmFile, form: AskedForm) -> Response | None:
        """The form again, with what is wrong beside its field; None where nothing is."""
        problems = await self.problems(door, file, self.typed(form), form.key)
        day = await self.wrong_day(door, file, form.on, form.key)
        if problems or day:
            wrong = {} if day is None else {"on": day}
            return await self.show(request, door, file, form, problems=problems, wrong=wrong, status=422)
        if not (form.body and form.evidence):
            return await self.show(request, door, file, form, error=MISSING, status=422)
        return None

    async def record(
        self, request: Request, door: Door, file: FarmFile, form: AskedForm, other: FarmId | None = None
    ) -> Response:
        """Record what the form says; what is wrong stands beside its field."""
        if (lacking := await self.lacking(request, door, file, form)) is not None:
            return lacking
        asked = AskChange(self.what, form.on, BodyId(form.body), other)
        refusal = refusal_of(await ask(door, file, asked, self.typed(form), form.evidence, form.key))
        if refusal is None:
            return RedirectResponse(f"/farms/{file.farm.farm_id}", status_code=303)
        anew = form.model_copy(update={"key": uuid.uuid4()})
        wrong = {"on": refusal} if refusal.rule in OF_DAY else {}
        return await self.show(request, door, file, anew, wrong=wrong, refused=None if wrong else refusal, status=422)

    async def take(
        self, door: Door, file: FarmFile, taken: AskedJson, key: uuid.UUID, other: FarmId | None = None
    ) -> ReceivedJson:
        """Record what the JSON says; HTTPException 422 names each value that cannot be taken."""
        if (day := await self.wrong_day(door, file, taken.on, key)) is not None:
            raise refused(door.language, "on", day)
        columns = self.given(file, taken)
        if problems := await self.problems(door, file, columns, key):
            raise not_taken(door.language, problems)
        asked = AskChange(self.what, taken.on, BodyId(taken.inspection_body), other)
        delivered = await ask(door, file, asked, columns, taken.evidence, key)
        refusal = refusal_of(delivered)
        if refusal is not None and refusal.rule in OF_DAY:
            raise refused(door.language, "on", refusal)
        return received_json(delivered)


async def ask(
    door: Door, file: FarmFile, asked: AskChange, columns: Columns, evidence: str, key: uuid.UUID
) -> Delivered:
    """Hand it in to the farm's workflow; the columns and the evidence stay in the submission's words."""
    case = farmer_case(FarmId(file.farm.farm_id))
    return await hand_in(door, case, actor_of(door), asked, key, {**columns, "reason": evidence})
