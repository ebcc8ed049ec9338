"""The house begins once, for practice or for real, and stays what it is (design.md §5)."""

from datetime import UTC, datetime, timedelta

import pytest

from records.clock import now, practice_clock
from records.database import Sessions
from records.founding import WrongHouseError, found
from records.house import HouseRow, PracticeClock
from records.submission import OutboxRow
from records.trail import TrailEntry
from scheme.ids import CALENDAR
from tests.world import BEGINS, LETTERS_AT, case_of, set_clock, table


async def begin(sessions: Sessions, *, practice: bool = True, begins: datetime | None = BEGINS) -> None:
    async with sessions.begin() as session:
        await found(session, practice=practice, begins=begins)


async def test_a_practice_house_begins_when_told(made_sessions: Sessions) -> None:
    await begin(made_sessions)
    async with made_sessions() as session:
        assert await now(session) == BEGINS
    calendar = await case_of(made_sessions, CALENDAR)
    assert (calendar.practice, calendar.began_at) == (True, BEGINS)
    starts = [(row.news_id, row.kind, row.settled_at) for row in await table(made_sessions, OutboxRow)]
    assert starts == [("calendar#start", "start", None), ("post#start", "start", None)]
    (entry,) = await table(made_sessions, TrailEntry)
    assert (entry.chain, entry.act, entry.person, entry.at) == ("house", "house:founded", "house", BEGINS)


async def test_a_house_for_real_goes_by_the_real_clock(made_sessions: Sessions) -> None:
    await begin(made_sessions, practice=False)
    async with made_sessions() as session:
        assert await practice_clock(session) is None
        assert abs(await now(session) - datetime.now(UTC)) < timedelta(minutes=1)
    assert (await case_of(made_sessions, CALENDAR)).practice is False


async def test_without_a_beginning_the_practice_clock_starts_now(made_sessions: Sessions) -> None:
    await begin(made_sessions, begins=None)
    async with made_sessions() as session:
        assert abs(await now(session) - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize("practice", [True, False])
async def test_founding_again_changes_nothing(made_sessions: Sessions, practice: bool) -> None:
    await begin(made_sessions, practice=practice)
    if practice:
        await set_clock(made_sessions, LETTERS_AT)
    before = [await table(made_sessions, rows) for rows in (HouseRow, PracticeClock, OutboxRow, TrailEntry)]
    await begin(made_sessions, practice=practice)
    assert [await table(made_sessions, rows) for rows in (HouseRow, PracticeClock, OutboxRow, TrailEntry)] == before


@pytest.mark.parametrize(("practice", "said"), [(True, "founded for practice"), (False, "founded for real use")])
async def test_a_house_is_never_opened_for_the_other_purpose(
    made_sessions: Sessions, practice: bool, said: str
) -> None:
    await begin(made_sessions, practice=practice)
    with pytest.raises(WrongHouseError, match=f"{said}.*IKM_PRACTICE"):
        await begin(made_sessions, practice=not practice)
    async with made_sessions() as session:
        assert (await practice_clock(session) is not None) is practice
