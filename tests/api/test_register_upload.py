"""A register file by page and by the JSON API: looked at first, imported exactly as it was shown, once."""

import csv
import io
import re
import uuid

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from records.database import Sessions
from records.farm import Farm
from records.register_upload import MappingRow, UploadRow
from records.trail import TrailEntry
from scheme.people import Role
from scheme.step import Act
from tests.api.asked import found_house, reach
from tests.api.conftest import SignIn
from tests.world import change, table

HEAD = "Bedrijfsnummer;Naam;Houder;Straat;Postcode;Gemeente;Land;Taal;Opmerking\r\n"
SECOND = "F-000002;Hoeve F-000002;Piet Maes;Dorp 1;9000;Gent;BE;nl;x\r\n"
FILE = HEAD + "F-000001;Hoeve F-000001;Piet Maes;Dorp 2;9000;Gent;BE;nl;x\r\n" + SECOND
NEW = "F-000003;Élevage;An Peeters;Rue 1;9000;Gent;BE;fr;\r\n"
API = "/api/v1/register-uploads"


@pytest_asyncio.fixture
async def office(app: FastAPI, made_sessions: Sessions, signed_in: SignIn) -> httpx.AsyncClient:
    await reach(app)
    await found_house(made_sessions)
    return await signed_in(Role.SECRETARIAT)


async def upload(office: httpx.AsyncClient, text: str = FILE + NEW, name: str = "bedrijven.csv") -> str:
    """The address of the file's page."""
    answer = await office.post("/register-uploads", files={"file": (name, text.encode("cp1252"))})
    assert answer.status_code == 303
    return answer.headers["location"]


async def leave_out_remark(office: httpx.AsyncClient, where: str) -> None:
    columns = ("farm_id", "name", "holder", "street", "postcode", "city", "country", "language", "")
    mapping = {f"column-{place}": column for place, column in enumerate(columns)}
    assert (await office.post(f"{where}/mapping", data={"of": "farms", **mapping})).status_code == 303


def seen_on(page: httpx.Response) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page.text)
    assert found is not None
    return found[1]


async def test_upload_map_look_confirm(office: httpx.AsyncClient, made_sessions: Sessions) -> None:
    where = await upload(office)
    page = await office.get(where)
    assert "Opmerking" in page.text
    assert 'name="seen"' not in page.text
    await leave_out_remark(office, where)
    page = await office.get(where)
    assert ("Dorp 1" in page.text, "Dorp 2" in page.text, "Élevage" in page.text) == (True, True, True)
    assert [farm.street for farm in await table(made_sessions, Farm)] == ["Dorp 1", "Dorp 1"]
    assert (await office.post(f"{where}/commit", data={"seen": seen_on(page)})).status_code == 303
    farms = await table(made_sessions, Farm)
    assert [(farm.farm_id, farm.street) for farm in farms] == [
        ("F-000001", "Dorp 2"), ("F-000002", "Dorp 1"), ("F-000003", "Rue 1"),
    ]  # fmt: skip
    assert 'role="status"' in (await office.get(f"{where}/progress")).text
    (entry,) = [one for one in await table(made_sessions, TrailEntry) if one.act == Act.REGISTER_IMPORTED]
    assert (entry.person, entry.facts) == ("P-0001", {"farms": 3, "added": 1, "changed": 1})
    # The second tab confirms what it saw: once is enough. The next file with this header is read alike.
    assert (await office.post(f"{where}/commit", data={"seen": seen_on(page)})).status_code == 303
    assert len([one for one in await table(made_sessions, TrailEntry) if one.act == Act.REGISTER_IMPORTED]) == 1
    assert len(await table(made_sessions, MappingRow)) == 1
    again = await office.get(await upload(office))
    assert (">3<" in again.text, "niets te doen" in again.text, 'name="seen"' in again.text) == (True, True, False)
    assert "niets te doen" in (await office.get("/register-uploads")).text


