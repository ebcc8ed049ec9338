"""A letter went to a wrong address: it goes out again to the right one, and both stay visible (design.md §8)."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from api.access import allowed
from api.door import Door
from api.handing import IdempotencyKey
from api.listing import CAMEL
from api.page import page
from api.problem_issue import SAID
from api.sight import actor_of, sight
from api.typed import Line, Text
from api.words import noted, translate
from records.farm import Farm
from records.letter import LetterRow
from records.queries.farm import farm
from records.queries.letter import letter
from records.receiving import KeyReusedError
from records.replacing import NOT_GONE, Address, Replacement, address_of, replace_letter
from scheme.choice_round import Country
from scheme.errors import RuleViolationError
from scheme.ids import LetterKey, SubmissionId
from scheme.letter import LetterKind
from scheme.people import Action
from scheme.register_column import COLUMNS, broken

router = APIRouter()
Corrector = Annotated[Door, allowed(Action.CORRECT_CASE)]
CHECKED = {column.name: column for column in COLUMNS if column.name in {"street", "postcode", "city", "email"}}
WRONG = {
    "street": noted("Write street and number, at most 120 characters."),
    "postcode": noted("A Belgian postcode has four digits; a Dutch one looks like 1234 AB."),
    "city": noted("Write the place, at most 60 characters."),
    "email": noted("This is no mail address; leave it empty to write on paper."),
}


class Redirected(BaseModel):
    """What the form says: where the letter should have gone, and why. email empty: on paper."""

    street: Line = ""
    postcode: Line = ""
    city: Line = ""
    email: Line = ""
    reason: Text = ""
    key: uuid.UUID = Field(default_factory=uuid.uuid4)
    confirmed: bool = False

    @property
    def address(self) -> Address:
        """The address, without a mail address where letters go on paper."""
        return Address(self.street, self.postcode, self.city, self.email or None)


class RedirectedJson(BaseModel):
    """Where the letter should have gone: the farm's address from now on. Without email it goes on paper."""

    model_config = CAMEL

    street: Line = Field(min_length=1)
    postcode: Line = Field(min_length=1)
    city: Line = Field(min_length=1)
    email: Line | None = None
    reason: Text = Field(min_length=1)


class ReplacedJson(BaseModel):
    """letterKey: of the letter that goes out instead."""

    model_config = CAMEL

    letter_key: str


@router.get("/letters/{letter_key}/replacement", include_in_schema=False)
async def ask_replacement(request: Request, letter_key: str, door: Corrector) -> HTMLResponse:
    """The form, with the address that the register has now."""
    wrong, whose = await _found(door, letter_key)
    form = Redirected(street=whose.street, postcode=whose.postcode, city=whose.city, email=whose.email or "")
    return _page(request, door, wrong, whose, form)


@router.post("/letters/{letter_key}/replacement", include_in_schema=False)
async def send_again(
    request: Request, letter_key: str, form: Annotated[Redirected, Form()], door: Corrector
) -> Response:
    """Show what will happen; once confirmed, do it."""
    wrong, whose = await _found(door, letter_key)
    errors = _errors(form.model_dump(include=set(CHECKED) | {"reason"}), Country(whose.country))
    if errors or not form.confirmed:
        return _page(request, door, wrong, whose, form, errors=errors, confirm=not errors)
    try:
        await _replace(door, letter_key, form.address, form.reason, form.key)
    except RuleViolationError as violation:
        again = form.model_copy(update={"key": uuid.uuid4()})
        return _page(request, door, wrong, whose, again, refused=violation.refusal, status=422)
    return RedirectResponse(f"/farms/{whose.farm_id}", status_code=303)


@router.post("/api/v1/letters/{letterKey}/replacement", operation_id="replaceLetter", tags=["letters"])
async def send_again_json(
    letterKey: str,  # noqa: N803  # the API's name
    redirected: RedirectedJson,
    key: IdempotencyKey,
    door: Corrector,
) -> ReplacedJson:
    """Put the farm's address right and send the letter there; a code that went to the wrong address is revoked."""
    _, whose = await _found(door, letterKey)
    given = redirected.model_dump()
    wrong = _errors({**given, "email": redirected.email or ""}, Country(whose.country))
    if wrong:
        issues = [
            {"loc": ("body", name), "msg": translate(door.language, said), "type": SAID} for name, said in wrong.items()
        ]
        raise RequestValidationError(issues)
    address = Address(redirected.street, redirected.postcode, redirected.city, redirected.email or None)
    return ReplacedJson(letter_key=await _replace(door, letterKey, address, redirected.reason, key))


async def _replace(door: Door, letter_key: str, address: Address, reason: str, key: uuid.UUID) -> LetterKey:
    wanted = Replacement(letter_key, address, reason, SubmissionId(str(key)))
    try:
        async with door.sessions.begin() as session:
            return await replace_letter(session, wanted, actor_of(door))
    except KeyReusedError as error:
        raise HTTPException(422, "key-reused") from error


async def _found(door: Door, letter_key: str) -> tuple[LetterRow, Farm]:
    async with door.sessions() as session:
        found = await letter(session, sight(door), letter_key)
        whose = None if found is None else await farm(session, sight(door), found.farm_id)
    if found is None or whose is None:
        raise HTTPException(404, "not-found")
    return found, whose


def _errors(given: dict[str, str], country: Country) -> dict[str, str]:
    """What is missing or cannot be, by field."""
    found = {name: WRONG[name] for name, column in CHECKED.items() if broken(column, given[name], country)}
    return (
        found if given["reason"] else {**found, "reason": noted("Write why: what went wrong, and how it was noticed.")}
    )


def _page(
    request: Request, door: Door, wrong: LetterRow, whose: Farm, form: Redirected, *, status: int = 200, **said: object
) -> HTMLResponse:
    shown = {"errors": {}, "refused": None, "confirm": False, **said}
    code = 422 if shown["errors"] else status
    given = {
        "letter": wrong,
        "kind": LetterKind(wrong.kind),
        "went": address_of(wrong),
        "gone": wrong.state not in NOT_GONE,
    }
    return page(request, door, "letter_replacement/page.html", status=code, farm=whose, form=form, **given, **shown)
