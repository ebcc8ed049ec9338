"""Running cases are taken over: each in its step, nobody is written to, all or nothing, twice changes nothing."""

from datetime import date

import pytest

from records.case import CaseRow, ChoiceRow, DeadlineRow, MatterRow
from records.database import Sessions
from records.farm import Farm
from records.house import ParameterRow
from records.intake import commit, plan
from records.letter import LetterRow
from records.register_work import begin
from records.registering import Imported
from records.running import known_cases, running_there
from records.taking_over import TakenOver, take_over
from records.task import TaskRow
from records.trail import Change
from scheme import farmer_heard, matter
from scheme.choice import State
from scheme.column_name import kind_of
from scheme.ids import CaseId
from scheme.matter import Close
from scheme.register import FileKind
from scheme.register_file import table_of, written
from scheme.register_report import Effect
from scheme.running import ReadRunning
from scheme.running_column import COLUMNS
from scheme.step import Act, Submission
from tests.scheme.test_running import read_text, row, text
from tests.world import CLOSES_AT, KEYS, SECRETARY, case_of, column, stop, table, value, write

FILE = text(
    row("choice", farm="F-000001"),
    row("choice-made", "2024-11-05", "F-000002", body="B-02"),
    row("planned-audit", "2024-12-01", "F-000002", due_on="2025-02-10", body="B-02"),
    row("corrective-action", farm="F-000003", grade="A", reference="2024/117"),
    row("corrective-action", "2024-05-01", "F-000003", grade="B", reference="2024/118"),
    row("last-audit", "2024-06-03", "F-000003", edition="11.1", hygiene="82", findings="3"),
)


async def read(sessions: Sessions, content: str) -> ReadRunning:
    async with sessions() as session:
        return read_text(content, await known_cases(session))


async def bring_over(sessions: Sessions, content: str = FILE) -> TakenOver:
    """Import the file, as the secretary does."""
    async with sessions.begin() as session:
        known = await known_cases(session)
        found = read_text(content, known)
        assert found.read.problems == ()
        return await take_over(session, found.new, known, SECRETARY, practice=True)


async def test_each_case_opens_in_its_step_and_nobody_is_written_to(world: Sessions) -> None:
    assert await bring_over(world) == TakenOver(opened=5, audits=1)
    running, made = await table(world, ChoiceRow)
    assert (running.case_id, running.state, running.reminder_due, running.answer_due) == (
        "choice:2024:F-000001", State.ASKED, date(2025, 1, 3), date(2025, 1, 19),
    )  # fmt: skip
    assert (made.case_id, made.state, made.body) == ("choice:2024:F-000002", State.CHOSEN, "B-02")
    assert [(one.case_id, one.kind, one.state, one.due_on, one.reference) for one in await table(world, MatterRow)] == [
        ("matter:F-000002:1", "planned-audit", "waiting", date(2025, 2, 10), None),
        ("matter:F-000003:1", "corrective-action", "waiting", date(2025, 3, 20), "2024/117"),
        ("matter:F-000003:2", "corrective-action", "late", date(2024, 11, 1), "2024/118"),
    ]
    assert await table(world, LetterRow) == []
    assert [task.task_id for task in await table(world, TaskRow)] == ["matter-late:matter:F-000003:2"]


async def test_workflows_are_started_and_the_farms_hear(world: Sessions) -> None:
    await bring_over(world)
    open_cases = {"choice:2024:F-000001", "matter:F-000002:1", "matter:F-000003:1", "matter:F-000003:2"}
    started = await column(world, "SELECT target FROM outbox WHERE kind = 'start' AND target !~ '^(farmer|post|cal)'")
    assert set(started) == open_cases
    opened = await column(world, "SELECT payload->'what'->>'case_id' FROM outbox WHERE kind = 'case-opened'")
    assert set(opened) == open_cases
    assert await column(world, "SELECT target FROM outbox WHERE kind = 'register-changed'") == ["farmer:F-000002"]
    rows = {row.case_id: row.closed_at for row in await table(world, CaseRow) if row.farm_id == "F-000002"}
    assert rows["choice:2024:F-000002"] is not None
    due = {row.case_id for row in await table(world, DeadlineRow)}
    assert open_cases - due == {"matter:F-000003:2"}


async def test_the_last_audit_stands_in_the_register_with_before_and_after(world: Sessions) -> None:
    await bring_over(world)
    async with world() as session:
        farm = await session.get_one(Farm, "F-000003")
        assert (farm.last_audit_on, farm.last_audit_edition, farm.last_audit_hygiene, farm.last_audit_findings) == (
            date(2024, 6, 3), "11.1", 82, 3,
        )  # fmt: skip
        assert (await session.get_one(Farm, "F-000002")).choice_made_on == date(2024, 11, 5)
    assert {change.farm_id for change in await table(world, Change)} == {"F-000002", "F-000003"}


