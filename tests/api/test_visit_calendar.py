"""An auditor's visits at a secret address: a calendar that follows them, and an address that can be revoked."""

from datetime import datetime, timedelta
from typing import Any

import httpx
from icalendar import Calendar

from records.database import Sessions
from scheme import audit_heard
from scheme.days import ZONE
from scheme.ids import CaseId
from scheme.news import ChoiceReplaced
from scheme.people import Role
from tests.api import test_audit as audits
from tests.api.asked import AT, work
from tests.api.conftest import SignIn
from tests.api.test_audit import AUDIT, plan
from tests.world import case_of, change, news, write

house = audits.house
FIRST = datetime(2025, 9, 1, 10, tzinfo=ZONE)


async def address(signed_in: SignIn) -> str:
    """What the account page of the auditor shows."""
    page = (await (await signed_in(Role.AUDITOR)).get("/account")).text
    return page.partition('type="url" readonly value="')[2].partition('"')[0]


async def events(visitor: httpx.AsyncClient, at: str) -> list[Any]:
    """The file read by the library that others read it with."""
    answer = await visitor.get(at)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    calendar = Calendar.from_ical(answer.text)
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Brussels"]
    return calendar.walk("VEVENT")


async def test_a_moved_visit_is_the_same_event(house: Sessions, signed_in: SignIn, visitor: httpx.AsyncClient) -> None:
    at, planner = await address(signed_in), await signed_in(Role.PLANNER)
    await plan(planner, "2025-09-01")
    await work(house, AUDIT)
    (event,) = await events(visitor, at)
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (AUDIT, 1, "CONFIRMED")
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (FIRST, FIRST + timedelta(hours=3))
    assert event["DTSTART"].params["TZID"] == "Europe/Brussels"
    assert (event["LOCATION"], event["URL"].endswith(f"/audits/{AUDIT}")) == ("Dorp 1, 9000 Gent", True)
    await plan(planner, "2025-09-02", key=2)
    await work(house, AUDIT)
    (event,) = await events(visitor, at)
    assert (event["UID"], event["SEQUENCE"], event.decoded("DTSTART").day) == (AUDIT, 2, 2)
    replaced = news(ChoiceReplaced(CaseId("choice:2025:F-000001:2")), AT, AUDIT)
    await write(house, audit_heard.hear(await case_of(house, AUDIT), replaced))
    (event,) = await events(visitor, at)
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (AUDIT, 3, "CANCELLED")


async def test_only_its_own_address_opens_it_until_another_is_taken(
    house: Sessions, signed_in: SignIn, visitor: httpx.AsyncClient
) -> None:
    at = await address(signed_in)
    assert (await visitor.get(at)).status_code == 200
    for wrong in (at.replace("P-0004", "P-0001"), at.replace(".ics", "x.ics"), "/calendar/P-9999/x.ics"):
        assert (await visitor.get(wrong)).status_code == 404
    assert (await (await signed_in(Role.AUDITOR)).post("/account/calendar")).status_code == 303
    another = await address(signed_in)
    assert [(await visitor.get(one)).status_code for one in (at, another)] == [404, 200]
    await change(house, "UPDATE person SET locked_at = now() WHERE person_id = 'P-0004'")
    assert (await visitor.get(another)).status_code == 404


async def test_nobody_but_an_auditor_has_one(signed_in: SignIn) -> None:
    assert "/calendar/" not in (await (await signed_in(Role.PLANNER)).get("/account")).text
