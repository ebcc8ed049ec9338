"""A farm's file for an assessor: in the order of the clauses, with the hash of each document, and for whom it is."""

import hashlib
import io
import json
import re
import zipfile

import pypdfium2  # type: ignore[import-untyped]
import pytest
from sqlalchemy import func, select
from sqlmodel import col

from api.words import said
from records.database import Sessions
from records.trail import Reading
from records.trailing import append
from scheme.clause import Clause, clause_of_act
from scheme.language import Language
from scheme.people import Role
from scheme.step import Act
from settings import Settings
from tests.api import test_farmer_audit as farmers
from tests.api.asked import keyed, work
from tests.api.conftest import PEOPLE, SignIn
from tests.api.test_audit import AUDIT, FARM, KEY
from tests.world import BEGINS, SECRETARY

house = farmers.house
PATH = f"/farms/{FARM}/file"
ASSESSOR = f"P-{PEOPLE.index(Role.ASSESSOR) + 1:04}"


@pytest.fixture
def settings() -> Settings:
    return keyed()


async def proven(house: Sessions, signed_in: SignIn) -> None:
    """Reported with a finding, of which the secretariat keyed a proof with a photograph, and tried something else."""
    await farmers.reported(house, signed_in)
    secretary = await signed_in(Role.SECRETARIAT)
    form = {"words": "Nieuwe slang", "key": KEY.format(8)}
    photo = {"files": ("slang.jpg", farmers.photograph(), "image/jpeg")}
    answer = await secretary.post(f"/audits/{AUDIT}/findings/A21/proof", data=form, files=photo)
    assert answer.status_code == 303
    await work(house, AUDIT)
    async with house.begin() as session:
        await append(session, key="tried", chain=FARM, act=Act.REFUSED, actor=SECRETARY, at=BEGINS)


async def test_it_is_read_in_the_order_of_the_clauses(house: Sessions, signed_in: SignIn) -> None:
    await proven(house, signed_in)
    assessor = await signed_in(Role.ASSESSOR)
    told = (await assessor.get(f"/api/v1{PATH}")).json()
    assert [one["number"] for one in told["clauses"]] == [clause.value for clause in Clause]
    assert told["holds"] is True
    by_number = {one["number"]: one for one in told["clauses"]}
    refused = [line["what"] for one in told["clauses"] for line in one["lines"] if line["refused"]]
    assert refused == [said(Language.NL, Act.REFUSED)]
    proofs = [line for line in by_number["7.4"]["lines"] if line["ground"] == "Nieuwe slang"]
    assert [one["name"] for line in proofs for one in line["documents"]] == ["slang.jpg"]
    named = f"{said(Language.NL, Act.CORRECTION_PROVEN)} (eis A21)"
    assert ([line["what"] for line in proofs], named in (await assessor.get(f"/farms/{FARM}")).text) == ([named], True)
    page = (await assessor.get(PATH)).text
    places = [page.index(f"<h2>{clause.value} ") for clause in Clause]
    assert places == sorted(places)
    assert "Eis A21 niet voldaan (gradatie B)" in page
    assert "<summary>1 geweigerde poging</summary>" in page
    # The farm's own page tells of the proof as well, and leads here.
    assert f'href="{PATH}"' in (await assessor.get(f"/farms/{FARM}")).text
    async with house() as session:
        read = select(func.count()).select_from(Reading).where(col(Reading.person) == ASSESSOR)
        assert (await session.execute(read)).scalar_one() == 4


async def test_the_hashes_are_those_of_the_files(house: Sessions, signed_in: SignIn) -> None:
    await proven(house, signed_in)
    assessor = await signed_in(Role.ASSESSOR)
    first, again = (await assessor.get(f"{PATH}.zip")).content, (await assessor.get(f"{PATH}.zip")).content
    assert first == again
    with zipfile.ZipFile(io.BytesIO(first)) as pack:
        manifest = json.loads(pack.read("manifest.json"))
        sums = dict(reversed(line.split("  ")) for line in pack.read("SHA256SUMS").decode().splitlines())
        found = {name: hashlib.sha256(pack.read(name)).hexdigest() for name in pack.namelist() if name != "SHA256SUMS"}
        text = "".join(one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(pack.read("file.pdf")))
    assert sums == found
    # As whoever copies from the page has them; a line may end between two signs of a path.
    printed = re.sub(r"[\r\n]", "", text).replace("\ufffe", "-")
    papers = {name: one for name, one in found.items() if name.startswith(("files/", "letters/", "certificates/"))}
    assert [one for one in (*papers, *papers.values()) if one not in printed] == []
    assert (manifest["trail"]["sha256"] in printed, "\u200b" in text) == (True, False)
    assert {one["path"]: one["sha256"] for one in manifest["files"]} | {"manifest.json": sums["manifest.json"]} == sums
    assert [name for name in found if name.startswith("files/")]
    assert ["7.13" in text, "Nieuwe slang" in text, "1 geweigerde poging" in text] == [True] * 3


async def test_it_is_not_for_inspection_bodies(house: Sessions, signed_in: SignIn) -> None:
    for role in (Role.PLANNER, Role.AUDITOR):
        browser = await signed_in(role)
        assert {(await browser.get(path)).status_code for path in (PATH, f"{PATH}.zip", f"/api/v1{PATH}")} == {403}
    assessor = await signed_in(Role.ASSESSOR)
    assert (await assessor.get("/farms/F-999999/file.zip")).status_code == 404


def test_every_act_is_read_under_one_clause() -> None:
    assert {clause_of_act(act) for act in Act} < set(Clause)
