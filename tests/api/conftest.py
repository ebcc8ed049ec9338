"""The web application on a fresh database, Temporal away, and people who visit it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from temporalio.client import Client

from api import limit
from api.access import SESSION_COOKIE
from api.app import create_app
from api.parts import Parts
from api.pulse import Pulse
from records.database import Sessions
from records.farm import Farm, InspectionBody
from records.password import hash_password
from records.person import PersonRow
from records.queries.person import find_by_sign_in_name, open_session
from scheme.language import Language
from scheme.people import Role
from settings import Settings
from tests.emptied import database, shared

__all__ = ["database", "shared"]

PASSWORD = "stal weide melk koe"  # of invented people
SITE = "http://ikm.test"
# Their place in the list is their number: the secretary is P-0001.
PEOPLE = tuple(role for role in Role if role not in {Role.FARMER, Role.HOUSE})
BUILT: dict[str, FastAPI] = {}
HASH = hash_password(PASSWORD)
SignIn = Callable[[Role], Awaitable[httpx.AsyncClient]]


@pytest.fixture
def settings() -> Settings:
    """The house running for real, nobody at Temporal's address."""
    return Settings(public_url=SITE, temporal_address="127.0.0.1:1", practice=False)


@pytest_asyncio.fixture
async def app(settings: Settings, made_sessions: Sessions) -> FastAPI:
    """The application with two bodies, two farms and a person for each role."""
    made = _built(settings)
    made.state.pulse = Pulse()
    client = await Client.connect(settings.temporal_address, lazy=True)
    made.state.parts = Parts(settings, made_sessions, client)
    limit.forget()
    await people_and_farms(made_sessions)
    return made


def _built(settings: Settings) -> FastAPI:
    """One application per settings: its routes are compiled when first asked for, which costs as much as a test."""
    key = repr(settings.model_dump())
    if key not in BUILT:
        BUILT[key] = create_app(settings)
    return BUILT[key]


@pytest_asyncio.fixture
async def visitor(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody with a browser and no account."""
    async with _browser(app) as browser:
        yield browser


@pytest_asyncio.fixture
async def signed_in(app: FastAPI, made_sessions: Sessions) -> AsyncIterator[SignIn]:
    """A browser whose visitor signed in with that role; its form token stands in the header X-CSRF-Token."""
    browsers: list[httpx.AsyncClient] = []

    async def enter(role: Role) -> httpx.AsyncClient:
        browser = _browser(app)
        browsers.append(browser)
        async with made_sessions.begin() as session:
            person = await find_by_sign_in_name(session, role.value)
            assert person is not None
            new = await open_session(session, person, datetime.now(UTC))
        browser.cookies.set(SESSION_COOKIE, new.token)
        browser.headers["X-CSRF-Token"] = new.csrf
        return browser

    yield enter
    for browser in browsers:
        await browser.aclose()


def _browser(app: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=SITE)


async def people_and_farms(sessions: Sessions) -> None:
    """Two bodies, two farms and a person for each role."""
    async with sessions.begin() as session:
        for body_id, name in (("B-01", "Melkcontrole"), ("B-02", "Agrokeur")):
            days = {"recognised_from": date(2020, 1, 1), "recognised_until": date(2099, 12, 31)}
            session.add(InspectionBody(body_id=body_id, name=name, **days))
        await session.flush()
        for number, role in enumerate(PEOPLE, 1):
            body = "B-01" if role in {Role.PLANNER, Role.AUDITOR} else None
            person_id = f"P-{number:04}"
            session.add(
                PersonRow(
                    person_id=person_id, sign_in_name=role.value, name=f"An {number}", role=role.value, body_id=body,
                    language=Language.NL.value, password_hash=HASH,
                )
            )  # fmt: skip
        session.add_all([farm("F-000001", "B-01"), farm("F-000002", "B-02")])


def farm(farm_id: str, body_id: str | None) -> Farm:
    """A farm that takes part, last audited by that body."""
    return Farm(
        farm_id=farm_id, name=f"Hoeve {farm_id}", holder="Piet Maes", street="Dorp 1", postcode="9000", city="Gent",
        country="BE", language="nl", expires_on=date(2026, 1, 31), previous_body=body_id, standing="active",
        registered_at=datetime(2025, 1, 1, tzinfo=UTC),
    )  # fmt: skip
