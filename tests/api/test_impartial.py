"""No door lets anybody involved review or decide: pages, API, bulk and substitutes, tried at random (design.md §10)."""

import random
import uuid
from collections.abc import Awaitable, Callable
from enum import StrEnum

import httpx
import pytest
from sqlalchemy import text

from records.case import CaseRow
from records.database import Sessions
from records.wire import case_from
from scheme.certification import Certification
from scheme.lastenboek.outcome import Result
from scheme.people import Role
from tests.api.asked import work
from tests.api.conftest import PEOPLE, SignIn
from tests.api.test_audit import AUDIT, CERTIFICATION, FARM, house, plan, ready

__all__ = ["house"]

STEPS = 40


class Decider(StrEnum):
    """Deciders beside the one of the house, by the name they sign in with."""

    SECOND = "second"
    TIED = "tied"
    WAS_AUDITOR = "was-auditor"


Door = Callable[[httpx.AsyncClient, random.Random], Awaitable[object]]


async def page(browser: httpx.AsyncClient, chance: random.Random) -> object:
    what = chance.choice(("review", "decision"))
    form = {
        "result": chance.choice(list(Result)).value,
        "reasons": "gezien",
        "key": str(uuid.UUID(int=chance.getrandbits(128))),
    }
    return await browser.post(f"/certifications/{CERTIFICATION}/{what}", data=form)


async def api(browser: httpx.AsyncClient, chance: random.Random) -> object:
    what = chance.choice(("review", "decision"))
    json = {"result": chance.choice(list(Result)).value, "reasons": "gezien"}
    return await browser.post(f"/api/v1/certifications/{CERTIFICATION}/{what}", json=json)


async def bulk(browser: httpx.AsyncClient, chance: random.Random) -> object:
    """Claim, close or give away the task of it, many at once."""
    kind = chance.choice(("certification-review", "certification-decide"))
    tasks = [{"taskId": f"{kind}:{CERTIFICATION}:", "revision": 1}]
    return await browser.post("/api/v1/task-assignments", json={"tasks": tasks, "person": "P-0099"})


async def absent(browser: httpx.AsyncClient, chance: random.Random) -> object:
    """Be away, with somebody else of the same role as the substitute."""
    away = {"awayFrom": "2025-09-01", "awayUntil": "2025-09-30", "substitute": chance.choice(("P-0099", "P-0097"))}
    return await browser.post("/api/v1/account/absences", json=away)


async def untie(browser: httpx.AsyncClient, chance: random.Random) -> object:
    """End the tie: what runs keeps its people out all the same."""
    ties = await browser.get(f"/api/v1/farms/{FARM}/ties")
    items = ties.json().get("items", [])
    return items and await browser.delete(f"/api/v1/farms/{FARM}/ties/{items[0]['tieId']}")


@pytest.mark.parametrize("seed", range(3))
async def test_nobody_involved_gets_through_any_door(house: Sessions, signed_in: SignIn, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # a seed that a failure names
    await _deciders(house)
    await plan(await signed_in(Role.PLANNER), "2025-09-01")
    await work(house, AUDIT)
    await ready(house)
    browsers = [await signed_in(role) for role in PEOPLE] + [await signed_in(name) for name in Decider]  # type: ignore[arg-type]
    for _step in range(STEPS):
        door: Door = chance.choice((page, page, api, api, bulk, absent, untie))
        await door(chance.choice(browsers), chance)
        await work(house, CERTIFICATION)
    async with house() as session:
        case = case_from((await session.get_one(CaseRow, CERTIFICATION)).state)
    assert isinstance(case, Certification)
    acted = {person for person in (case.reviewed_by, case.decided_by) if person}
    assert acted <= {"P-0002", "P-0099"}, seed
    assert not acted & set(case.involved)
    assert case.decided_by is None or case.decided_by != case.reviewed_by


async def _deciders(sessions: Sessions) -> None:
    """One with a tie to the farm, and one who planned this audit before the role changed."""
    async with sessions.begin() as session:
        add = """INSERT INTO person (person_id, sign_in_name, name, role, language, password_hash, digest, revision)
            SELECT :id, :name, :name, 'decision-maker', 'nl', password_hash, 'never', 1 FROM person LIMIT 1"""
        for person_id, name in (("P-0098", "tied"), ("P-0097", "was-auditor")):
            await session.execute(text(add), {"id": person_id, "name": name})
        tie = """INSERT INTO tie (tie_id, person_id, farm_id, words, declared_by, declared_at)
            VALUES ('t', 'P-0098', :farm, 'broer', 'P-0001', now())"""
        await session.execute(text(tie), {"farm": FARM})
        handed = """INSERT INTO submission (submission_id, case_id, kind, person, role, received_at, facts, digest,
            created_at, next_attempt_at, settled_at)
            VALUES ('t', :case, 'plan', 'P-0097', 'auditor', now(), '{}', '-', now(), now(), now())"""
        await session.execute(text(handed), {"case": AUDIT})
