"""An auditor's visits as a calendar that other programs subscribe to (RFC 5545, RFC 7986)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from scheme.days import ZONE

# How often a program is asked to look again.
LOOK_AGAIN = timedelta(hours=1)
PRODUCT = "-//IKM-Vlaanderen//audits//NL"


@dataclass(frozen=True)
class Appointment:
    """A visit. uid: the same however often it is moved; sequence: raised by each time that it was; at: aware."""

    uid: str
    sequence: int
    at: datetime
    takes: timedelta
    summary: str
    where: str
    words: str
    link: str
    cancelled: bool


def visit_calendar(name: str, appointments: Iterable[Appointment], told_at: datetime) -> bytes:
    """The calendar file, with the rules of Brussels' time in it. told_at: an aware datetime."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", LOOK_AGAIN, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for one in appointments:
        calendar.add_component(_event(one, told_at))
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def _event(one: Appointment, told_at: datetime) -> Event:
    begins = one.at.astimezone(ZONE)
    event = Event()
    event.add("uid", one.uid)
    event.add("sequence", one.sequence)
    event.add("dtstamp", told_at)
    event.add("dtstart", begins)
    event.add("dtend", begins + one.takes)
    event.add("summary", one.summary)
    event.add("location", one.where)
    event.add("description", one.words)
    event.add("url", one.link)
    event.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
    return event
