"""A form whose session ended: what was typed stays in the page, and goes on once its owner is back."""

from collections.abc import Mapping

import httpx
import pytest
from sqlmodel import select

from records.database import Sessions
from records.farm import Dairy
from scheme.people import Role
from tests.api.asked import hidden
from tests.api.conftest import SignIn

FORM = {"name": "Zuivel & <b>Zonen</b>", "language": "nl", "email": ""}
OURS = {"Sec-Fetch-Site": "same-origin"}


async def test_nothing_typed_is_lost_when_the_session_ends(signed_in: SignIn, made_sessions: Sessions) -> None:
    browser, other = await signed_in(Role.SECRETARIAT), await signed_in(Role.SECRETARIAT)
    form = await typed_in(browser)
    browser.cookies.delete("ikm_session")
    gone = await browser.post("/dairies", data=form, headers=OURS)
    assert (gone.status_code, 'target="_blank" rel="noopener"' in gone.text) == (401, True)
    # Pressed too early, it keeps it still; signed in again, the form wants one press.
    early = await browser.post("/dairies", data=hidden(gone), headers=OURS)
    assert (early.status_code, await dairies(made_sessions)) == (401, [])
    browser.cookies.set("ikm_session", other.cookies["ikm_session"])
    assert (await browser.post("/dairies", data=hidden(early), headers=OURS)).status_code == 303
    assert await dairies(made_sessions) == [FORM["name"]]


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.ADMINISTRATOR])
async def test_a_form_is_kept_for_who_typed_it(signed_in: SignIn, made_sessions: Sessions, role: Role) -> None:
    """Whoever else signs in first in that browser, with rights or without, neither reads nor sends it."""
    browser, other = await signed_in(Role.SECRETARIAT), await signed_in(role)
    form, own = await typed_in(browser), browser.cookies["ikm_session"]
    browser.cookies.delete("ikm_session")
    gone = await browser.post("/dairies", data=form, headers=OURS)
    browser.cookies.set("ikm_session", other.cookies["ikm_session"])
    # Nor under a token of their own.
    for token in ({}, {"X-CSRF-Token": other.headers["X-CSRF-Token"]}):
        theirs = await browser.post("/dairies", data=hidden(gone), headers=OURS | token)
        assert (theirs.status_code, "Iemand anders heeft dit formulier ingevuld" in theirs.text) == (403, True)
        assert "Zonen" not in gone.text + theirs.text
    browser.cookies.set("ikm_session", own)
    assert (await browser.post("/people", data=hidden(theirs), headers=OURS)).status_code == 403
    assert await dairies(made_sessions) == []
    assert (await browser.post("/dairies", data=hidden(theirs), headers=OURS)).status_code == 303
    assert await dairies(made_sessions) == [FORM["name"]]


@pytest.mark.parametrize(
    ("path", "form", "headers"),
    [
        pytest.param("/account/password", {"current": "a", "password": "b", "again": "b"}, OURS, id="a password"),
        pytest.param("/dairies", FORM, {}, id="a browser that does not say where it came from"),
        pytest.param("/dairies", FORM | {"name": "x" * 100_001}, OURS, id="too much"),
        pytest.param("/dairies", FORM, OURS | {"HX-Request": "true"}, id="a part of a page"),
    ],
)
async def test_what_no_page_may_hold_is_begun_anew(
    visitor: httpx.AsyncClient, path: str, form: Mapping[str, str], headers: Mapping[str, str]
) -> None:
    answer = await visitor.post(path, data=form, headers=headers)
    assert answer.status_code in {204, 303}
    assert answer.text == ""


@pytest.mark.parametrize("token", ["a.9.b", "a." + "9" * 5000 + ".b", "..", ""])
async def test_a_token_that_nobody_was_given_sends_nothing(
    signed_in: SignIn, made_sessions: Sessions, token: str
) -> None:
    browser = await signed_in(Role.SECRETARIAT)
    form = await typed_in(browser) | {"csrf": token}
    assert (await browser.post("/dairies", data=form, headers=OURS)).status_code == 403
    assert await dairies(made_sessions) == []


async def test_another_sites_form_is_not_shown(signed_in: SignIn) -> None:
    browser = await signed_in(Role.SECRETARIAT)
    browser.headers["X-CSRF-Token"] = "not-ours"
    for site in ({"Sec-Fetch-Site": "cross-site"}, {}):
        answer = await browser.post("/dairies", data=FORM, headers=site)
        assert (answer.status_code, "Zonen" in answer.text) == (403, False)


async def typed_in(browser: httpx.AsyncClient) -> dict[str, str]:
    """The form of a new dairy as the page gave it, filled in; its token alone speaks for it."""
    del browser.headers["X-CSRF-Token"]
    return hidden(await browser.get("/dairies/new")) | FORM


async def dairies(sessions: Sessions) -> list[str]:
    async with sessions() as session:
        return [row.name for row in await session.exec(select(Dairy))]
