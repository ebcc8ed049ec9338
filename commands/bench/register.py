"""The register that `ikm bench pages` asks: farms, what runs for them, a round three weeks on, audits, tasks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.bench.audits import hold_audits
from commands.bench.changes import change_farms, tell_machine
from records.database import Sessions
from records.founding import found
from records.opening import open_round, page_of, round_of
from records.opening_page import open_members
from records.practice import SignIn, add_practice_people
from records.register_work import begin
from records.registering import import_register, write_dairies
from records.running import known_cases
from records.taking_over import take_over
from records.task import TaskKind, TaskRow
from rehearsal.register import generate
from rehearsal.scenario import scaled, scenario
from scheme.ids import BodyId, FarmId, round_case
from scheme.inbox import OpenRound
from scheme.language import Language
from scheme.lastenboek.grade import Grade
from scheme.people import THE_HOUSE, Role
from scheme.register_line import BodyLine, DairyLine, FarmLine
from scheme.running_column import RunningKind
from scheme.running_line import RunningLine

YEAR = 2025
# Wed 2025-01-15, 09:00 in Brussels: the round is opened; three weeks later pages are asked.
LETTERS_AT = datetime(2025, 1, 15, 8, tzinfo=UTC)
ASKED_AT = LETTERS_AT + timedelta(days=21)
SEED, PAGE = 1, 500
DAIRIES, CERTIFIERS = 12, ("IKM-Vlaanderen", "Certus", "Vinçotte")
# One farm in so many has a matter.
MATTER_EVERY = 40
KINDS = (
    RunningKind.CORRECTIVE_ACTION, RunningKind.DISPUTE, RunningKind.APPEAL, RunningKind.SUSPENSION,
    RunningKind.PLANNED_AUDIT,
)  # fmt: skip
# What three weeks of a round leave, by the last digit of the farm's number; the cases themselves stay as opened.
ROUND_ON = (
    "UPDATE outbox SET settled_at = clock_timestamp()",
    """
    UPDATE choice SET
        state = (ARRAY['answered', 'answered', 'answered', 'chosen', 'assigned', 'reminded', 'stopped', 'answered',
            'asked', 'asked'])[1 + right(farm_id, 1)::int],
        body = CASE WHEN right(farm_id, 1) IN ('0', '1', '2', '3', '4', '7') THEN default_body END,
        channel = CASE WHEN right(farm_id, 1) IN ('0', '1', '3') THEN 'link' WHEN right(farm_id, 1) IN ('2', '7')
            THEN 'paper' END,
        answered_at = CASE WHEN right(farm_id, 1) IN ('0', '1', '2', '3', '7') THEN asked_at + interval '5 days' END,
        reminded_at = CASE WHEN right(farm_id, 1) = '5' THEN asked_at + interval '14 days' END,
        closed_at = CASE WHEN right(farm_id, 1) IN ('3', '4', '6') THEN asked_at + interval '20 days' END
    """,
    """
    INSERT INTO print_batch (batch_id, printed_at, printed_by, letters)
    VALUES (:batch, :printed, 'P-0001', 500)
    """,
    """
    UPDATE letter SET
        state = CASE WHEN mod(right(farm_id, 6)::int, 20) = 9 THEN 'failed' WHEN channel = 'mail'
            THEN 'handed-over' WHEN right(farm_id, 1) < '5' THEN 'printed' ELSE 'to-print' END,
        smtp_reply = CASE WHEN mod(right(farm_id, 6)::int, 20) = 9 THEN '550 5.1.1 No such mailbox'
            WHEN channel = 'mail' THEN '250 2.0.0 Ok' END,
        attempts = 1, due_at = NULL, sha256 = md5(letter_key),
        handed_over_at = CASE WHEN channel = 'mail' THEN planned_at END
    """,
    """
    UPDATE letter SET printed_at = :printed, batch_id = :batch
    WHERE letter_key IN (SELECT letter_key FROM letter WHERE state = 'printed' ORDER BY farm_id LIMIT 500)
    """,
    """
    UPDATE farm SET standing = 'stopped', stopped_on = '2025-01-20'
    WHERE mod(right(farm_id, 6)::int, 50) = 6
    """,
    "UPDATE matter SET state = 'late' WHERE due_on < '2025-02-05'",
    "UPDATE practice_clock SET now = :asked",
)  # fmt: skip
ABOUT = """
SELECT farm_id, case_id, state, letter_key FROM letter WHERE state = 'failed' OR right(farm_id, 1) IN ('2', '4', '8')
UNION ALL SELECT farm_id, case_id, 'matter', kind FROM matter ORDER BY 1, 2
"""
BATCH = "00000000-0000-4000-8000-000000000001"
GIVEN = {"batch": BATCH, "printed": LETTERS_AT, "asked": ASKED_AT}
# The deadlines of the work lists, by the task's place: late, today, later.
SPREAD_DAYS = 20


@dataclass(frozen=True)
class Register:
    """What came in. farms: lines by number; people: who may sign in."""

    farms: Sequence[FarmLine]
    bodies: Sequence[BodyLine]
    people: Sequence[SignIn]


async def bring_in(made: Sessions, number: int) -> Register:
    """A practice house on the day of the letters: `number` farms of twelve dairies, matters, people of every role."""
    bodies, farms = generate(scaled(scenario(str(YEAR)), number), SEED)
    farms = [_at_home(farm, place) for place, farm in enumerate(farms)]
    async with made.begin() as session:
        await found(session, practice=True, begins=LETTERS_AT)
        work = await begin(session, THE_HOUSE, practice=True)
        dairies = [DairyLine(_dairy(place), f"Melkerij {place}", Language.NL) for place in range(DAIRIES)]
        await write_dairies(work, dairies, [])
        await import_register(session, bodies, farms, THE_HOUSE, practice=True)
        await take_over(session, list(_matters(farms)), await known_cases(session), THE_HOUSE, practice=True)
        people = await add_practice_people(session)
    await _analyse(made)
    return Register(farms, bodies, people)


async def open_the_round(made: Sessions) -> None:
    """The year's round, all its choices and letters, and three weeks of what becomes of them, audits too."""
    async with made.begin() as session:
        await open_round(session, OpenRound(YEAR, LETTERS_AT, "P-0001"), practice=True)  # type: ignore[arg-type]
        opened, after = await round_of(session, round_case(YEAR)), None
        while members := (await page_of(session, round_case(YEAR), after, PAGE))[:PAGE]:
            await open_members(session, opened, members)
            after = members[-1].farm_id
        await change_farms(session, ASKED_AT, LETTERS_AT)
        await tell_machine(session, _dairy(0), ASKED_AT)
        for statement in ROUND_ON:
            await session.execute(text(statement), GIVEN)
        await _tasks(session)
        await hold_audits(session, ASKED_AT)
    await _analyse(made)


