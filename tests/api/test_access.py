"""Which farms a person sees (design.md §10)."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from records.case import CaseRow, ChoiceRow
from records.database import Sessions
from records.farm import Farm
from records.queries.access import visible_to
from scheme.people import Role

pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize("role", [Role.PLANNER, Role.AUDITOR])
async def test_a_body_sees_the_farms_it_audited_last(made_sessions: Sessions, role: Role) -> None:
    """And nobody without a body sees any."""
    assert await _seen(made_sessions, role, "B-01") == ["F-000001"]
    assert await _seen(made_sessions, role, None) == []


async def test_everybody_else_sees_all(made_sessions: Sessions) -> None:
    """What a role may open at all is for the choke point."""
    for role in set(Role) - {Role.PLANNER, Role.AUDITOR}:
        assert await _seen(made_sessions, role, None) == ["F-000001", "F-000002"], role


async def test_the_latest_choice_decides(made_sessions: Sessions) -> None:
    """A farm that chose another body leaves the one before; a choice nobody answered moves nothing."""
    await _choice(made_sessions, 2024, "B-02")
    await _choice(made_sessions, 2025, None)
    assert await _seen(made_sessions, Role.PLANNER, "B-01") == []
    assert await _seen(made_sessions, Role.PLANNER, "B-02") == ["F-000001", "F-000002"]


async def _seen(sessions: Sessions, role: Role, body_id: str | None) -> list[str]:
    async with sessions() as session:
        query = select(Farm.farm_id).where(visible_to(role, body_id)).order_by(Farm.farm_id)
        return list(await session.exec(query))


async def _choice(sessions: Sessions, year: int, body: str | None) -> None:
    case_id, at = f"choice:{year}:F-000001", datetime(year, 1, 15, tzinfo=UTC)
    async with sessions.begin() as session:
        session.add(CaseRow(
            case_id=case_id, kind="choice", farm_id="F-000001", opened_by="x", opened_at=at, revision=1, state={}
        ))  # fmt: skip
        await session.flush()
        session.add(ChoiceRow(
            case_id=case_id, farm_id="F-000001", year=year, state="asked", asked_at=at, default_body="B-01",
            reminder_due=date(year, 1, 29), answer_due=date(year, 2, 14), body=body,
        ))  # fmt: skip
