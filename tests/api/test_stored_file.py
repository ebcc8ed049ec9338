"""A file that was sent: shown to whoever sees its farm, by safe headers, and not before it was scanned."""

import hashlib

import httpx
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr

from api.parts import Parts
from records.database import Sessions
from records.stored_file import StoredFileRow
from records.storing import Use, store
from records.trail import Reading
from scheme.ids import FarmId, PersonId, farmer_case
from scheme.people import Actor, Role
from scheme.stored_file import Content, MediaType, Purpose, Scan, ScannedFile, ScanState
from settings import Settings
from tests.api.conftest import SITE, SignIn
from tests.world import KEYS, change, table

FARM = FarmId("F-000001")
OTHER = FarmId("F-000002")
FILE, FOREIGN = f"/files/{KEYS[1]}", f"/files/{KEYS[2]}"
AUDITOR = Actor(PersonId("P-0004"), Role.AUDITOR)


@pytest_asyncio.fixture
async def kept(app: FastAPI, made_sessions: Sessions) -> Sessions:
    """A photograph of each farm, sent by the auditor of the first one's body."""
    for farm_id in (FARM, OTHER):
        opened = "INSERT INTO case_file (case_id, kind, farm_id, opened_by, opened_at, revision, state) VALUES (:case, 'farmer', :farm, 'x', now(), 1, '{}')"
        await change(made_sessions, opened, case=farmer_case(farm_id), farm=farm_id)
    async with made_sessions.begin() as session:
        for key, farm_id in ((KEYS[1], FARM), (KEYS[2], OTHER)):
            content = f"photo of {farm_id}".encode()
            sent = Content(content, MediaType.JPEG, hashlib.sha256(content).hexdigest())
            use = Use(key, farmer_case(farm_id), farm_id, Purpose.REPORT_PHOTO, 'stal "één"\r\n.jpg')
            await store(session, ScannedFile(sent, Scan(ScanState.UNSCANNED)), use, AUDITOR)
    return made_sessions


async def test_whoever_sees_the_farm_sees_its_file(kept: Sessions, signed_in: SignIn) -> None:
    answer = await (await signed_in(Role.AUDITOR)).get(FILE)
    assert (answer.status_code, answer.content) == (200, b"photo of F-000001")
    told = {name: answer.headers[name] for name in ("content-type", "content-disposition", "cache-control")}
    assert told == {
        "content-type": "image/jpeg",
        "content-disposition": "inline; filename*=UTF-8''stal%20%22%C3%A9%C3%A9n%22%0D%0A.jpg",
        "cache-control": "no-store",
    }
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert [row.farm_id for row in await table(kept, Reading)] == [FARM]


async def test_nobody_of_another_body_sees_it(kept: Sessions, signed_in: SignIn) -> None:
    auditor, secretary = await signed_in(Role.AUDITOR), await signed_in(Role.SECRETARIAT)
    for path in (FOREIGN, f"/api/v1{FOREIGN}", f"/files/{KEYS[3]}"):
        assert (await auditor.get(path)).status_code == 404
    assert (await secretary.get(f"/api/v1{FOREIGN}")).status_code == 200


async def test_with_a_scanner_nobody_else_sees_it_before_it_was_scanned(
    kept: Sessions, signed_in: SignIn, app: FastAPI
) -> None:
    parts: Parts = app.state.parts
    scanned = Settings(public_url=SITE, temporal_address="127.0.0.1:1", clamd_host="127.0.0.1", code_key=SecretStr(""))
    app.state.parts = Parts(scanned, parts.sessions, parts.client)
    auditor, secretary = await signed_in(Role.AUDITOR), await signed_in(Role.SECRETARIAT)
    assert [(await one.get(FILE)).status_code for one in (auditor, secretary)] == [200, 409]
    assert "virussen" in (await secretary.get(FILE)).text
    await change(kept, "UPDATE stored_file SET scan_state = 'clean'")
    assert (await secretary.get(FILE)).status_code == 200
    await change(kept, "UPDATE stored_file SET scan_state = 'infected'")
    assert [(await one.get(FILE)).status_code for one in (auditor, secretary)] == [410, 410]
    assert len(await table(kept, StoredFileRow)) == 2


async def test_a_visitor_signs_in_first(kept: Sessions, visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get(FILE)).status_code == 303
