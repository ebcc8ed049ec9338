"""A form whose session ended: what was typed stays in the page, and goes on once its owner is back."""

import html
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
    del browser.headers["X-CSRF-Token"]
    session = browser.cookies.pop("ikm_session")
    assert session != other.cookies["ikm_session"]
    gone = await browser.post("/dairies", data=FORM, headers=OURS)
    assert (gone.status_code, 'target="_blank" rel="noopener"' in gone.text) == (401, True)
    # Pressed too early, it keeps it still; signed in again, the form wants one press, under the new session's token.
    early = await browser.post("/dairies", data=typed(gone), headers=OURS)
    assert (early.status_code, typed(early)["name"]) == (401, FORM["name"])
    browser.cookies.set("ikm_session", other.cookies["ikm_session"])
    back = await browser.post("/dairies", data=typed(early), headers=OURS)
    assert (back.status_code, "_blank" in back.text) == (403, False)
    assert await dairies(made_sessions) == []
    assert (await browser.post("/dairies", data=typed(back), headers=OURS)).status_code == 303
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


async def test_another_sites_form_is_not_shown(signed_in: SignIn) -> None:
    browser = await signed_in(Role.SECRETARIAT)
    browser.headers["X-CSRF-Token"] = "not-ours"
    for site in ({"Sec-Fetch-Site": "cross-site"}, {}):
        answer = await browser.post("/dairies", data=FORM, headers=site)
        assert (answer.status_code, "Zonen" in answer.text) == (403, False)


def typed(page: httpx.Response) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in hidden(page).items()}


async def dairies(sessions: Sessions) -> list[str]:
    async with sessions() as session:
        return [row.name for row in await session.exec(select(Dairy))]