async def test_what_was_read_otherwise_is_told_and_an_unknown_column_once(office: httpx.AsyncClient) -> None:
    head = "farm_id;name;holder;street;postcode;city;country;language;enterprise_number;expires_on;remark"
    where = await upload(office, f"{head}\nF-000009;Hof;An;Dorp 1;9000;Gent;BE;nl;403019261;1/02/2026;x\n")
    page = await office.get(where)
    assert ("0403019261" in page.text, "2026-02-01" in page.text) == (True, True)
    mistakes = page.text.partition("<table")[2].partition("</section>")[0]
    assert mistakes.count("remark</td>") + mistakes.count("remark<br>") == 1
    report = (await office.get(f"/api/v1{where}")).json()
    assert (report["otherwise"], report["readAs"][0]) == (
        2, {"line": 2, "column": "enterprise_number", "value": "403019261", "readAs": "0403019261"},
    )  # fmt: skip


async def test_columns_that_were_told_are_remembered_with_the_kind_also_before_the_import(
    office: httpx.AsyncClient,
) -> None:
    text = "Code;Wie;Taal\nD-001;Melkunie;nl\n"
    where = await upload(office, text)
    columns = {"Code": "dairy_id", "Wie": "name", "Taal": "language"}
    answer = await office.put(f"/api/v1{where}/mapping", json={"kind": "dairies", "columns": columns})
    assert answer.json()["mistakes"] == 0
    again = (await office.get(f"/api/v1{await upload(office, text)}")).json()
    assert (again["kind"], again["columns"], again["counts"]["added"]) == ("dairies", columns, 1)


async def test_columns_that_are_not_known_are_asked_for_above_the_mistakes(office: httpx.AsyncClient) -> None:
    page = (await office.get(await upload(office, HEAD.replace("farm_id", "Code") + NEW))).text
    assert page.index("/mapping") < page.index("<table")
    assert "Dit wordt gelezen als een bestand met: Bedrijven" in page


async def test_a_sign_that_no_row_can_hold_is_a_mistake_among_the_others(office: httpx.AsyncClient) -> None:
    given = HEAD.replace(";Opmerking", "") + NEW.replace("9000", "90\0").replace(";\r", "\r")
    where = await upload(office, given)
    (problem,) = (await office.get(f"/api/v1{where}")).json()["problems"]
    assert (problem["line"], problem["column"], problem["value"]) == (2, "postcode", "90\\x00")


