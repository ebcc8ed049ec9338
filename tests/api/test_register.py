"""The register by hand: farms, inspection bodies, dairies; errors beside the field, two tabs, what a change brings."""

import re

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlmodel import select

from records.case import CaseRow
from records.database import Sessions
from records.farm import Dairy, Farm, InspectionBody
from records.recording import write_step
from records.trail import TrailEntry
from records.wire import case_from
from scheme.choice import Choice
from scheme.choice_heard import hear
from scheme.ids import BodyId, FarmId, NewsId, choice_case
from scheme.news import BodyLost, News
from scheme.people import Role
from scheme.step import Act
from tests.api.asked import AT, ask_farms, hidden, reach
from tests.api.conftest import SignIn

FARM, BODY = "/farms/F-000001/change", "/inspection-bodies/B-01/change"
NEW = {
    "name": "Hoeve Nieuw", "holder": "Els Maes", "street": "Dorp 2", "postcode": "4700", "city": "Eupen",
    "country": "BE", "language": "de",
}  # fmt: skip


@pytest_asyncio.fixture
async def office(app: FastAPI, made_sessions: Sessions, signed_in: SignIn) -> httpx.AsyncClient:
    await reach(app)
    await ask_farms(made_sessions)
    return await signed_in(Role.SECRETARIAT)


def filled(page: httpx.Response) -> dict[str, str]:
    """The form as it stands, as a browser would send it."""
    inputs = re.findall(r'<input id="[^"]+" name="(\w+)"[^>]*? value="([^"]*)"', page.text)
    selects = re.findall(r'<select id="(\w+)"(.*?)</select>', page.text, re.DOTALL)
    chosen = {name: re.findall(r'value="([^"]*)" selected', options) for name, options in selects}
    return {**dict(inputs), **{name: "".join(found) for name, found in chosen.items()}, **hidden(page)}


async def farm_of(sessions: Sessions, number: str = "F-000001") -> Farm:
    async with sessions() as session:
        return await session.get_one(Farm, number)


