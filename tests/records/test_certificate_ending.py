"""A certificate's end in rows: letters that overtake each other, tasks that close with their reason, and no gap."""

from datetime import UTC, date, datetime

import pytest

from records import agreement
from records.database import Sessions
from records.following import tell_farmer
from records.letter import LetterRow
from records.queries.withdrawal import Withdrawal, why_withdrawn
from records.reopening import open_later
from records.submission import OutboxRow
from records.wire import news_from
from scheme.certificate import Status
from scheme.certificate_end import certificate_passed
from scheme.correction import TakeBack, put_right, wanted
from scheme.farmer_heard import hear
from scheme.ids import farmer_case
from scheme.opening import RunAgain
from scheme.step import Act, Submission
from tests.records.test_audit_opening import audit
from tests.records.test_issuing import AT, issued, set_on
from tests.world import (
    BEGINS,
    KEYS,
    SECRETARY,
    bring_in,
    case_of,
    change,
    column,
    farm,
    number,
    run_round,
    stop,
    table,
    write,
)
from tests.world import close_choice as chosen

FARMER = farmer_case(number(1))
LETTERS = """SELECT kind || ' ' || state || ' ' || (words ->> 'stage') FROM letter
    WHERE kind IN ('expiry', 'ended') ORDER BY planned_at"""
SAID = """SELECT concat_ws(' ', words ->> 'stage', coalesce(words ->> 'body', '-'), coalesce(words ->> 'day', '-'))
    FROM letter WHERE kind = 'expiry' ORDER BY planned_at"""
TASKS = "SELECT kind || ' ' || due_on FROM task WHERE case_id = 'farmer:F-000001' AND closed_at IS NULL"


async def days_pass(sessions: Sessions, many: int) -> None:
    """So many of the certificate's days come, one after the other, and nobody acts."""
    for _ in range(many):
        farmer = await case_of(sessions, FARMER)
        await write(sessions, certificate_passed(farmer, farmer.certificate_at))


async def hears(sessions: Sessions, kind: str) -> Act:
    """The farm's workflow hears the last news of this kind."""
    rows = [row for row in await table(sessions, OutboxRow) if row.kind == kind]
    step = hear(await case_of(sessions, FARMER), news_from(max(rows, key=lambda row: row.created_at).payload))
    await write(sessions, step)
    return step.act


async def gaps(sessions: Sessions) -> list[str]:
    async with sessions() as session:
        return [one.gap.value for one in await agreement.findings(session) if one.about.startswith(FARMER)]


async def test_two_letters_a_task_with_the_last_one_and_another_when_it_has_ended(world: Sessions) -> None:
    await days_pass(world, 1)
    assert await column(world, LETTERS) == ["expiry planned nothing"]
    assert await column(world, TASKS) == []
    await days_pass(world, 1)
    assert await column(world, LETTERS) == ["expiry withdrawn nothing", "expiry planned nothing"]
    assert await column(world, TASKS) == ["certificate-ending 2025-12-01"]
    await days_pass(world, 1)
    assert (await column(world, LETTERS))[1:] == ["expiry withdrawn nothing", "ended planned nothing"]
    assert await column(world, TASKS) == ["certificate-ended 2025-12-02"]
    assert await gaps(world) == []
    async with world() as session:
        first = await session.get_one(LetterRow, f"{FARMER}:expiry:2")
        assert await why_withdrawn(session, first) is Withdrawal.OVERTAKEN
        assert (first.words["valid_until"], first.words["dated"], first.address) == (
            "2025-12-01", "2025-09-02", "hoeve@f1.example",
        )  # fmt: skip
    await change(world, "UPDATE task SET task_id = 'another' WHERE task_id LIKE 'certificate-ended:%'")
    assert await gaps(world) == ["task"]


async def test_the_letter_says_who_has_to_act(world: Sessions) -> None:
    await run_round(world)
    await days_pass(world, 1)
    await chosen(world)
    await audit(world)
    await days_pass(world, 1)
    assert await column(world, SAID) == ["choice - 2025-02-14", "plan Keurpunt 1 -"]


