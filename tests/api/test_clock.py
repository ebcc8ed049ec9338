"""The practice clock on its page and in the API (design.md §5)."""

from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from api.clock import Move, To, _until
from api.words import said
from records.database import Sessions
from records.queries.deadline import Due
from scheme.errors import Rule
from scheme.language import Language
from scheme.people import Role
from scheme.step import DeadlineKind
from settings import Settings
from tests.api.asked import AT, ask_farms, found_house, keyed, reach
from tests.api.conftest import SignIn

DUE = Due(datetime(2025, 1, 29, 23, tzinfo=UTC), DeadlineKind.REMIND, 2)


@pytest.fixture
def settings() -> Settings:
    return keyed(practice=True)


@pytest_asyncio.fixture
async def player(app: FastAPI, made_sessions: Sessions, signed_in: SignIn) -> httpx.AsyncClient:
    await reach(app)
    await found_house(made_sessions)
    return await signed_in(Role.SECRETARIAT)


@pytest.mark.parametrize(
    ("move", "until"),
    [
        pytest.param(Move(to=To.NEXT), DUE.due, id="the next event"),
        pytest.param(Move(to=To.DAY), datetime(2025, 1, 15, 23, tzinfo=UTC), id="the next midnight in Brussels"),
        pytest.param(Move(to=To.WEEK), datetime(2025, 1, 21, 23, tzinfo=UTC), id="the seventh midnight"),
        pytest.param(Move(to=To.DATE, date="2025-07-01"), datetime(2025, 6, 30, 22, tzinfo=UTC), id="summer time"),
        pytest.param(Move(to=To.DATE, date="2025-01-15"), None, id="a day that has begun"),
        pytest.param(Move(to=To.DATE, date="9999-99-99"), None, id="no day"),
        pytest.param(Move(to=To.DATE, date="0001-01-01"), None, id="before the first day"),
    ],
)
def test_what_a_button_means(move: Move, until: datetime | None) -> None:
    assert _until(move, AT, (DUE,)) == until


def test_there_may_be_no_next_event() -> None:
    assert _until(Move(to=To.NEXT), AT, ()) is None


async def test_every_page_shows_the_clock_and_its_buttons(player: httpx.AsyncClient) -> None:
    page = await player.get("/farms")
    assert "2025-01-15T08:00:00+00:00" in page.text
    assert page.text.count('action="/clock"') == 2
    assert '<input type="hidden" name="back" value="/farms">' in page.text


async def test_who_may_not_move_it_sees_no_buttons(player: httpx.AsyncClient, signed_in: SignIn) -> None:
    assert 'action="/clock"' in (await player.get("/farms")).text
    assert 'action="/clock"' not in (await (await signed_in(Role.PLANNER)).get("/farms")).text


async def test_the_clock_by_json(player: httpx.AsyncClient) -> None:
    told = (await player.get("/api/v1/clock")).json()
    assert told == {"now": "2025-01-15T08:00:00Z", "practice": True, "paused": False}


async def test_the_page_names_what_comes_next(app: FastAPI, made_sessions: Sessions, signed_in: SignIn) -> None:
    await reach(app)
    await ask_farms(made_sessions)
    page = await (await signed_in(Role.OPERATIONS)).get("/clock")
    assert page.text.count('<th scope="row">') == 2  # the reminders, and the last day


async def test_without_anything_to_go_to_the_page_comes_back(player: httpx.AsyncClient) -> None:
    moved = await player.post("/clock", data={"to": "next", "back": "//elsewhere"})
    assert (moved.status_code, moved.headers["location"]) == (303, "/")


async def test_it_never_goes_back(player: httpx.AsyncClient) -> None:
    never = said(Language.NL, Rule.CLOCK_NEVER_BACK, day=AT.date())
    moved = await player.post("/clock", data={"to": "date", "date": "2025-01-01"})
    assert (moved.status_code, never in moved.text) == (422, True)
    told = await player.post("/api/v1/clock", json={"until": "2025-01-15T08:59:00+01:00"})
    (issue,) = told.json()["issues"]
    assert (told.status_code, issue["name"], issue["detail"]) == (422, "until", never)


async def test_a_house_that_is_real_has_no_clock_to_move(
    app: FastAPI, made_sessions: Sessions, signed_in: SignIn
) -> None:
    app.state.parts = replace(app.state.parts, settings=keyed())
    await found_house(made_sessions)
    office = await signed_in(Role.SECRETARIAT)
    assert [(await office.get(path)).status_code for path in ("/clock", "/api/v1/clock")] == [404, 404]
