"""The first page: what runs, what waits, for whom."""

from datetime import UTC, date, datetime

import pytest
from fastapi import FastAPI

from api.bar import Bar, bars
from records.case import CaseRow, RoundRow
from records.database import Sessions
from records.founding import found
from records.letter import HoldRow, LetterRow, LetterState
from scheme.people import Role
from tests.api.asked import found_house, reach
from tests.api.conftest import SignIn
from tests.api.tasks import REFUSED, open_tasks
from tests.world import change

AT = datetime(2025, 1, 15, 9, tzinfo=UTC)
ROUND = "choice-round:2025"


async def test_before_the_first_round(signed_in: SignIn) -> None:
    """It says what would be here, and how to begin."""
    text = (await (await signed_in(Role.SECRETARIAT)).get("/")).text
    assert "Er is nog geen keuzeronde gestart." in text
    assert 'href="/choice-rounds">Naar de keuzerondes' in text
    assert "Niets: er is geen brief af te drukken" in text


async def test_while_a_round_runs(signed_in: SignIn, made_sessions: Sessions) -> None:
    """Its sentence, its figures, and what waits for somebody."""
    await _round_with_letters(made_sessions)
    office = await signed_in(Role.SECRETARIAT)
    text = (await office.get("/")).text
    assert "De ronde van 15 januari 2025 bevraagt 2 bedrijven. Vertrokken brieven: 0; nog in huis: 1" in text
    assert "Brieven worden tegengehouden</a>: De mailserver neemt op dit ogenblik geen mail aan." in text
    # Failures of the mail server hold no paper; a person does.
    assert "1 brief af te drukken" in text
    await change(made_sessions, "UPDATE hold SET held_by = 'U-1'")
    assert "1 brief af te drukken" not in (await office.get("/")).text
    await change(made_sessions, "UPDATE hold SET held = false")
    assert "1 brief af te drukken" in (await office.get("/")).text
    await change(made_sessions, "UPDATE letter SET state = 'printed'")
    assert "Vanaf 15 januari 2025 werd 1 bedrijf aangeschreven." in (await office.get("/")).text


@pytest.mark.parametrize(("day", "told"), [(18, False), (19, True)])
async def test_a_letter_is_not_forgotten_at_the_printer(
    signed_in: SignIn, made_sessions: Sessions, day: int, told: bool
) -> None:
    """More than three days after Wed 15 January (Name.PRINT_WITHIN_DAYS): from Sunday on."""
    await _round_with_letters(made_sessions)
    await change(made_sessions, "UPDATE hold SET held = false")
    async with made_sessions.begin() as session:
        await found(session, practice=True, begins=datetime(2025, 1, day, 8, tzinfo=UTC))
    text = (await (await signed_in(Role.SECRETARIAT)).get("/")).text
    assert ("1 brief wacht al meer dan 3 dagen op de printer" in text) is told


@pytest.mark.parametrize(("role", "farms"), [(Role.PLANNER, 1), (Role.AUDITOR, 1), (Role.ASSESSOR, 2)])
async def test_everybody_sees_the_farms_of_their_own(signed_in: SignIn, role: Role, farms: int) -> None:
    """Planners and auditors those of their body; nobody of a body sees the letters of others."""
    text = (await (await signed_in(role)).get("/")).text
    assert f'<a href="/farms">{farms} melkveebedrijven</a>' in text
    assert ("Wacht op iemand" in text) is (role is Role.ASSESSOR)


async def test_what_one_may_not_open_is_no_link(signed_in: SignIn, made_sessions: Sessions) -> None:
    """Who decides about certificates sees the round's figures, but no letters."""
    await _round_with_letters(made_sessions)
    pages = {role: (await (await signed_in(role)).get("/")).text for role in (Role.DECISION_MAKER, Role.OPERATIONS)}
    assert {role: 'href="/letters' in text for role, text in pages.items()} == {
        Role.DECISION_MAKER: False,
        Role.OPERATIONS: True,
    }


async def test_what_one_may_not_decide_is_no_empty_box(signed_in: SignIn) -> None:
    office = await signed_in(Role.SECRETARIAT)
    await office.post(
        "/register-uploads", files={"file": ("zuivel.csv", b"dairy_id;name;language\nD-001;Melkunie;nl\n")}
    )
    assert "Wacht op een beslissing" in (await office.get("/")).text
    assert "Wacht op een beslissing" not in (await (await signed_in(Role.PLANNER)).get("/")).text


def test_bars_are_drawn_beside_their_numbers() -> None:
    """Longest first; what is there at all is seen."""
    assert bars({"a": 1, "b": 299, "c": 0}) == (
        Bar("b", 299, 299 / 300, 100),
        Bar("a", 1, 1 / 300, 1),
        Bar("c", 0, 0.0, 0),
    )
    assert bars({}) == ()


async def _round_with_letters(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        session.add(CaseRow(case_id=ROUND, kind="choice-round", opened_by="x", opened_at=AT, revision=1, state={}))
        await session.flush()
        session.add(RoundRow(
            case_id=ROUND, year=2025, letters_on=date(2025, 1, 15), state="running", farms=2, open=2
        ))  # fmt: skip
        session.add(HoldRow(hold_id="post", held=True, reason="421 4.3.2 Closed"))
        session.add(LetterRow(
            letter_key="x", kind="choice", case_id=ROUND, farm_id="F-000001", round_id=ROUND, channel="paper",
            language="nl", words={}, message_id="x", state=LetterState.TO_PRINT.value, planned_at=AT,
        ))  # fmt: skip


async def test_what_waits_leads_to_the_list_behind_it(app: FastAPI, signed_in: SignIn, made_sessions: Sessions) -> None:
    """Each sees the tasks of their role, and how many are late."""
    await reach(app)
    await found_house(made_sessions)
    await open_tasks(made_sessions)
    browser = await signed_in(Role.SECRETARIAT)
    text = (await browser.get("/")).text
    assert '<a href="/tasks?view=group&amp;free=true">2 taken</a> van uw groep' in text
    assert '<a class="late" href="/tasks?view=late">1 taak is te laat</a>' in text
    await browser.post(f"/api/v1/tasks/{REFUSED}/claim", headers={"If-Match": '"1"'})
    assert '<a href="/tasks">1 taak</a> is van u.' in (await browser.get("/")).text
    assert "Er wacht niets op u of uw groep." in (await (await signed_in(Role.DECISION_MAKER)).get("/")).text


async def test_farms_nobody_asks_are_counted_and_found(signed_in: SignIn, made_sessions: Sessions) -> None:
    """Their certificate ends on Tue 2025-09-30: they would have been asked on Mon 2024-12-30, before they entered."""
    await found_house(made_sessions)
    office = await signed_in(Role.SECRETARIAT)
    assert "unasked" not in (await office.get("/")).text
    await change(made_sessions, "UPDATE farm SET expires_on = '2025-09-30'")
    assert '<a href="/farms?unasked=true">2 bedrijven waarvan het certificaat binnen 9' in (await office.get("/")).text
    assert "unasked" not in (await (await signed_in(Role.PLANNER)).get("/")).text
    assert (await office.get("/api/v1/farms?unasked=true")).json()["total"] == 2
    page = (await office.get("/farms/F-000001")).text
    assert "de vraag om te kiezen zou krijgen, 30 december 2024, is voorbij" in page
    assert "Niemand vraagt dit bedrijf te kiezen: de dag waarop dat zou gebeuren, 30 december 2024, is voorbij" in page
    assert "in de jaarlijkse keuzeronde" not in page