async def test_a_new_certificate_ends_it_all(world: Sessions) -> None:
    await days_pass(world, 2)
    await issued(world)
    assert await hears(world, "register-changed") is Act.CERTIFICATE_CHANGED
    assert await column(world, TASKS) == []
    assert {one.split()[1] for one in await column(world, LETTERS)} == {"withdrawn"}
    farmer = await case_of(world, FARMER)
    assert (farmer.expires_on, farmer.certificate_due) == (date(2028, 12, 1), date(2028, 9, 2))
    assert await gaps(world) == []


async def test_a_change_of_something_else_leaves_the_letter_and_the_task(world: Sessions) -> None:
    await days_pass(world, 2)
    async with world.begin() as session:
        columns = {"expires_on": date(2025, 12, 1), "choice_made_on": AT.date(), "country": "BE"}
        await tell_farmer(session, number(1), {**columns, "certificate_number": None}, "chose", AT)
    assert await hears(world, "register-changed") is Act.CERTIFICATE_CHANGED
    assert await column(world, TASKS) == ["certificate-ending 2025-12-01"]
    assert (await column(world, LETTERS))[-1] == "expiry planned nothing"


async def test_a_withdrawal_ends_it_and_later_news_does_not_begin_it_again(world: Sessions) -> None:
    of = await issued(world)
    await hears(world, "register-changed")
    await days_pass(world, 2)
    await set_on(world, of, Status.WITHDRAWN, date(2028, 11, 10))
    assert await hears(world, "certificate-withdrawn") is Act.CERTIFICATE_WITHDRAWN
    assert (await case_of(world, FARMER)).certificate_at is None
    assert await column(world, TASKS) == []
    async with world.begin() as session:
        columns = {"expires_on": date(2028, 12, 1), "choice_made_on": None, "country": "BE"}
        await tell_farmer(session, number(1), {**columns, "certificate_number": of}, "again", AT)
    assert await hears(world, "register-changed") is Act.CERTIFICATE_CHANGED
    assert (await case_of(world, FARMER)).certificate_at is None


async def stopped_and_back(world: Sessions, key: int = 3) -> None:
    """It stopped on Tue 2025-11-04, and a day later that was a mistake."""
    at = datetime(2025, 11, 5, 9, tzinfo=UTC)
    await write(world, hear(await case_of(world, FARMER), stop(date(2025, 11, 4), at)))
    assert await column(world, TASKS) == []
    back = Submission(KEYS[key], FARMER, SECRETARY, at, TakeBack(date(2025, 11, 4)))
    request = wanted(await case_of(world, FARMER), back)
    assert isinstance(request, RunAgain)
    async with world.begin() as session:
        opened = await open_later(session, request, practice=True)
    await write(world, put_right(await case_of(world, FARMER), back, opened.case_id, opened.refused))


async def test_a_stop_closes_the_task_and_taken_back_opens_it_again(world: Sessions) -> None:
    await days_pass(world, 2)
    await stopped_and_back(world)
    assert await column(world, TASKS) == ["certificate-ending 2025-12-01"]
    assert (await case_of(world, FARMER)).certificate_due == date(2025, 12, 2)


async def test_a_warning_that_the_stop_kept_back_is_written_again_and_one_that_left_is_not(world: Sessions) -> None:
    await days_pass(world, 2)
    await stopped_and_back(world)
    assert await column(world, LETTERS) == [
        "expiry withdrawn nothing", "expiry withdrawn nothing", "expiry planned nothing",
    ]  # fmt: skip
    assert await gaps(world) == []
    await change(world, "UPDATE letter SET state = 'printed' WHERE state = 'planned'")
    await stopped_and_back(world, key=4)
    assert len(await column(world, LETTERS)) == 3


@pytest.mark.parametrize(("until", "days"), [(date(2024, 12, 31), []), (date(2025, 1, 1), ["certificate-end"])])
async def test_a_register_with_certificates_that_ended_writes_to_nobody(
    world: Sessions, until: date, days: list[str]
) -> None:
    """The house begins on Wed 2025-01-01."""
    await bring_in(world, (farm(9, expires_on=until),))
    assert await column(world, "SELECT kind FROM deadline WHERE case_id = 'farmer:F-000009'") == days
    assert (await case_of(world, farmer_case(number(9)))).registered_at == BEGINS
