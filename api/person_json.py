"""People as JSON; the same functions as their pages."""

from datetime import UTC, datetime
from typing import Annotated

from email_validator import EmailNotValidError
from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel

from api import person_acting, revision
from api.access import allowed
from api.account import mail_address
from api.door import Door
from api.listing import CAMEL, AskedPage, Collection, collection
from api.once import AskedOnce
from api.person_acting import PersonAct
from api.person_form import AddedPersonJson, AskedPeople, NewPersonJson, PasswordJson, PersonPatch
from api.revision import IfMatch
from records import clock
from records.person import PersonRow
from records.queries.account import account_file
from records.queries.people import PersonLine, people
from scheme.days import local_day
from scheme.language import Language
from scheme.people import Action, Role

router = APIRouter(prefix="/api/v1/people", tags=["people"])
Reader = Annotated[Door, allowed(Action.SEE_PEOPLE)]
Manager = Annotated[Door, allowed(Action.MANAGE_PEOPLE)]


class PersonJson(BaseModel):
    """A person who signs in. lockedSince: no sign-in from then on; secondFactor: whether sign-in asks for a code."""

    model_config = CAMEL

    person_id: str
    sign_in_name: str
    name: str
    role: Role
    body_id: str | None = None
    language: Language
    email: str | None = None
    locked_since: datetime | None = None
    second_factor: bool


class PersonLineJson(PersonJson):
    """awayUntil, substitute: where the person is away today."""

    last_used_at: datetime | None = None
    away_until: str | None = None
    substitute: str | None = None


@router.get("", operation_id="listPeople", response_model_exclude_none=True)
async def show_people_json(
    request: Request, paging: AskedPage, sieve: AskedPeople, door: Reader
) -> Collection[PersonLineJson]:
    """Everybody who signs in, by name. active: true for those who may sign in, false for those who are locked."""
    async with door.sessions() as session:
        listing = await people(session, local_day(await clock.now(session)), sieve, paging)
    return collection(request, listing, _line)


@router.post("", status_code=201, operation_id="addPerson", response_model_exclude_none=True)
async def add_person_json(given: NewPersonJson, response: Response, door: Manager, once: AskedOnce) -> AddedPersonJson:
    """Add a person; the answer holds the password to hand over, this once: sent again under its key, it has none."""
    added, password = await person_acting.add(door, _values(given), once)
    response.headers["Location"] = f"/api/v1/people/{added}"
    response.headers["Cache-Control"] = "no-store"
    return AddedPersonJson(person_id=added, password=password)


@router.get("/{personId}", operation_id="readPerson", response_model_exclude_none=True)
async def show_person_json(personId: str, response: Response, door: Reader) -> PersonJson:  # noqa: N803
    """One person; the ETag goes with a change."""
    async with door.sessions() as session:
        file = await account_file(session, personId, None, datetime.now(UTC))
    if file is None:
        raise HTTPException(404, "not-found")
    response.headers["ETag"] = revision.etag(file.person.revision)
    return PersonJson.model_validate(_person(file.person))


@router.patch("/{personId}", status_code=204, operation_id="changePerson")
async def change_person_json(
    door: Manager,
    personId: str,  # noqa: N803
    given: PersonPatch,
    seen: IfMatch,
    once: AskedOnce,
) -> Response:
    """Name, role, body, language, mail address."""
    kept = await person_acting.change(door, personId, seen, _values(given), once)
    return Response(status_code=204, headers={"ETag": revision.etag(kept)})


@router.post("/{personId}/password", operation_id="resetPassword")
async def reset_password_json(personId: str, response: Response, door: Manager) -> PasswordJson:  # noqa: N803
    """Another password to hand over, told this once; every session of the person ends."""
    response.headers["Cache-Control"] = "no-store"
    return PasswordJson(person_id=personId, password=await person_acting.reset_password(door, personId))


@router.post("/{personId}/{act}", status_code=204, operation_id="actOnPerson")
async def act_on_person_json(personId: str, act: PersonAct, door: Manager) -> Response:  # noqa: N803
    """Lock, unlock, take the second factor away, sign out everywhere."""
    await person_acting.act(door, personId, act)
    return Response(status_code=204)


def _values(given: NewPersonJson | PersonPatch) -> dict[str, str | None]:
    """The columns that were given; HTTPException 422 for what is no mail address. Only body and mail can be empty."""
    values = given.model_dump(mode="json", exclude_unset=isinstance(given, PersonPatch))
    try:
        values |= {"email": mail_address(values["email"] or "")} if "email" in values else {}
    except EmailNotValidError as error:
        raise HTTPException(422, "wrong-mail-address") from error
    return {name: value for name, value in values.items() if value is not None or name in {"body_id", "email"}}


def _line(line: PersonLine) -> PersonLineJson:
    away = line.away
    return PersonLineJson(
        **_person(line.row),
        last_used_at=line.seen_at,
        away_until=None if away is None else away.until.isoformat(),
        substitute=None if away is None else away.person_id,
    )


def _person(row: PersonRow) -> dict[str, object]:
    same = ("person_id", "sign_in_name", "name", "role", "body_id", "language", "email")
    told = {name: getattr(row, name) for name in same}
    return {**told, "locked_since": row.locked_at, "second_factor": row.totp_confirmed_at is not None}