async def _tasks(session: AsyncSession) -> None:
    """A task for each letter that failed, for each matter, and for a third of the other letters; some are claimed."""
    rows = await session.execute(text(ABOUT))
    await session.execute(insert(TaskRow), [_task(place, *row) for place, row in enumerate(rows)])


def _task(place: int, farm_id: str, case_id: str, state: str, what: str) -> dict[str, object]:
    matter = state == "matter"
    failed = TaskKind.LETTER_FAILED if state == "failed" else TaskKind.LETTER_REFUSED
    planners = place % 7 == 0
    return {
        "task_id": f"bench:{place}",
        "kind": (TaskKind.MATTER_LATE if matter else failed).value,
        "role": (Role.PLANNER if planners else Role.SECRETARIAT).value,
        "body_id": "B-01" if planners else None,
        "farm_id": farm_id,
        "case_id": case_id,
        "opened_at": LETTERS_AT,
        "due_on": ASKED_AT.date() + timedelta(days=place % SPREAD_DAYS - SPREAD_DAYS // 2),
        "follow_up_on": ASKED_AT.date() + timedelta(days=3) if place % 11 == 0 else None,
        "closed_at": ASKED_AT if place % 9 == 0 else None,
        "closed_by": "P-0001" if place % 9 == 0 else None,
        "facts": {"matter": what} if matter else {"letter": what},
        "revision": 1,
    }


def _at_home(farm: FarmLine, place: int) -> FarmLine:
    return replace(
        farm, dairy_id=_dairy(place % DAIRIES), certification_body=CERTIFIERS[place % len(CERTIFIERS)],
        supplier_number=f"L {place:05}",
    )  # fmt: skip


def _dairy(place: int) -> str:
    return f"D-{place + 1:03}"


def _matters(farms: Sequence[FarmLine]) -> Iterator[RunningLine]:
    for place, farm in enumerate(farms[::MATTER_EVERY]):
        kind = KINDS[place % len(KINDS)]
        audit = kind is RunningKind.PLANNED_AUDIT
        yield RunningLine(
            FarmId(farm.farm_id), kind, date(2024, 12, 1) + timedelta(days=place % 20),
            due_on=date(2025, 1, 10) + timedelta(days=place % 90), body=BodyId("B-01") if audit else None,
            grade=Grade.B if kind is RunningKind.CORRECTIVE_ACTION else None,
        )  # fmt: skip


async def _analyse(made: Sessions) -> None:
    async with made.begin() as session:
        await session.execute(text("ANALYZE"))
