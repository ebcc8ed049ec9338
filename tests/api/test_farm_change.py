"""A takeover is recorded on the farm's page, and read by those who decide what becomes of the certificate."""

import pytest
from fastapi import FastAPI
from pydantic.alias_generators import to_camel

from records.database import Sessions
from scheme import farm_change
from scheme.ids import FarmId, change_case
from scheme.news import MergerUndone
from scheme.people import Role
from tests.api.asked import AT, farmers_case, found_house, handed_in, hidden, reach, work
from tests.api.conftest import SignIn
from tests.world import case_of, change, column, news, write

FARM = FarmId("F-000001")
HERE = f"/farms/{FARM}/takeover"
CASE = change_case(2025, FARM)
TAKEN = {
    "on": "2025-01-10", "name": "Hoeve F-000001", "holder": "Melk & Zoon bv", "street": "Dorp 1", "postcode": "9000",
    "city": "Gent", "country": "BE", "language": "nl", "email": "bv@melk.example", "enterprise_number": "0403.019.261",
    "body": "B-02", "evidence": "Akte 12 in map 7",
}  # fmt: skip


@pytest.fixture
async def ready(app: FastAPI, made_sessions: Sessions) -> Sessions:
    """The house with its farms."""
    await found_house(made_sessions)
    await reach(app)
    return made_sessions


async def test_it_is_recorded_once_its_form_is_right_and_told_on_the_pages(ready: Sessions, signed_in: SignIn) -> None:
    desk = await signed_in(Role.SECRETARIAT)
    assert f'href="{HERE}"' in (await desk.get(f"/farms/{FARM}")).text
    form = hidden(await desk.get(HERE)) | TAKEN
    wrong = await desk.post(HERE, data=form | {"enterprise_number": "0403.019.262"})
    assert (wrong.status_code, 'id="enterprise_number-error"' in wrong.text) == (422, True)
    missing = await desk.post(HERE, data=form | {"evidence": ""})
    assert (missing.status_code, "waar de bewijsstukken bewaard worden" in missing.text) == (422, True)
    await desk.post(HERE, data=form)
    await work(ready, farmers_case(FARM))
    told = (await desk.get(f"/farms/{FARM}")).text
    assert f'href="/farm-changes/{CASE}"' in told
    assert "Melk &amp; Zoon bv" in told
    seen = (await desk.get(f"/farm-changes/{CASE}")).text
    for said in ("Piet Maes → Melk &amp; Zoon bv", "Akte 12 in map 7", "Agrokeur"):
        assert said in seen
    assert "<form method" not in seen.split("<main")[1]


async def test_the_list_of_decisions_pages_changes_of_farms_by_themselves(ready: Sessions, signed_in: SignIn) -> None:
    desk = await signed_in(Role.SECRETARIAT)
    await desk.post(HERE, data=hidden(await desk.get(HERE)) | TAKEN)
    await work(ready, farmers_case(FARM))
    one = (await desk.get("/certifications")).text
    assert ("vanaf 10 januari 2025" in one, "te beslissen tegen <time" in one) == (True, True)
    assert "Hier staat een beslissing zodra" not in one
    for table in ("case_file", "farm_change"):
        again = f"to_jsonb({table}) || jsonb_build_object('case_id', case_id || ':' || n)"
        row = f"SELECT (jsonb_populate_record(NULL::{table}, {again})).*"
        await change(
            ready, f"INSERT INTO {table} {row} FROM {table}, generate_series(2, 52) n WHERE case_id = '{CASE}'"
        )
    first, last = [(await desk.get(f"/certifications{page}")).text for page in ("", "?changes=2")]
    assert ("1 tot 50 van 52" in first, 'href="/certifications?changes=2" rel="next"' in first) == (True, True)
    assert ("51 tot 52 van 52" in last, last.count('<a href="/farm-changes/')) == (True, 2)


