"""The report as plain pages, without a script: a form for each module, and nothing of two tabs is lost."""

import re
from collections.abc import Mapping

import httpx
import pytest_asyncio
from fastapi import FastAPI

from records.database import Sessions
from records.queries.audit_report import Draft, draft_of
from scheme.audit_report import Answer, Item
from scheme.ids import CaseId
from scheme.people import Role
from tests.api.conftest import SignIn
from tests.pictures import photo
from tests.reports import AUDIT, plan_audit

REPORT = f"/audits/{AUDIT}/report"
HYGIENE = f"{REPORT}/H"


@pytest_asyncio.fixture
async def auditor(app: FastAPI, made_sessions: Sessions, signed_in: SignIn) -> httpx.AsyncClient:
    await plan_audit(made_sessions)
    return await signed_in(Role.AUDITOR)


async def fields_of(browser: httpx.AsyncClient, path: str) -> dict[str, str]:
    """What the page's form would send as it stands."""
    page = (await browser.get(path)).text
    form = page[page.index('<form class="report"') :]
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    checked = dict(re.findall(r'type="radio" name="([^"]+)" value="([^"]+)" checked', form))
    words = dict(re.findall(r'<textarea id="[^"]+" name="([^"]+)"[^>]*>([^<]*)</textarea>', form))
    return hidden | checked | words


async def draft(sessions: Sessions) -> Draft:
    async with sessions() as session:
        return await draft_of(session, CaseId(AUDIT))


def answers(told: Draft) -> Mapping[Item, Answer]:
    return dict(told.answers)


async def test_a_page_is_saved_as_a_form(auditor: httpx.AsyncClient, made_sessions: Sessions) -> None:
    fields = await fields_of(auditor, HYGIENE)
    filled = fields | {
        "surroundings": "x", "value-surroundings": "good", "value-score-H2": "80", "value-H1": "met",
        "value-H3": "not-met", "words-H3": " vuile muren\r\nlinks ",
    }  # fmt: skip
    files = [("photo-H3", ("een.jpg", photo())), ("photo-H3", ("twee.jpg", photo(shade=9))), ("photo-H4", ("", b""))]
    for _ in range(2):
        answer = await auditor.post(HYGIENE, data=filled, files=files)
        assert (answer.status_code, answer.headers["location"]) == (303, HYGIENE)
    told = await draft(made_sessions)
    assert answers(told) == {
        "surroundings": Answer("good"), "score-H2": Answer("80"), "H1": Answer("met"),
        "H3": Answer("not-met", "vuile muren\nlinks"),
    }  # fmt: skip
    assert [one.name for one in told.photos_of(Item("H3"))] == ["een.jpg", "twee.jpg"]
    removal = await fields_of(auditor, HYGIENE) | {"remove": told.photos_of(Item("H3"))[0].photo_id}
    assert (await auditor.post(HYGIENE, data=removal)).status_code == 303
    assert [one.name for one in (await draft(made_sessions)).photos] == ["twee.jpg"]
    overview = (await auditor.get(REPORT)).text
    assert "nog 6" in overview
    assert "1 vaststelling" in overview


async def test_a_tab_that_saw_less_changes_only_what_was_changed_in_it(
    auditor: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    stale, fresh = await fields_of(auditor, HYGIENE), await fields_of(auditor, HYGIENE)
    await auditor.post(HYGIENE, data=fresh | {"value-H1": "met", "value-H2": "met"})
    answer = await auditor.post(HYGIENE, data=stale | {"value-H5": "met"})
    assert answer.status_code == 303
    assert set(answers(await draft(made_sessions))) == {"H1", "H2", "H5"}


async def test_two_tabs_that_changed_the_same_answer_show_both_until_one_is_chosen(
    auditor: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    stale, fresh = await fields_of(auditor, HYGIENE), await fields_of(auditor, HYGIENE)
    await auditor.post(HYGIENE, data=fresh | {"value-H1": "met", "value-H2": "met"})
    met = await auditor.post(
        HYGIENE, data=stale | {"value-H1": "not-met", "words-H1": "mest", "value-H2": "not-met", "value-H5": "met"}
    )
    assert (met.status_code, met.text.count('value="H1" class="quiet"')) == (409, 1)
    assert answers(await draft(made_sessions)) == {"H1": Answer("met"), "H2": Answer("met"), "H5": Answer("met")}
    shown = await _shown_again(met.text)
    # One is chosen: the other still waits for its choice.
    half = await auditor.post(HYGIENE, data=shown | {"mine": "H1"})
    assert half.status_code == 409
    whole = await auditor.post(HYGIENE, data=await _shown_again(half.text) | {"theirs": "H2"})
    assert whole.status_code == 303
    told = answers(await draft(made_sessions))
    assert (told[Item("H1")], told[Item("H2")]) == (Answer("not-met", "mest"), Answer("met"))


async def _shown_again(page: str) -> dict[str, str]:
    form = page[page.index('<form class="report"') :]
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    checked = dict(re.findall(r'type="radio" name="([^"]+)" value="([^"]+)" checked', form))
    return hidden | checked | dict(re.findall(r'<textarea id="[^"]+" name="([^"]+)"[^>]*>([^<]*)</textarea>', form))


async def test_what_is_not_taken_stands_beside_it_and_the_rest_is_saved(
    auditor: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    fields = await fields_of(auditor, HYGIENE)
    answer = await auditor.post(
        HYGIENE,
        data=fields | {"value-score-H2": "180", "value-H1": "met"},
        files=[("photo-H3", ("stal.heic", b"\0\0\0\x18ftypheic" + bytes(40)))],
    )
    assert answer.status_code == 422
    assert "Meest compatibel" in answer.text
    assert 'value="180"' in answer.text
    assert set(answers(await draft(made_sessions))) == {"H1"}


async def test_handing_in_says_what_is_missing(auditor: httpx.AsyncClient) -> None:
    fields = await fields_of(auditor, REPORT)
    assert (await auditor.post(REPORT, data=fields | {"value-audited-on": "2025-09-01"})).status_code == 303
    page = (await auditor.get(f"{REPORT}/hand-in")).text
    assert f'href="{HYGIENE}#H3"' in page
    assert "Dag van de audit" not in page


async def test_others_read_it_and_cannot_write(
    auditor: httpx.AsyncClient, made_sessions: Sessions, signed_in: SignIn
) -> None:
    for role in (Role.PLANNER, Role.SECRETARIAT):
        page = await (await signed_in(role)).get(HYGIENE)
        assert (page.status_code, '<script src="/static/report' in page.text, "disabled" in page.text) == (
            200,
            False,
            True,
        )
    assert (await auditor.get(f"{REPORT}/nothing")).status_code == 404


async def test_the_worker_serves_the_pages_of_reports_alone(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/audits-worker.js")
    assert (answer.status_code, answer.headers["service-worker-allowed"]) == (200, "/audits/")
    assert answer.headers["content-type"].startswith("text/javascript")