async def test_a_register_that_changed_meanwhile_is_shown_anew(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    where = await upload(office)
    await leave_out_remark(office, where)
    first = seen_on(await office.get(where))
    await change(made_sessions, "UPDATE farm SET city = 'Aalst' WHERE farm_id = 'F-000002'")
    answer = await office.post(f"{where}/commit", data={"seen": first})
    assert (answer.status_code, "Aalst" in answer.text) == (409, True)
    assert [farm.city for farm in await table(made_sessions, Farm)] == ["Gent", "Aalst"]
    assert (await office.post(f"{where}/commit", data={"seen": seen_on(answer)})).status_code == 303
    assert [farm.city for farm in await table(made_sessions, Farm)] == ["Gent"] * 3


async def test_mistakes_are_told_in_the_readers_language_and_nothing_is_imported(
    office: httpx.AsyncClient, made_sessions: Sessions
) -> None:
    where = await upload(office, HEAD.replace(";Opmerking", "") + NEW.replace("9000", "999999").replace(";\r", "\r"))
    page = await office.get(where)
    assert ("Een Belgische postcode heeft vier cijfers" in page.text, "999999" in page.text) == (True, True)
    assert (await office.post(f"{where}/commit", data={"seen": "x"})).status_code == 409
    assert len(await table(made_sessions, Farm)) == 2


async def test_the_file_beside_the_register(office: httpx.AsyncClient) -> None:
    where = await upload(
        office, (HEAD + SECOND.replace("Gent", "Aalst")).replace(";Opmerking", "").replace(";x\r", "\r")
    )
    page = await office.get(f"{where}/differences")
    assert ("Aalst" in page.text, "F-000001" in page.text) == (True, True)
    rows = list(
        csv.reader(
            io.StringIO((await office.get(f"{where}/differences.csv")).content.decode("utf-8-sig")), delimiter=";"
        )
    )
    assert [row[0] for row in rows[1:]] == ["Verschilt", "Alleen in het register"]
    assert (await office.get(f"{where}/differences.xlsx")).content[:2] == b"PK"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_the_register_as_a_file_changes_nothing(
    office: httpx.AsyncClient, made_sessions: Sessions, kind: str
) -> None:
    await change(made_sessions, "UPDATE farm SET name = '=1+1', holder = '''=x', phone = '+32 14 00 12 34'")
    for of in ("farms", "inspection-bodies"):
        content = (await office.get(f"/api/v1/register-files/{of}.{kind}")).content
        made = await office.post(API, files={"file": (f"x.{kind}", content)})
        report = (await office.get(made.headers["location"])).json()
        assert (report["kind"], report["mistakes"], report["lines"]) == (of, 0, [])
        assert report["counts"]["unchanged"] == 2


async def test_the_api_uploads_maps_and_confirms(office: httpx.AsyncClient, made_sessions: Sessions) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}
    made = await office.post(API, files={"file": ("x.csv", (FILE + NEW).encode())}, headers=key)
    where = made.headers["location"]
    assert (made.status_code, where) == (201, f"{API}/{key['Idempotency-Key']}")
    assert (await office.post(API, files={"file": ("x.csv", (FILE + NEW).encode())}, headers=key)).status_code == 201
    assert (await office.post(API, files={"file": ("x.csv", FILE.encode())}, headers=key)).status_code == 422
    assert len(await table(made_sessions, UploadRow)) == 1
    report = (await office.get(where)).json()
    assert [(one["column"], one["rule"], one["line"]) for one in report["problems"]] == [
        ("Opmerking", "unknown-column", 1)
    ]
    columns = {**report["columns"], "Opmerking": ""}
    report = (await office.put(f"{where}/mapping", json={"kind": "farms", "columns": columns})).json()
    assert (report["leftOut"], report["counts"]) == (
        ["Opmerking"], {"added": 1, "changed": 1, "unchanged": 1, "refused": 0},
    )  # fmt: skip
    assert report["lines"][0]["differences"] == [{"column": "street", "before": "Dorp 1", "after": "Dorp 2"}]
    assert (await office.post(f"{where}/commit", headers={"If-Match": '"old"'})).status_code == 412
    assert (await office.post(f"{where}/commit")).status_code == 428
    for _ in range(2):
        done = await office.post(f"{where}/commit", headers={"If-Match": f'"{report["seal"]}"'})
        assert (done.status_code, "committedAt" in done.json()) == (200, True)
    assert len(await table(made_sessions, Farm)) == 3
    gaps = (await office.get(f"{where}/differences")).json()
    assert (gaps["items"], gaps["total"]) == ([], 0)


async def test_what_is_too_large_is_refused_by_its_size(office: httpx.AsyncClient) -> None:
    large = {"file": ("x.csv", b"x" * 3_000_000)}
    assert (await office.post(API, files=large)).status_code == 201
    assert (await office.post("/language", files=large)).status_code == 413
    assert (await office.post(API, files={"file": ("x.csv", b"x" * 11_000_000)})).status_code == 413


async def test_an_upload_that_is_none(office: httpx.AsyncClient) -> None:
    assert (await office.get(f"/register-uploads/{uuid.uuid4()}")).status_code == 404
    assert (await office.post(f"{API}/{uuid.uuid4()}/commit", headers={"If-Match": '"x"'})).status_code == 404