async def test_a_day_that_cannot_be_is_refused_beside_its_field(ready: Sessions, signed_in: SignIn) -> None:
    desk = await signed_in(Role.SECRETARIAT)
    given = {"inspectionBody": "B-02", "evidence": "Akte 12"}
    for what, day, rule, more in (
        ("takeover", "2019-01-20", "stopDay", {}),
        ("move", "2025-01-16", "notInTheFuture", {}),
        ("split", "2010-03-01", "stopDay", {}),
        ("merger", "2025-01-16", "notInTheFuture", {"otherFarm": "F-000002"}),
    ):
        here, on = f"/farms/{FARM}/{what}", {"on": day}
        page = await desk.post(here, data=hidden(await desk.get(here)) | TAKEN | on | {"other_farm": "2"})
        assert (page.status_code, 'id="on-error"' in page.text) == (422, True)
        issues = (await desk.post(f"/api/v1{here}", json=given | on | more)).json()["issues"]
        assert [(one["name"], one["type"]) for one in issues] == [("on", f"urn:problem-type:ikm:rule:{rule}")]
    assert await handed_in(ready) == []


async def test_who_decides_reads_it_and_the_api_tells_it(ready: Sessions, signed_in: SignIn) -> None:
    desk, decider = await signed_in(Role.SECRETARIAT), await signed_in(Role.DECISION_MAKER)
    await change(ready, "UPDATE farm SET email = 'piet@maes.example', phone = '0470 12 34 56'")
    form = (await desk.get(HERE)).text
    assert ("Piet Maes" in form, "piet@maes.example" in form, "0470 12" in form) == (True, False, False)
    given = {"on": "2025-01-10", "holder": "Melk & Zoon bv", "inspectionBody": "B-02", "evidence": "Akte 12"}
    key = {"Idempotency-Key": "00000000-0000-4000-8000-000000000001"}
    wrong = await desk.post(f"/api/v1{HERE}", json=given | {"enterpriseNumber": "1"}, headers=key)
    assert (wrong.status_code, [issue["name"] for issue in wrong.json()["issues"]]) == (422, ["enterpriseNumber"])
    await desk.post(f"/api/v1{HERE}", json=given, headers=key)
    (row,) = await handed_in(ready)
    assert (row.facts["what"], (row.words or {})["holder"]) == ("takeover", "Melk & Zoon bv")
    await work(ready, farmers_case(FARM))
    # What was left out of it was the old holder's.
    assert await column(ready, "SELECT coalesce(email, phone) FROM farm WHERE farm_id = :farm", farm=FARM) == [None]
    assert f'action="/farm-changes/{CASE}/review"' in (await decider.get(f"/farm-changes/{CASE}")).text
    waiting = (await decider.get("/certifications")).text
    assert (CASE in waiting, "1 beslissing wacht" in waiting) == (True, True)
    (told,) = (await decider.get("/api/v1/farm-changes")).json()["items"]
    assert (told["what"], told["on"], told["state"], told["inspectionBody"]) == (
        "takeover", "2025-01-10", "to-review", "Agrokeur",
    )  # fmt: skip
    file = (await decider.get(told["self"])).json()
    changed = {one["name"]: (one.get("before"), one.get("after")) for one in file["changed"]}
    emptied = {"email": ("piet@maes.example", None), "phone": ("0470 12 34 56", None)}
    assert (changed, file["evidence"]) == (emptied | {"holder": ("Piet Maes", "Melk & Zoon bv")}, "Akte 12")
    assert (len(file["keptOut"]), "advice" in file, "other" in file) == (1, False, False)
    grounds = await decider.post(
        f"/farm-changes/{CASE}/decision", data={"effect": "passes", "key": "00000000-0000-4000-8000-000000000002"}
    )
    assert grounds.status_code == 422


