"""Signing in and out: what is right, what is wrong, what another site sends."""

from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel import select

from api.session import ours
from records.database import Sessions
from records.person import SessionRow
from records.trail import TrailEntry
from scheme.people import Role
from tests.api.conftest import PASSWORD, SignIn

FORM = {"sign_in_name": " Secretariat", "password": PASSWORD, "next": "/farms"}
JSON = {"signInName": "secretariat", "password": PASSWORD}


async def test_signing_in_by_form(visitor: httpx.AsyncClient) -> None:
    """The name however capitalised; then the page that was asked for."""
    answer = await visitor.post("/sign-in", data=FORM | {"csrf": await _token(visitor)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/farms")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert (await visitor.get("/")).status_code == 200


async def test_the_database_keeps_no_token(visitor: httpx.AsyncClient, made_sessions: Sessions) -> None:
    """Only its hash, for twelve hours."""
    await visitor.post("/api/v1/session", json=JSON)
    token = visitor.cookies["ikm_session"]
    async with made_sessions() as session:
        row = (await session.exec(select(SessionRow))).one()
        entry = (await session.exec(select(TrailEntry).where(TrailEntry.act == "person:signed-in"))).one()
    assert token not in row.token_sha256
    assert row.expires_at - row.created_at == timedelta(hours=12)
    assert (entry.person, entry.chain) == ("P-0001", "house")


@pytest.mark.parametrize("name", ["secretariat", "nobody-of-that-name"])
async def test_wrong_is_the_same_for_a_name_that_does_not_exist(visitor: httpx.AsyncClient, name: str) -> None:
    """The page says so beside the form, with the name still there and the password gone."""
    form = {"sign_in_name": name, "password": "mis", "csrf": await _token(visitor)}
    answer = await visitor.post("/sign-in", data=form)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert f'value="{name}"' in answer.text
    assert "mis" not in answer.text.replace("mislukt", "")


async def test_signing_out_ends_the_session_on_the_server(signed_in: SignIn) -> None:
    """A copied cookie is worth nothing afterwards."""
    browser = await signed_in(Role.SECRETARIAT)
    token = browser.cookies["ikm_session"]
    assert (await browser.post("/sign-out")).headers["location"] == "/sign-in"
    browser.cookies.set("ikm_session", token)
    assert (await browser.get("/farms")).headers["location"] == "/sign-in?next=%2Ffarms"


async def test_json_session(visitor: httpx.AsyncClient) -> None:
    """Begun with 201, ended with 204."""
    begun = await visitor.post("/api/v1/session", json=JSON)
    assert begun.status_code == 201
    assert begun.json() | {"csrf": ""} == {
        "person": "P-0001", "role": "secretariat", "csrf": "", "complete": True,
    }  # fmt: skip
    assert (await visitor.delete("/api/v1/session")).status_code == 204
    assert (await visitor.get("/api/v1/farms")).status_code == 401


async def test_the_language_stays_with_the_person(signed_in: SignIn) -> None:
    """On every machine from then on."""
    browser = await signed_in(Role.PLANNER)
    answer = await browser.post("/language", data={"language": "fr", "next": "/farms?page=2"})
    assert answer.headers["location"] == "/farms?page=2"
    assert '<html lang="fr">' in (await (await signed_in(Role.PLANNER)).get("/")).text


@pytest.mark.parametrize("language", ["fr", "de", "en", "nl"])
async def test_a_visitor_reads_the_browsers_language(visitor: httpx.AsyncClient, language: str) -> None:
    """Dutch where the browser speaks none of the four."""
    shown = await visitor.get("/sign-in", headers={"Accept-Language": f"xx, {language}-BE;q=0.8"})
    assert f'<html lang="{language}">' in shown.text
    assert '<html lang="nl">' in (await visitor.get("/sign-in", headers={"Accept-Language": "xx"})).text


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://elsewhere.test"}]
)
@pytest.mark.parametrize("path", ["/sign-out", "/api/v1/session"])
async def test_what_another_site_sends_is_refused(signed_in: SignIn, path: str, headers: dict[str, str]) -> None:
    """Even with the right token."""
    browser = await signed_in(Role.SECRETARIAT)
    assert (await browser.post(path, json=JSON, headers=headers)).status_code == 403


@pytest.mark.parametrize("token", [None, "", "another"])
async def test_a_form_without_its_token_is_refused(signed_in: SignIn, token: str | None) -> None:
    """As is one that was sent as a plain form to the JSON API."""
    browser = await signed_in(Role.SECRETARIAT)
    del browser.headers["X-CSRF-Token"]
    form = {} if token is None else {"csrf": token}
    for path in ("/sign-out", "/language", "/api/v1/session", "/print-batches"):
        assert (await browser.post(path, data=form)).status_code == 403, path


async def test_a_visitors_forged_cookie_is_no_token(visitor: httpx.AsyncClient) -> None:
    """The cookie is signed: choosing both sides oneself does not help."""
    visitor.cookies.set("ikm_visitor", "mine.9999999999.c2lnbmVk")
    assert (await visitor.post("/language", data={"language": "fr", "csrf": "mine"})).status_code == 403


@pytest.mark.parametrize(
    "target", ["//evil.test", "https://evil.test", "/\\evil.test", "evil", "", "/a\nb", "javascript:alert(1)"]
)
def test_nobody_is_led_elsewhere_after_signing_in(target: str) -> None:
    """Only to pages of ours."""
    assert ours(target) == "/"


async def test_a_password_in_the_wrong_field_is_not_echoed(app: FastAPI, visitor: httpx.AsyncClient) -> None:
    """A problem names the field, never what stood in it."""
    assert app.state.pulse.down == frozenset()
    answer = await visitor.post("/api/v1/session", json={"signInName": 1, "password": {"a": "hunter2"}})
    assert answer.status_code == 400
    assert "hunter2" not in answer.text
    assert [issue["name"] for issue in answer.json()["issues"]] == ["signInName", "password"]


async def _token(visitor: httpx.AsyncClient) -> str:
    text = (await visitor.get("/sign-in")).text
    return text.partition('name="csrf" value="')[2].partition('"')[0]
