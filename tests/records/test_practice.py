"""People for practice: one of each role, each once, in the trail without a name (design.md §5)."""

from records.database import Sessions
from records.practice import SignIn, add_practice_people
from records.queries.person import find_by_sign_in_name
from records.trail import TrailEntry
from scheme.people import Role
from scheme.step import Act
from tests.world import BODIES, found_house, table


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
