"""The farmer's answer: by link and by typed code, without account and without JavaScript (domain.md §2)."""

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from api import letter_code
from api.codes import link_token, typed_code
from records.database import Sessions
from scheme.ids import CaseId
from settings import Settings
from tests.api.asked import ask_farms, choice_row, close_choice, handed_in, hidden, keyed, reach, work

CASE = CaseId("choice:2025:F-000001")


@pytest.fixture
def settings() -> Settings:
    return keyed()


@pytest_asyncio.fixture
async def farmer(app: FastAPI, made_sessions: Sessions, visitor: httpx.AsyncClient) -> httpx.AsyncClient:
    await reach(app)
    await ask_farms(made_sessions)
    letter_code.forget()
    return visitor


@pytest.fixture
def link(settings: Settings) -> str:
    return f"/choices/2025/F-000001/{link_token(settings, CASE, 1)}"


async def test_opening_the_link_records_nothing(farmer: httpx.AsyncClient, made_sessions: Sessions, link: str) -> None:
    page = await farmer.get(link)
    assert page.status_code == 200
    assert '<html lang="nl">' in page.text
    assert 'value="B-01" required checked' in page.text
    assert await handed_in(made_sessions) == []


@pytest.mark.parametrize(
    "path", ["/choices/2025/F-000001/x", "/choices/2024/F-000001/{token}", "/choices/2025/F-000002/{token}"]
)
async def test_a_wrong_link_shows_nothing(farmer: httpx.AsyncClient, link: str, path: str) -> None:
    page = await farmer.get(path.format(token=link.rpartition("/")[2]))
    # The way on is the letter's code, not the door of those who work here.
    assert (page.status_code, 'href="/choices"' in page.text) == (404, True)


async def test_an_answer_is_confirmed_before_it_is_recorded(
    farmer: httpx.AsyncClient, made_sessions: Sessions, link: str
) -> None:
    marked = await farmer.post(link, data=hidden(await farmer.get(link)) | {"body": "B-02"}, follow_redirects=True)
    assert "Agrokeur" in marked.text
    assert await handed_in(made_sessions) == []
    confirmed = await farmer.post(f"{link}/answer", data=hidden(marked))
    assert (confirmed.status_code, confirmed.headers["location"]) == (303, f"{link}?by=link&thanks")
    assert 'role="status"' in (await farmer.get(f"{link}?by=link&thanks")).text
    # What states it is a page of its own: it can be gone back to.
    assert hidden(await farmer.get(f"{link}?by=link&body=B-02"))["body"] == "B-02"
    await work(made_sessions, CASE)
    row = await choice_row(made_sessions, "F-000001")
    assert (row.state, row.body, row.channel) == ("answered", "B-02", "link")
    after = (await farmer.get(link)).text
    assert 'value="B-02" required checked' in after
    assert "Er wordt nog niets geregistreerd" not in after


async def test_the_same_confirmation_twice_is_one_answer(
    farmer: httpx.AsyncClient, made_sessions: Sessions, link: str
) -> None:
    marked = await farmer.post(link, data=hidden(await farmer.get(link)) | {"body": "B-02"}, follow_redirects=True)
    for _ in range(2):
        assert (await farmer.post(f"{link}/answer", data=hidden(marked))).status_code == 303
    assert len(await handed_in(made_sessions)) == 1


async def test_nothing_marked_is_told_beside_the_bodies(farmer: httpx.AsyncClient, link: str) -> None:
    page = await farmer.post(link, data=hidden(await farmer.get(link)))
    assert page.status_code == 422
    assert 'id="body-error"' in page.text


async def test_a_closed_choice_says_what_was_decided(
    farmer: httpx.AsyncClient, made_sessions: Sessions, link: str
) -> None:
    form = hidden(await farmer.get(link))
    await close_choice(made_sessions, CASE)
    page = await farmer.get(link)
    assert page.status_code == 410
    assert "Melkcontrole" in page.text
    late = await farmer.post(f"{link}/answer", data=form | {"body": "B-02"})
    assert late.status_code == 303
    assert (await choice_row(made_sessions, "F-000001")).state == "assigned"


@pytest.mark.parametrize("number", ["F-000001", "f 000001", "1"])
async def test_number_and_code_lead_to_the_link(
    farmer: httpx.AsyncClient, settings: Settings, link: str, number: str
) -> None:
    form = hidden(await farmer.get("/choices")) | {"farm_id": number, "code": typed_code(settings, CASE, 1).lower()}
    answer = await farmer.post("/choices", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{link}?by=code")


@pytest.mark.parametrize("number", ["F-000001", "F-000099", "no number"])
async def test_what_was_wrong_is_not_told(farmer: httpx.AsyncClient, number: str) -> None:
    form = hidden(await farmer.get("/choices")) | {"farm_id": number, "code": "7K2M-9QWX-4TBZ"}
    page = await farmer.post("/choices", data=form)
    assert page.status_code == 422
    assert page.text.count('role="alert"') == 1
    assert f'value="{number}"' in page.text


async def test_ten_wrong_codes_for_a_farm_are_enough(farmer: httpx.AsyncClient, link: str) -> None:
    form = hidden(await farmer.get("/choices")) | {"farm_id": "F-000001", "code": "7K2M-9QWX-4TBZ"}
    answers = [(await farmer.post("/choices", data=form)).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
    assert (await farmer.get(link)).status_code == 200
