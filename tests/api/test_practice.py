"""In a practice house whoever plans and audits for an inspection body comes with it."""

import json
from pathlib import Path

import pytest

from scheme.people import Role
from settings import Settings
from tests.api.conftest import SITE, SignIn

BODY = {"name": "Keur", "recognisedFrom": "2025-01-01", "recognisedUntil": "2099-01-01"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(public_url=SITE, temporal_address="127.0.0.1:1", practice=True, var=tmp_path)


async def test_a_body_that_is_entered_brings_its_planner_and_auditor(signed_in: SignIn, settings: Settings) -> None:
    office = await signed_in(Role.SECRETARIAT)
    assert (await office.post("/api/v1/inspection-bodies", json=BODY)).status_code == 201
    names = json.loads((settings.var / "practice-people.json").read_text())
    assert {"planner-b-03", "auditor-b-03"} <= names.keys()
