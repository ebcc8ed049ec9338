"""People for practice: one of each role, each once, in the trail without a name (design.md §5)."""

import json
from dataclasses import replace
from pathlib import Path

from records.database import Sessions
from records.practice import SignIn, add_practice_people, practice_people
from records.queries.person import find_by_sign_in_name
from records.trail import TrailEntry
from scheme.ids import BodyId
from scheme.people import Role
from scheme.step import Act
from tests.world import BODIES, bring_in, found_house, table


async def add(sessions: Sessions) -> list[SignIn]:
    async with sessions.begin() as session:
        return await add_practice_people(session)


async def test_who_is_missing_is_added_once(made_sessions: Sessions) -> None:
    await found_house(made_sessions, [])
    added = await add(made_sessions)
    bodies = {f"{role}-{body.body_id.lower()}" for body in BODIES for role in ("planner", "auditor")}
    assert {one.name for one in added} == bodies | {
        "secretariat", "decision-maker", "decision-maker-2", "operations", "assessor", "administrator",
    }  # fmt: skip
    assert len({one.password for one in added}) == len(added)
    assert await add(made_sessions) == []
    entries = [entry for entry in await table(made_sessions, TrailEntry) if entry.act == Act.PERSON_ADDED]
    assert [entry.facts["about"] for entry in entries] == [f"P-{number:04}" for number in range(1, len(added) + 1)]
    assert {frozenset(entry.facts) for entry in entries} == {frozenset({"about", "role"})}
    async with made_sessions() as session:
        planner = await find_by_sign_in_name(session, "planner-b-02")
    assert planner is not None
    assert (planner.role, planner.body_id) == (Role.PLANNER, "B-02")
    assert planner.password_hash.startswith("$argon2")


async def test_a_body_that_came_in_later_brings_its_people_and_the_file_has_them_all(
    made_sessions: Sessions, tmp_path: Path
) -> None:
    await found_house(made_sessions, [])
    first = await practice_people(made_sessions, tmp_path)
    await bring_in(made_sessions, [], [replace(BODIES[0], body_id=BodyId("B-09"), name="Negende")])
    later = await practice_people(made_sessions, tmp_path)
    assert (later.keys() - first.keys(), first.items() <= later.items()) == ({"planner-b-09", "auditor-b-09"}, True)
    file = tmp_path / "practice-people.json"
    assert (json.loads(file.read_text()), file.stat().st_mode & 0o777) == (later, 0o600)
