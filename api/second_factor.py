"""One's own second factor: set up with a telephone, confirmed by its first code, taken away with the password."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Annotated

import segno
from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup
from pydantic import BaseModel, SecretStr

from api import sign_in
from api.access import SESSION_COOKIE, allowed
from api.door import Door
from api.listing import CAMEL
from api.page import page
from api.sealing import seal, step_now, unseal
from api.session_code import CodeForm, CodeJson
from api.sight import actor_of
from api.sign_in import Wrong
from records import second_factor
from records.account import confirm_factor, offer_factor, remove_factor, take
from records.person import PersonRow
from records.queries.person import digest
from scheme.people import Action

router = APIRouter()
Owner = Annotated[Door, allowed(Action.KEEP_ACCOUNT)]
PAGE = "/account/second-factor"
HOUSE = "IKM · QFL · QMK"


class PasswordForm(BaseModel):
    """Who changes what protects an account proves again who they are."""

    password: SecretStr = SecretStr("")


class PasswordJson(BaseModel):
    """One's own present password."""

    model_config = CAMEL

    password: SecretStr


class OfferJson(BaseModel):
    """A secret to type into an authenticator, and the same as the address in its QR code."""

    model_config = CAMEL

    secret: str
    uri: str


@router.get(PAGE, include_in_schema=False)
async def show_second_factor(request: Request, door: Owner) -> Response:
    """Whether there is one; while it is being set up, the QR code and the secret."""
    return _page(request, door, await _mine(door))


@router.post(PAGE, include_in_schema=False)
async def begin_second_factor(request: Request, form: Annotated[PasswordForm, Form()], door: Owner) -> Response:
    """A secret is made; it counts once confirmed."""
    denied = await sign_in.own_password(request, door, form.password.get_secret_value())
    if denied is not None:
        return _page(request, door, await _mine(door), denied=denied)
    await _offer(door)
    return RedirectResponse(PAGE, 303)


@router.post(f"{PAGE}/confirmation", include_in_schema=False)
async def confirm_second_factor(request: Request, form: Annotated[CodeForm, Form()], door: Owner) -> Response:
    """The first code: from now on sign-in asks for one."""
    if await _confirm(request, door, form.code):
        return RedirectResponse(PAGE, 303)
    return _page(request, door, await _mine(door), wrong_code=True)


@router.post(f"{PAGE}/removal", include_in_schema=False)
async def remove_second_factor(request: Request, form: Annotated[PasswordForm, Form()], door: Owner) -> Response:
    """Back to the password alone."""
    denied = await sign_in.own_password(request, door, form.password.get_secret_value())
    if denied is not None:
        return _page(request, door, await _mine(door), denied=denied)
    await _remove(door)
    return RedirectResponse(PAGE, 303)


@router.post("/api/v1/account/second-factor", status_code=201, operation_id="beginSecondFactor", tags=["account"])
async def begin_second_factor_json(request: Request, given: PasswordJson, door: Owner) -> OfferJson:
    """Make a secret; it counts once its first code is confirmed."""
    await _proven(request, door, given)
    person = await _offer(door)
    secret = _secret(door, person)
    return OfferJson(secret=secret, uri=second_factor.address(secret, person.sign_in_name, HOUSE))


@router.post(
    "/api/v1/account/second-factor/confirmation",
    status_code=204,
    operation_id="confirmSecondFactor",
    tags=["account"],
)
async def confirm_second_factor_json(request: Request, given: CodeJson, door: Owner) -> Response:
    """Confirm the secret with its first code; sessions from before it end."""
    if not await _confirm(request, door, given.code.get_secret_value()):
        raise HTTPException(422, Wrong.CODE.value)
    return Response(status_code=204)


@router.post(
    "/api/v1/account/second-factor/removal", status_code=204, operation_id="removeSecondFactor", tags=["account"]
)
async def remove_second_factor_json(request: Request, given: PasswordJson, door: Owner) -> Response:
    """Back to the password alone."""
    await _proven(request, door, given)
    await _remove(door)
    return Response(status_code=204)


async def _proven(request: Request, door: Door, given: PasswordJson) -> None:
    denied = await sign_in.own_password(request, door, given.password.get_secret_value())
    if denied is not None:
        raise denied.as_error(Wrong.OWN_PASSWORD)


async def _mine(door: Door) -> PersonRow:
    async with door.sessions() as session:
        return await session.get_one(PersonRow, actor_of(door).person)


async def _offer(door: Door) -> PersonRow:
    async with door.sessions.begin() as session:
        person = await take(session, actor_of(door).person)
        if person.totp_confirmed_at is not None:
            raise HTTPException(409, "factor-is-set")
        await offer_factor(session, person, seal(door.settings, person.person_id, second_factor.new_secret()))
        return person


async def _confirm(request: Request, door: Door, code: str) -> bool:
    at = datetime.now(UTC)
    async with door.sessions.begin() as session:
        person = await take(session, actor_of(door).person)
        if person.totp_sealed is None or person.totp_confirmed_at is not None:
            raise HTTPException(409, "factor-not-offered")
        step = step_now(door.settings, person, code, at)
        if step is not None:
            await confirm_factor(session, person, step, at, digest(request.cookies[SESSION_COOKIE]))
        return step is not None


async def _remove(door: Door) -> None:
    async with door.sessions.begin() as session:
        await remove_factor(session, await take(session, actor_of(door).person), actor_of(door))


def _page(request: Request, door: Door, person: PersonRow, **wrong: object) -> Response:
    offered = person.totp_sealed is not None and person.totp_confirmed_at is None
    secret = _secret(door, person) if offered else ""
    shown = {
        "person": person,
        "secret": secret,
        "qr": _qr(secret, person) if offered else "",
        "denied": None,
        "wrong_code": False,
    }
    status = 422 if wrong else 200
    return page(request, door, "account/second_factor.html", status=status, **{**shown, **wrong})


def _secret(door: Door, person: PersonRow) -> str:
    return unseal(door.settings, person.person_id, person.totp_sealed or "")


def _qr(secret: str, person: PersonRow) -> Markup:
    """The QR code as a drawing in the page itself: no other address ever carries the secret."""
    drawn = BytesIO()
    made = segno.make(second_factor.address(secret, person.sign_in_name, HOUSE), micro=False)
    made.save(drawn, kind="svg", omitsize=True, xmldecl=False, svgns=False, light="#fff")
    return Markup(drawn.getvalue().decode())  # noqa: S704  # of our own making