async def test_a_farm_is_changed_and_its_page_says_before_and_after(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    form = filled(await office.get(FARM))
    done = await office.post(FARM, data=form | {"holder": "Jan Maes", "language": "fr"})
    assert (done.status_code, done.headers["location"]) == (303, "/farms/F-000001")
    farm = await farm_of(made_sessions)
    assert (farm.holder, farm.language, farm.revision) == ("Jan Maes", "fr", 2)
    page = (await office.get("/farms/F-000001")).text
    assert "<del>Piet Maes</del> → <ins>Jan Maes</ins>" in page
    assert "<del>Nederlands</del> → <ins>Français</ins>" in page


async def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    form = filled(await office.get(FARM)) | {"postcode": "99", "holder": "Jan Maes", "site_city": "Mol"}
    back = await office.post(FARM, data=form)
    assert back.status_code == 422
    assert 'id="postcode-error">Een Belgische postcode heeft vier cijfers.' in back.text
    assert 'id="site_street-error"' in back.text
    assert filled(back)["holder"] == "Jan Maes"
    assert (await farm_of(made_sessions)).revision == 1


async def test_of_two_tabs_the_second_sees_what_the_first_did_and_keeps_what_it_typed(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    form = filled(await office.get(FARM))
    await office.post(FARM, data=form | {"holder": "Jan Maes", "email": "nieuw@f1.example"})
    second = await office.post(FARM, data=form | {"holder": "Els Maes", "phone": "014 12 34 56"})
    assert second.status_code == 409
    assert 'id="holder-there">Nu in het register: Jan Maes' in second.text
    again = filled(second)
    assert (again["holder"], again["phone"], again["email"]) == ("Els Maes", "014 12 34 56", "nieuw@f1.example")
    assert "email-there" not in second.text
    assert (await farm_of(made_sessions)).holder == "Jan Maes"
    assert (await office.post(FARM, data=form | {"revision": "99"})).status_code == 409
    assert (await office.post(FARM, data=filled(second))).status_code == 303
    assert (await farm_of(made_sessions)).holder == "Els Maes"


async def test_numbers_hold_from_a_day_and_not_from_one_before_they_began(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    form = filled(await office.get(FARM)) | {"enterprise_number": "0403.019.261", "numbers_from": "2025-01-10"}
    assert (await office.post(FARM, data=form)).status_code == 303
    form = filled(await office.get(FARM)) | {"enterprise_number": "0123456749", "numbers_from": "2025-01-09"}
    back = await office.post(FARM, data=form)
    assert back.status_code == 422
    assert 'id="numbers_from-error"' in back.text
    assert (await office.post(FARM, data=form | {"numbers_from": "2025-01-20"})).status_code == 422
    assert (await office.post(FARM, data=form | {"numbers_from": "2025-01-12"})).status_code == 303
    held = (await office.get("/api/v1/farms/F-000001")).json()["identifiers"]
    assert held == [
        {"kind": "enterprise-number", "value": "0123456749", "validFrom": "2025-01-12"},
        {"kind": "enterprise-number", "value": "0403019261", "validFrom": "2025-01-10", "validUntil": "2025-01-11"},
    ]


async def test_a_number_of_another_farm_is_refused(office: httpx.AsyncClient) -> None:
    await office.post(FARM, data=filled(await office.get(FARM)) | {"certificate_number": "IKM-1"})
    other = "/farms/F-000002/change"
    back = await office.post(other, data=filled(await office.get(other)) | {"certificate_number": "IKM-1"})
    assert (back.status_code, 'id="certificate_number-error"' in back.text) == (422, True)


async def test_a_new_farm_gets_the_next_number_its_workflow_and_its_certification_body(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    wrong = await office.post("/farms", data=NEW | {"name": ""})
    assert (wrong.status_code, 'id="name-error"' in wrong.text) == (422, True)
    done = await office.post("/farms", data=filled(await office.get("/farms/new")) | NEW)
    assert (done.status_code, done.headers["location"]) == (303, "/farms/F-000003")
    farm = await farm_of(made_sessions, "F-000003")
    assert (farm.standing, farm.certification_body) == ("active", "Comité du Lait")


async def test_json_changes_only_what_it_names_and_only_what_the_caller_saw(office: httpx.AsyncClient) -> None:
    path = "/api/v1/farms/F-000001"
    seen = (await office.get(path)).headers["etag"]
    assert (await office.patch(path, json={"holder": "Jan Maes"})).status_code == 428
    # RFC 9110 lets * match whatever stands there; it does not say what was seen, so it is as good as nothing.
    anything = await office.patch(path, json={"holder": "Jan Maes"}, headers={"If-Match": " * "})
    assert (anything.status_code, "ETag" in anything.json()["detail"]) == (428, True)
    done = await office.patch(path, json={"holder": "Jan Maes"}, headers={"If-Match": seen})
    assert (done.status_code, done.json()["holder"], done.headers["etag"]) == (200, "Jan Maes", '"2"')
    assert (await office.patch(path, json={"holder": "Els"}, headers={"If-Match": seen})).status_code == 412
    assert done.json()["changes"][0]["fields"] == [{"name": "holder", "before": "Piet Maes", "after": "Jan Maes"}]


async def test_json_names_each_value_that_is_not_taken(office: httpx.AsyncClient) -> None:
    sent = {"postcode": "99", "email": "nobody"}
    back = await office.patch("/api/v1/farms/F-000001", json=sent, headers={"If-Match": '"1"'})
    assert back.status_code == 422
    assert [(issue["name"], issue["type"]) for issue in back.json()["issues"]] == [
        ("postcode", "urn:problem-type:ikm:column:postcodeBe"), ("email", "urn:problem-type:ikm:column:email"),
    ]  # fmt: skip
    late = {"enterpriseNumber": "0403019261", "numbersFrom": "2025-01-20"}
    back = await office.patch("/api/v1/farms/F-000001", json=late, headers={"If-Match": '"1"'})
    assert [issue["name"] for issue in back.json()["issues"]] == ["numbersFrom"]


async def test_json_enters_a_farm(office: httpx.AsyncClient) -> None:
    done = await office.post("/api/v1/farms", json=NEW)
    assert (done.status_code, done.headers["location"]) == (201, "/api/v1/farms/F-000003")
    assert (await office.post("/api/v1/farms", json={"name": "Hoeve"})).status_code == 422


async def test_a_body_that_is_lost_is_shown_with_its_farms_before_anything_is_done(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    form = filled(await office.get(BODY)) | {"recognised_until": "2025-01-14"}
    shown = await office.post(BODY, data=form)
    assert shown.status_code == 200
    assert "Dit gaat over 2 bedrijven" in shown.text
    assert "Agrokeur" in shown.text
    async with made_sessions() as session:
        assert (await session.get_one(InspectionBody, "B-01")).revision == 1
    done = await office.post(BODY, data=hidden(shown) | {"confirmed": "true"})
    assert (done.status_code, done.headers["location"]) == (303, "/inspection-bodies/B-01")
    page = (await office.get("/inspection-bodies/B-01")).text
    assert "<del>31 december 2099</del> → <ins>14 januari 2025</ins>" in page


async def test_the_pages_of_farm_and_round_say_that_it_was_asked_again(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    lost = BodyLost(BodyId("B-01"), choice_case(2025, FarmId("F-000001")), (BodyId("B-02"),), BodyId("B-02"))
    told = News(NewsId(f"calendar>{lost.choice}#lost"), lost.choice, AT, lost)
    async with made_sessions.begin() as session:
        case = case_from((await session.get_one(CaseRow, lost.choice)).state)
        assert isinstance(case, Choice)
        await write_step(session, hear(case, told))
    assert (
        "opnieuw gevraagd omdat Melkcontrole niet meer gekozen kan worden" in (await office.get("/farms/F-000001")).text
    )
    assert 'href="/letters?year=2025&amp;kind=again">1<' in (await office.get("/choice-rounds/2025")).text


async def test_two_who_change_a_body_do_not_undo_each_other(office: httpx.AsyncClient) -> None:
    form = filled(await office.get(BODY))
    await office.post(BODY, data=form | {"email": "planning@melkcontrole.example"})
    second = await office.post(BODY, data=form | {"phone": "014 12 34 56"})
    assert second.status_code == 409
    assert "planning@melkcontrole.example" in second.text


async def test_json_says_what_a_change_would_bring_and_then_does_it(office: httpx.AsyncClient) -> None:
    path, sent = "/api/v1/inspection-bodies/B-01", {"scope": ["17020"]}
    seen = {"If-Match": (await office.get(path)).headers["etag"]}
    dry = (await office.patch(f"{path}?dryRun=true", json=sent, headers=seen)).json()
    assert dry["loss"] == {"askedAgain": ["F-000001"], "reopened": [], "withdrawn": ["F-000002"], "left": ["B-02"]}
    assert (dry["revision"], dry["recognised"], dry["offered"]) == (1, True, 2)
    done = (await office.patch(path, json=sent, headers=seen)).json()
    assert (done["revision"], done["recognised"], done["scope"]) == (2, False, ["17020"])
    assert (await office.patch(path, json=sent, headers=seen)).status_code == 412
    wrong = await office.patch(path, json={"scope": ["x" * 30]}, headers={"If-Match": '"2"'})
    assert [issue["name"] for issue in wrong.json()["issues"]] == ["scope"]


@pytest.mark.parametrize(
    ("path", "sent", "number", "act"),
    [
        pytest.param(
            "inspection-bodies",
            {"name": "Keurpunt 9", "recognised_from": "2025-01-01", "recognised_until": "2027-12-31"},
            "B-03",
            Act.BODY_ADDED,
            id="inspection body",
        ),
        pytest.param("dairies", {"name": "Melkunie", "language": "nl"}, "D-001", Act.DAIRY_ADDED, id="dairy"),
    ],
)
async def test_one_is_added_by_form_and_the_next_by_json(
    office: httpx.AsyncClient, made_sessions: Sessions, path: str, sent: dict[str, str], number: str, act: Act
) -> None:
    wrong = await office.post(f"/{path}", data={**sent, "name": ""})
    assert (wrong.status_code, 'id="name-error"' in wrong.text) == (422, True)
    done = await office.post(f"/{path}", data=filled(await office.get(f"/{path}/new")) | sent)
    assert (done.status_code, done.headers["location"]) == (303, f"/{path}/{number}")
    assert sent["name"] in (await office.get(f"/{path}")).text
    camel = {re.sub(r"_(\w)", lambda found: found[1].upper(), name): value for name, value in sent.items()}
    second = await office.post(f"/api/v1/{path}", json=camel)
    assert (second.status_code, second.headers["location"][:-1]) == (201, f"/api/v1/{path}/{number[:-1]}")
    listed = (await office.get(f"/api/v1/{path}")).json()
    assert listed["items"][-1]["revision"] == 1
    assert (await office.post(f"/api/v1/{path}", json={})).status_code == 422
    async with made_sessions() as session:
        assert len(list(await session.exec(select(TrailEntry).where(TrailEntry.act == act)))) == 2


async def test_a_dairy_is_changed_by_form_and_by_json(office: httpx.AsyncClient, made_sessions: Sessions) -> None:
    async with made_sessions.begin() as session:
        session.add(Dairy(dairy_id="D-001", name="Melkunie", language="nl"))
    path = "/dairies/D-001/change"
    form = filled(await office.get(path))
    assert (await office.post(path, data=form | {"name": "Melkunie Kempen"})).status_code == 303
    assert (await office.post(path, data=form | {"email": "x@y.example"})).status_code == 409
    assert (await office.post(path, data=form | {"revision": "2", "email": "nobody"})).status_code == 422
    json = "/api/v1/dairies/D-001"
    done = await office.patch(json, json={"email": "in@melkunie.example"}, headers={"If-Match": '"2"'})
    assert (done.json()["name"], done.json()["revision"]) == ("Melkunie Kempen", 3)
    assert "<del>Melkunie</del> → <ins>Melkunie Kempen</ins>" in (await office.get("/dairies/D-001")).text


@pytest.mark.parametrize("path", ["farms/F-000099/change", "inspection-bodies/B-99", "dairies/D-999/change"])
async def test_what_is_not_there_is_not_found(office: httpx.AsyncClient, path: str) -> None:
    assert (await office.get(f"/{path}")).status_code == 404
