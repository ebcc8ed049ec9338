"""My account: where I am signed in, my password, my mail (design.md §10)."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, SecretStr

from api import agent, revision, sign_in
from api.access import SESSION_COOKIE, allowed
from api.door import Door
from api.once import FROM_A_PAGE, Once
from api.page import page
from api.sight import actor_of
from api.sign_in import Denied
from api.visit_calendar import address_of_calendar
from api.words import noted
from records import clock
from records.account import end_session, keep_details, set_password, sign_out_everywhere, take
from records.password import LONGEST_PASSWORD, SHORTEST_PASSWORD, hash_password
from records.person import PersonRow
from records.queries.absence import absences_of, may_stand_in
from records.queries.account import AccountFile, account_file
from records.queries.person import digest
from records.weak_password import weak
from scheme.days import local_day
from scheme.people import PROVES_TWICE, Action, Digest

router = APIRouter()
Owner = Annotated[Door, allowed(Action.KEEP_ACCOUNT)]


class DetailsForm(BaseModel):
    """Mail address and digest, and the revision that was on the page."""

    email: str = ""
    digest: Digest
    revision: int


class PasswordForm(BaseModel):
    """The present password, and the new one twice."""

    current: SecretStr = SecretStr("")
    password: SecretStr = SecretStr("")
    again: SecretStr = SecretStr("")


@dataclass(frozen=True)
class Wrong:
    """What is to be mended in a form: field to sentence, and what was typed."""

    errors: Mapping[str, str]
    typed: Mapping[str, str]


@router.get("/account", include_in_schema=False)
async def show_account(request: Request, door: Owner) -> Response:
    """One's own account."""
    return await account_page(request, door)


@router.post("/account", include_in_schema=False)
async def change_account(request: Request, form: Annotated[DetailsForm, Form()], door: Owner) -> Response:
    """Mail address and digest."""
    try:
        email = mail_address(form.email)
    except EmailNotValidError:
        return await account_page(request, door, Wrong({"email": NOT_AN_ADDRESS}, {"email": form.email}))
    await keep(door, revision.etag(form.revision), {"email": email, "digest": form.digest.value})
    return RedirectResponse("/account", 303)


@router.post("/account/password", include_in_schema=False)
async def change_password(request: Request, form: Annotated[PasswordForm, Form()], door: Owner) -> Response:
    """Another password; every other session ends."""
    new = form.password.get_secret_value()
    wrong = await unfit(door, new) or (NOT_THE_SAME if new != form.again.get_secret_value() else None)
    if wrong is not None:
        return await account_page(request, door, Wrong({"password": wrong}, {}))
    denied = await sign_in.own_password(request, door, form.current.get_secret_value())
    if denied is not None:
        return await account_page(request, door, Wrong({"current": NOT_YOURS}, {}), denied)
    await renew_password(request, door, new)
    return RedirectResponse("/account", 303)


@router.post("/account/sessions/{session_id}/end", include_in_schema=False)
async def end_one(session_id: str, door: Owner) -> Response:
    """Sign out one browser."""
    await end(door, session_id)
    return RedirectResponse("/account", 303)


@router.post("/account/sessions/end", include_in_schema=False)
async def end_all(door: Owner) -> Response:
    """Sign out everywhere, here too."""
    async with door.sessions.begin() as session:
        await sign_out_everywhere(session, actor_of(door).person, actor_of(door))
    return RedirectResponse("/sign-in", 303)


NOT_AN_ADDRESS = noted("This is not a mail address: write it like name@example.be.")
NOT_YOURS = noted("This is not your present password.")
NOT_THE_SAME = noted("The two new passwords are not the same.")
UNFIT = noted("A password has from 12 to 200 characters; four ordinary words are easy to keep in mind.")


WEAK = noted("Somebody would try this password among the first: choose other words, not your own name or the house's.")


async def unfit(door: Door, password: str) -> str | None:
    """Why this cannot be the visitor's password; None where it can."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return UNFIT
    async with door.sessions() as session:
        person = await session.get_one(PersonRow, actor_of(door).person)
    return WEAK if weak(password, (person.sign_in_name, person.name)) else None


def mail_address(typed: str) -> str | None:
    """The address, None for an empty field. Raises EmailNotValidError."""
    return validate_email(typed.strip(), check_deliverability=False).normalized if typed.strip() else None


def own_token(request: Request) -> str:
    """The hash of this session's token."""
    return digest(request.cookies[SESSION_COOKIE])


async def mine(request: Request, door: Door) -> AccountFile:
    """The visitor's account."""
    async with door.sessions() as session:
        file = await account_file(session, actor_of(door).person, own_token(request), datetime.now(UTC))
    assert file is not None, "whoever signed in has a row"  # noqa: S101
    return file


async def keep(door: Door, seen: str, values: Mapping[str, object], once: Once = FROM_A_PAGE) -> int:
    """Keep what changed and return the revision; HTTPException 412 where another tab was first."""
    async with door.sessions.begin() as session:
        person = await take(session, actor_of(door).person)
        if await once.earlier(session, door) is not None:
            return person.revision
        revision.check(seen, person.revision)
        await once.keep(session, door, person.person_id)
        await keep_details(session, person, values, actor_of(door))
        return person.revision


async def renew_password(request: Request, door: Door, password: str) -> None:
    """Hash and keep it; this session stays."""
    hashed = await asyncio.to_thread(hash_password, password)
    async with door.sessions.begin() as session:
        person = await take(session, actor_of(door).person)
        await set_password(session, person, hashed, own_token(request))


async def end(door: Door, session_id: str) -> None:
    """End one's own session of this id; HTTPException 404 where there is none."""
    async with door.sessions.begin() as session:
        if not await end_session(session, actor_of(door).person, session_id):
            raise HTTPException(404, "not-found")


async def account_page(
    request: Request, door: Door, wrong: Wrong | None = None, denied: Denied | None = None
) -> Response:
    """The page; with what is to be mended beside its field."""
    status = 200 if wrong is None else 429 if denied is not None and denied.rests else 422
    file, told = await mine(request, door), wrong or Wrong({}, {})
    async with door.sessions() as session:
        today = local_day(await clock.now(session))
        absences = await absences_of(session, file.person.person_id, today)
        others = await may_stand_in(session, file.person)
    due = file.person.role in PROVES_TWICE and file.person.totp_confirmed_at is None
    away = {"absences": absences, "today": today, "may_stand_in": others, "base": "/account"}
    own = {"file": file, "calendar": address_of_calendar(door.settings, file.person), "factor_due": due}
    shown = {**away, **own, "errors": told.errors, "typed": told.typed, "denied": denied}
    return page(request, door, "account/page.html", status=status, digests=Digest, browser=agent.told, **shown)
