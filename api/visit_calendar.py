"""An auditor's visits at a secret address, for the calendar of a telephone; revoked by taking another address."""

import hmac
from typing import Annotated

from fastapi import APIRouter, HTTPException
from fastapi.responses import RedirectResponse, Response

from api.access import allowed, allowed_to_anyone
from api.audit_warned import VISIT_TAKES
from api.door import Door
from api.sight import actor_of
from api.signed import mac
from api.words import noted, translate
from press.visit_calendar import Appointment, visit_calendar
from records import clock
from records.account import keep_details, take
from records.person import PersonRow
from records.queries.visit import VisitLine, visits_of
from scheme.language import Language
from scheme.people import Action, Role
from settings import Settings

router = APIRouter(include_in_schema=False)
Anyone = Annotated[Door, allowed_to_anyone()]
Owner = Annotated[Door, allowed(Action.KEEP_ACCOUNT)]
CALENDAR, AUDIT, FOLLOW_UP = noted("IKM audits"), noted("IKM audit"), noted("Supplementary audit")
PRACTICE = noted("PRACTICE")


def address_of_calendar(settings: Settings, person: PersonRow) -> str | None:
    """Where this auditor's visits can be had; None for somebody who holds no audits."""
    if person.role != Role.AUDITOR:
        return None
    token = _token(settings, person)
    return f"{settings.public_url.rstrip('/')}/calendar/{person.person_id}/{token}.ics"


@router.get("/calendar/{person_id}/{token}.ics")
async def show_visits(person_id: str, token: str, door: Anyone) -> Response:
    """Every visit planned for the auditor; 404 for another address, and once the account is locked."""
    async with door.sessions() as session:
        person = await session.get(PersonRow, person_id)
        if person is None or person.role != Role.AUDITOR or person.locked_at is not None:
            raise HTTPException(404, "not-found")
        if not hmac.compare_digest(_token(door.settings, person).encode(), token.encode()):
            raise HTTPException(404, "not-found")
        now = await clock.now(session)
        lines = await visits_of(session, person_id, now)
    language = Language(person.language)
    content = visit_calendar(
        translate(language, CALENDAR), [_appointment(door.settings, language, one) for one in lines], now
    )
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'inline; filename="audits.ics"'}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


@router.post("/account/calendar")
async def renew_address(door: Owner) -> RedirectResponse:
    """Take another address: the one before shows nothing any more."""
    async with door.sessions.begin() as session:
        person = await take(session, actor_of(door).person)
        await keep_details(session, person, {"calendar_version": person.calendar_version + 1}, actor_of(door))
    return RedirectResponse("/account", status_code=303)


def _token(settings: Settings, person: PersonRow) -> str:
    return mac(settings, "calendar", f"{person.person_id}|{person.calendar_version}")


def _appointment(settings: Settings, language: Language, one: VisitLine) -> Appointment:
    title = translate(language, FOLLOW_UP if one.follow_up else AUDIT)
    practice = f"[{translate(language, PRACTICE)}] " if settings.practice else ""
    return Appointment(
        uid=f"{one.case_id}:follow-up" if one.follow_up else one.case_id,
        sequence=one.visits,
        at=one.at,
        takes=VISIT_TAKES,
        summary=f"{practice}{title}: {one.farm_name}",
        where=one.where,
        words="\n".join(filter(None, (f"{one.farm_name} ({one.farm_id})", one.phone, one.body))),
        link=f"{settings.public_url.rstrip('/')}/audits/{one.case_id}",
        cancelled=one.cancelled,
    )
