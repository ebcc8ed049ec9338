"""My account as JSON; the same functions as its page."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel, EmailStr, Field, SecretStr

from api import account, revision, sign_in
from api.access import allowed
from api.door import Door
from api.listing import CAMEL
from api.once import AskedOnce
from api.revision import IfMatch
from api.sight import actor_of
from api.sign_in import Wrong
from records.account import sign_out_everywhere
from records.password import LONGEST_PASSWORD, SHORTEST_PASSWORD
from records.queries.account import SessionLine
from scheme.language import Language
from scheme.people import PROVES_TWICE, Action, Digest, Role

router = APIRouter(prefix="/api/v1/account", tags=["account"])
Owner = Annotated[Door, allowed(Action.KEEP_ACCOUNT)]


class SessionJson(BaseModel):
    """A browser that is signed in. here: the session that asks; lastUsedAt: to within minutes."""

    model_config = CAMEL

    session_id: str
    began_at: datetime
    last_used_at: datetime
    expires_at: datetime
    user_agent: str | None = None
    address: str | None = None
    here: bool


class SessionsJson(BaseModel):
    """All of them, this one first."""

    model_config = CAMEL

    items: list[SessionJson]


class AccountJson(BaseModel):
    """Who one is here. secondFactorDue: one's role is to set up a second factor and has none."""

    model_config = CAMEL

    person_id: str
    sign_in_name: str
    name: str
    role: Role
    inspection_body: str | None = None
    language: Language
    email: str | None = None
    digest: Digest
    second_factor_since: datetime | None = None
    second_factor_due: bool


class AccountPatch(BaseModel):
    """What is to change; what is left out stays. An empty mail address takes it away."""

    model_config = CAMEL

    email: EmailStr | None = None
    digest: Digest | None = None
    language: Language | None = None


class PasswordJson(BaseModel):
    """The present password and the new one."""

    model_config = CAMEL

    current: SecretStr
    password: SecretStr = Field(min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD)


@router.get("", operation_id="readAccount", response_model_exclude_none=True)
async def show_account_json(request: Request, response: Response, door: Owner) -> AccountJson:
    """One's own account; its ETag goes with a change."""
    file = await account.mine(request, door)
    person = file.person
    response.headers["ETag"] = revision.etag(person.revision)
    return AccountJson(
        person_id=person.person_id,
        sign_in_name=person.sign_in_name,
        name=person.name,
        role=Role(person.role),
        inspection_body=file.body,
        language=Language(person.language),
        email=person.email,
        digest=Digest(person.digest),
        second_factor_since=person.totp_confirmed_at,
        second_factor_due=person.role in PROVES_TWICE and person.totp_confirmed_at is None,
    )


@router.patch("", status_code=204, operation_id="changeAccount")
async def change_account_json(door: Owner, given: AccountPatch, seen: IfMatch, once: AskedOnce) -> Response:
    """Mail address (null takes it away), digest, language."""
    values = given.model_dump(mode="json", exclude_unset=True)
    given_ones = {name: value for name, value in values.items() if value or name == "email"}
    kept = await account.keep(door, seen, given_ones, once)
    return Response(status_code=204, headers={"ETag": revision.etag(kept)})


@router.post("/password", status_code=204, operation_id="changePassword")
async def change_password_json(request: Request, given: PasswordJson, door: Owner) -> Response:
    """Another password; every other session ends. 422 where somebody would try it among the first."""
    if await account.unfit(door, given.password.get_secret_value()) is not None:
        raise HTTPException(422, "weak-password")
    denied = await sign_in.own_password(request, door, given.current.get_secret_value())
    if denied is not None:
        raise denied.as_error(Wrong.OWN_PASSWORD)
    await account.renew_password(request, door, given.password.get_secret_value())
    return Response(status_code=204)


@router.get("/sessions", operation_id="listSessions", response_model_exclude_none=True)
async def show_sessions_json(request: Request, door: Owner) -> SessionsJson:
    """Where one is signed in."""
    file = await account.mine(request, door)
    return SessionsJson(items=[_session(line) for line in file.sessions])


@router.delete("/sessions/{sessionId}", status_code=204, operation_id="endSession")
async def end_one_json(sessionId: str, door: Owner) -> Response:  # noqa: N803  # the API's name
    """Sign out one browser."""
    await account.end(door, sessionId)
    return Response(status_code=204)


@router.delete("/sessions", status_code=204, operation_id="endAllSessions")
async def end_all_json(door: Owner) -> Response:
    """Sign out everywhere, here too."""
    async with door.sessions.begin() as session:
        await sign_out_everywhere(session, actor_of(door).person, actor_of(door))
    return Response(status_code=204)


def _session(line: SessionLine) -> SessionJson:
    return SessionJson(
        session_id=line.session_id,
        began_at=line.created_at,
        last_used_at=line.seen_at,
        expires_at=line.expires_at,
        user_agent=line.agent,
        address=line.address,
        here=line.here,
    )