async def test_a_move_is_recorded_on_its_own_page_and_by_the_api(ready: Sessions, signed_in: SignIn) -> None:
    desk, here = await signed_in(Role.SECRETARIAT), f"/farms/{FARM}/move"
    assert f'href="{here}"' in (await desk.get(f"/farms/{FARM}")).text
    site = {"site_street": "Veldweg 3", "site_postcode": "9000", "site_city": "Gent"}
    form = hidden(await desk.get(here)) | site | {"on": "2025-01-10", "body": "B-02", "evidence": "Beslag 7"}
    wrong = await desk.post(here, data=form | {"herd_number": "1"})
    assert (wrong.status_code, 'id="herd_number-error"' in wrong.text) == (422, True)
    given = {"on": "2025-01-10", "siteStreet": "Veldweg 3", "sitePostcode": "9000", "siteCity": "Gent"}
    key = {"Idempotency-Key": "00000000-0000-4000-8000-000000000003"}
    rest = {"inspectionBody": "B-02", "evidence": "Beslag 7"}
    assert (await desk.post(f"/api/v1{here}", json=given | rest, headers=key)).status_code < 300
    await work(ready, farmers_case(FARM))
    seen = (await desk.get(f"/farm-changes/{CASE}")).text
    for said in ("Verhuizing", "→ Veldweg 3", "Eerste dag op de nieuwe locatie"):
        assert said in seen


async def test_a_merger_is_recorded_once_it_was_seen_how_the_other_farm_stands(
    ready: Sessions, signed_in: SignIn
) -> None:
    desk, here = await signed_in(Role.SECRETARIAT), f"/farms/{FARM}/merger"
    assert f'href="{here}"' in (await desk.get(f"/farms/{FARM}")).text
    form = hidden(await desk.get(here)) | TAKEN | {"name": "Hoeve Samen", "on": "2025-01-10"}
    unknown = await desk.post(here, data=form | {"other_farm": "77"})
    assert (unknown.status_code, 'id="other_farm-error"' in unknown.text) == (422, True)
    tomorrow = await desk.post(here, data=form | {"other_farm": "2", "on": "2025-01-16"})
    assert (tomorrow.status_code, 'id="on-error"' in tomorrow.text) == (422, True)
    shown = await desk.post(here, data=form | {"other_farm": "2"})
    assert (shown.status_code, "Er is nog niets genoteerd" in shown.text) == (200, True)
    assert await handed_in(ready) == []
    seen = form | hidden(shown) | {"other_farm": "2"}
    await desk.post(here, data=seen)
    await work(ready, farmers_case(FARM))
    # Pressed twice it is one.
    assert (await desk.post(here, data=seen)).status_code == 303
    assert f'href="/farms/{FARM}"' in (await desk.get("/farms/F-000002")).text
    assert 'href="/farms/F-000002"' in (await desk.get(f"/farms/{FARM}")).text
    told = (await desk.get("/api/v1/farms/F-000002")).json()
    assert (told["standing"], told["stoppedOn"], told["mergedInto"]) == ("stopped", "2025-01-09", FARM)
    page = (await desk.get(f"/farm-changes/{CASE}")).text
    for said in ("Samenvoeging", "Hoe het andere bedrijf ervoor stond", "→ Hoeve Samen"):
        assert said in page
    # It was the wrong farm.
    await change(ready, "UPDATE farm SET standing = 'active', stopped_on = NULL WHERE farm_id = 'F-000002'")
    await write(ready, farm_change.hear(await case_of(ready, CASE), news(MergerUndone(), AT, CASE)))
    page = (await desk.get(f"/farm-changes/{CASE}")).text
    for said in ("Deze samenvoeging ging niet door", f'href="/farms/{FARM}/change"'):
        assert said in page


