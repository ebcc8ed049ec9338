"""A person holds the letters of a round: nothing goes out until somebody lets them go (design.md §7, Hold)."""

from records import ledger
from records.database import Sessions
from records.holding import hold
from records.letter import HoldRow, LetterRow
from records.printing import print_waiting
from records.queries.hold import hold_of
from records.queries.letter import to_print
from records.quiet import waiting
from records.releasing import release
from records.task import TaskKind, TaskRow
from scheme.ids import POST
from scheme.step import Act
from tests.world import ROUND, SECRETARY, change, column, run_round, table, value

PAGE = "page-a/1"
SHA = "0" * 64


async def pause(sessions: Sessions, key: str = "one", hold_id: str = ROUND) -> bool:
    async with sessions.begin() as session:
        return await hold(session, hold_id, SECRETARY, "wrong enclosure", key)


async def claim(sessions: Sessions, size: int = 25) -> list[LetterRow]:
    async with sessions.begin() as session:
        return await ledger.claim(session, PAGE, size)


async def test_a_hold_says_who_when_and_why(world: Sessions) -> None:
    await run_round(world)
    assert await pause(world)
    async with world() as session:
        held = await hold_of(session, ROUND)
    assert held is not None
    assert (held.held, held.year, held.reason, held.gone, held.waiting) == (True, 2025, "wrong enclosure", 0, 3)
    assert await claim(world) == []
    assert Act.LETTERS_HELD in await column(world, "SELECT act FROM trail WHERE person = :who", who=SECRETARY.person)


async def test_a_letter_already_claimed_goes_back_to_wait(world: Sessions) -> None:
    await run_round(world)
    first, second, _ = await claim(world)
    async with world.begin() as session:
        await ledger.note_handed_over(session, first, SHA, "250 OK")
    await pause(world)
    async with world.begin() as session:
        assert not await ledger.still_mine(session, second, PAGE)
    rows = await table(world, LetterRow)
    assert [(row.state, row.attempts) for row in rows] == [("handed-over", 1), ("planned", 0), ("sending", 1)]


async def test_held_letters_are_not_printed(world: Sessions) -> None:
    await run_round(world)
    *_, on_paper = await claim(world)
    async with world.begin() as session:
        await ledger.note_to_print(session, on_paper, SHA)
    await pause(world, hold_id=POST)
    async with world.begin() as session:
        assert await print_waiting(session, SECRETARY) is None
        await release(session, POST, SECRETARY)
        assert await print_waiting(session, SECRETARY) is not None


async def test_what_failures_hold_is_mail_until_a_person_holds_it_all(world: Sessions) -> None:
    """Farm 1 was refused and is on paper for that; farm 3 never had a mail address."""
    await run_round(world)
    await change(world, "UPDATE letter SET channel = 'paper', smtp_reply = '550 no' WHERE farm_id = 'F-000001'")
    await change(
        world,
        "INSERT INTO hold (hold_id, held, reason, failures_in_a_row) VALUES (:round, true, '421', 10)",
        round=ROUND,
    )
    async with world() as session:
        assert (await waiting(session))["letters"] == 1
        assert await ledger.next_due(session) is not None
    (on_paper,) = await claim(world)
    assert on_paper.farm_id == "F-000003"
    async with world.begin() as session:
        await ledger.note_to_print(session, on_paper, SHA)
        assert await to_print(session) == 1
    await pause(world)
    async with world.begin() as session:
        assert await print_waiting(session, SECRETARY) is None
    assert await column(world, "SELECT reason FROM hold") == ["wrong enclosure"]


async def test_the_same_request_again_is_no_other_hold(world: Sessions) -> None:
    await run_round(world)
    await pause(world)
    await pause(world, "two")
    async with world.begin() as session:
        await release(session, ROUND, SECRETARY)
    await pause(world)
    (row,) = await table(world, HoldRow)
    assert (row.held, row.held_by, row.reason) == (False, None, None)


async def test_there_is_nothing_to_hold_in_a_year_without_a_round(world: Sessions) -> None:
    assert not await pause(world)


async def test_a_hold_is_a_task_until_the_letters_go(world: Sessions) -> None:
    await run_round(world)
    await pause(world)
    (task,) = await table(world, TaskRow)
    assert (task.kind, task.case_id, task.closed_at) == (TaskKind.ROUND_HELD, ROUND, None)
    async with world.begin() as session:
        await release(session, ROUND, SECRETARY)
    (task,) = await table(world, TaskRow)
    assert (task.closed_at is not None, task.closed_by) == (True, SECRETARY.person)


async def test_a_refused_letter_and_one_that_cannot_be_made_are_tasks(world: Sessions) -> None:
    await run_round(world)
    first, second, _ = await claim(world)
    async with world.begin() as session:
        await ledger.note_refused(session, first, "550 no such user")
        await ledger.note_failed(session, second, "no such sign")
    tasks = await table(world, TaskRow)
    assert [(task.kind, task.farm_id) for task in tasks] == [
        ("letter-failed", "F-000002"), ("letter-refused", "F-000001"),
    ]  # fmt: skip
    await change(world, "UPDATE letter SET channel = 'mail' WHERE farm_id = 'F-000001'")
    async with world.begin() as session:
        await ledger.note_handed_over(session, (await ledger.claim(session, "page-b/1", 1))[0], SHA, "250 OK")
    assert await value(world, "SELECT kind FROM task WHERE closed_at IS NULL") == "letter-failed"