async def test_the_same_file_again_changes_nothing(world: Sessions) -> None:
    await bring_over(world)
    entries = await value(world, "SELECT count(*) FROM trail")
    again = await read(world, FILE)
    assert (again.new, len(again.told), again.read.problems) == ((), 6, ())
    assert await bring_over(world) == TakenOver(0, 0)
    assert await value(world, "SELECT count(*) FROM trail") == entries


async def test_the_trail_says_who_took_over_what(world: Sessions) -> None:
    await bring_over(world)
    acts = await column(world, "SELECT act FROM trail WHERE chain = 'F-000001' ORDER BY place")
    assert acts == [Act.FARM_REGISTERED, Act.CHOICE_TAKEN_OVER]


async def test_a_failure_in_the_middle_leaves_nothing(world: Sessions) -> None:
    async def killed() -> None:
        async with world.begin() as session:
            known = await known_cases(session)
            await take_over(session, read_text(FILE, known).new, known, SECRETARY, practice=True)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await killed()
    assert await table(world, ChoiceRow) == []
    assert await table(world, MatterRow) == []


async def test_late_opens_a_task_and_closing_it_closes_the_task(world: Sessions) -> None:
    await bring_over(world)
    case_id = CaseId("matter:F-000003:1")
    assert await write(world, matter.late(await case_of(world, case_id), CLOSES_AT))
    tasks = {task.task_id: task for task in await table(world, TaskRow)}
    task = tasks["matter-late:matter:F-000003:1"]
    assert (task.kind, task.role, task.farm_id, task.due_on, task.closed_at) == (
        "matter-late", "secretariat", "F-000003", date(2025, 2, 15), None,
    )  # fmt: skip
    submission = Submission(KEYS[1], case_id, SECRETARY, CLOSES_AT, Close(date(2025, 2, 14)))
    assert await write(world, matter.hear(await case_of(world, case_id), submission))
    closed = {task.task_id: task for task in await table(world, TaskRow)}["matter-late:matter:F-000003:1"]
    assert (closed.closed_at, closed.closed_by) == (CLOSES_AT, "P-0001")
    row = next(row for row in await table(world, MatterRow) if row.case_id == case_id)
    assert (row.state, row.closed_at, row.reference) == ("closed", CLOSES_AT, "2024/117")
    told = await column(world, "SELECT payload->'what'->>'end' FROM outbox WHERE kind = 'case-closed'")
    assert told == ["settled"]


async def test_a_stop_reaches_every_open_case_of_the_farm(world: Sessions) -> None:
    await bring_over(world)
    case_id = CaseId("farmer:F-000001")
    assert await write(world, farmer_heard.hear(await case_of(world, case_id), stop(date(2025, 1, 10))))
    assert await column(world, "SELECT target FROM outbox WHERE kind = 'farm-stopped'") == ["choice:2024:F-000001"]


async def test_the_file_goes_the_way_of_every_register_file(world: Sessions) -> None:
    """What it would do, doing it, what the trail keeps of it, and again: nothing."""
    found = table_of(FILE)
    assert kind_of(found.header) is FileKind.RUNNING
    for added, unchanged in ((6, 0), (0, 6)):
        async with world.begin() as session:
            planned = await plan(session, FileKind.RUNNING, found)
            assert (planned.report.count(Effect.ADDED), planned.report.count(Effect.UNCHANGED)) == (added, unchanged)
            assert planned.report.problems == ()
            done = await commit(await begin(session, SECRETARY, practice=True), planned)
            assert done == Imported(added, 0, unchanged)
    kept = "SELECT facts->>'running-cases' FROM trail WHERE act = :act ORDER BY number DESC LIMIT 1"
    assert await value(world, kept, act=Act.REGISTER_IMPORTED.value) == "6"


async def test_what_runs_is_exported_as_a_file_that_changes_nothing(world: Sessions) -> None:
    await bring_over(world)
    async with world() as session:
        lines = await running_there(session)
        assert [line.kind for line in lines.values()] == [
            "choice", "planned-audit", "corrective-action", "corrective-action",
        ]  # fmt: skip
        again = await plan(session, FileKind.RUNNING, table_of(written(lines.values(), COLUMNS)))
    assert (again.report.count(Effect.UNCHANGED), again.report.problems) == (4, ())


async def test_the_audits_of_the_year_before_are_a_parameter_to_be_confirmed(world: Sessions) -> None:
    content = text(row("audit-count", "2024-12-31", "", count="1240", reference="annual report"))
    assert await bring_over(world, content) == TakenOver(0, 0, counts=1)
    [kept] = await table(world, ParameterRow)
    assert (kept.name, kept.value, kept.valid_from, kept.source, kept.confirmed_by) == (
        "audits-before", 1240, date(2025, 1, 1), "annual report", None,
    )  # fmt: skip
    changed = "SELECT facts->>'value' FROM trail WHERE act = :act"
    assert await value(world, changed, act=Act.PARAMETER_CHANGED.value) == "1240"
    assert await bring_over(world, content) == TakenOver(0, 0)