async def test_a_merger_by_the_api_names_the_field_that_is_refused(ready: Sessions, signed_in: SignIn) -> None:
    desk, here = await signed_in(Role.SECRETARIAT), f"/api/v1/farms/{FARM}/merger"
    key = {"Idempotency-Key": "00000000-0000-4000-8000-000000000004"}
    given = {"on": "2025-01-10", "otherFarm": FARM, "inspectionBody": "B-02", "evidence": "Akte 12"}
    wrong = (await desk.post(here, json=given, headers=key)).json()
    assert [(issue["name"], issue["type"]) for issue in wrong["issues"]] == [
        ("otherFarm", "urn:problem-type:ikm:rule:sameFarm"),
    ]  # fmt: skip
    await change(ready, "UPDATE farm SET email = 'piet@maes.example', phone = '0470 12 34 56'")
    right = given | {"otherFarm": "F-000002", "holder": "Melk & Zoon bv", "phone": "0470 65 43 21"}
    for _ in range(2):
        assert (await desk.post(here, json=right, headers=key)).status_code < 300
        await work(ready, farmers_case(FARM))
    # The old holder's address is not kept.
    kept = "SELECT concat_ws(', ', email, phone) FROM farm WHERE farm_id = :farm"
    assert await column(ready, kept, farm=FARM) == ["0470 65 43 21"]
    (told,) = (await desk.get("/api/v1/farm-changes")).json()["items"]
    assert (told["what"], told["otherFarm"], told["farmId"]) == ("merger", "F-000002", FARM)
    file = (await desk.get(told["self"])).json()
    assert (file["other"]["farmId"], file["other"]["findings"], file["takesPartAgain"]) == ("F-000002", [], False)
    assert [one["status"] for one in file["other"]["certificates"]] == ["valid"]


PART = {
    "name": "Hoeve Zuid", "holder": "Bart Maes", "street": "Dorp 9", "postcode": "9000", "city": "Gent",
    "enterprise_number": "0403.019.261",
}  # fmt: skip


async def test_a_split_enters_the_new_farm_and_both_pages_name_each_other(ready: Sessions, signed_in: SignIn) -> None:
    desk, here, new = await signed_in(Role.SECRETARIAT), f"/farms/{FARM}/split", "F-000003"
    offered = (await desk.get(f"/farms/{FARM}")).text.split("<h3>Verandering van het bedrijf</h3>")[1]
    assert f'href="{here}">Splitsing: een deel ervan wordt een bedrijf op zich</a>' in offered
    empty = await desk.get(here)
    assert "certificate_number" not in empty.text
    form = hidden(empty) | PART | {
        "country": "BE", "language": "nl", "on": "2025-01-10", "body": "B-02", "evidence": "Akte 12",
    }  # fmt: skip
    wrong = await desk.post(here, data=form | {"city": ""})
    assert (wrong.status_code, 'id="city-error"' in wrong.text) == (422, True)
    await desk.post(here, data=form)
    await work(ready, farmers_case(FARM))
    assert (await desk.post(here, data=form)).status_code == 303
    assert f'href="/farms/{new}"' in (await desk.get(f"/farms/{FARM}")).text
    part = (await desk.get(f"/farms/{new}")).text
    assert f'href="/farms/{FARM}"' in part
    assert f'href="/farms/{new}/application"' in part
    page = (await desk.get(f"/farm-changes/{CASE}")).text
    for said in ("Splitsing", "Nieuw bedrijf", f'href="/farms/{new}/application"'):
        assert said in page
    told = f"{new} werd een bedrijf op zich; het was een deel van {FARM}"
    assert [told in (await desk.get(f"/farms/{one}/file")).text for one in (FARM, new)] == [True, True]


async def test_a_split_by_the_api_is_done_once(ready: Sessions, signed_in: SignIn) -> None:
    desk, here = await signed_in(Role.SECRETARIAT), f"/api/v1/farms/{FARM}/split"
    key = {"Idempotency-Key": "00000000-0000-4000-8000-000000000005"}
    named = {to_camel(name): value for name, value in PART.items()}
    given = named | {"on": "2025-01-10", "inspectionBody": "B-02", "evidence": "Akte 12"}
    wrong = await desk.post(here, json=given | {"enterpriseNumber": "1"}, headers=key)
    assert (wrong.status_code, [issue["name"] for issue in wrong.json()["issues"]]) == (422, ["enterpriseNumber"])
    for _ in range(2):
        assert (await desk.post(here, json=given, headers=key)).status_code < 300
        await work(ready, farmers_case(FARM))
    (told,) = (await desk.get("/api/v1/farm-changes")).json()["items"]
    assert (told["what"], told["otherFarm"]) == ("split", "F-000003")
    assert (await desk.get("/api/v1/farms/F-000003")).json()["partOf"] == FARM
