"""The practice clock (design.md §5): `step` alone moves it, killed anywhere it goes on, and an outage changes nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import update
from sqlmodel import col, select
from temporalio.client import Client

from api import stepping
from api.stepping import ClockBusyError, NotPracticeError, Stepped, move_alone, step
from commands.clock import through
from commands.open import Open
from parts.postgres import Running
from records.case import CaseRow, ChoiceRow, DeadlineRow
from records.clock import practice_clock
from records.database import Sessions
from records.house import PracticeClock
from records.letter import LetterRow
from records.person import PersonRow, StaffMailRow
from records.queries.person import add_person
from records.receiving import receive
from records.registering import import_register
from records.submission import SubmissionRow
from records.task import TaskKind
from records.tasking import open_task
from records.trail import TrailEntry
from scheme.choice import Channel
from scheme.choice_heard import Answer
from scheme.choice_round import Start
from scheme.days import local_day
from scheme.ids import CALENDAR, CaseId, PersonId, SubmissionId, choice_case
from scheme.inbox import Facts
from scheme.language import Language
from scheme.people import Actor, Role, farmer_of
from scheme.register_line import FarmLine
from scheme.step import Outcome
from settings import Settings
from tests.conftest import copy_database, drop_database
from tests.house import House, run_house
from tests.world import (
    BODIES,
    LETTERS_AT,
    ONE,
    SECRETARY,
    TWO,
    farm,
    found_house,
    number,
    run_round,
    the_choice,
)

LATER = datetime(2025, 3, 1, 8, tzinfo=UTC)
NOWHERE = "127.0.0.1:1"
# Whose entries carry keys of their own.
ENTERED = ("farm:registered", "register:imported", "letter:printed")


@pytest_asyncio.fixture
async def twin(cluster: Running, tmp_path: Path) -> AsyncIterator[House]:
    """A second house, to be left alone."""
    name = copy_database(cluster)
    async with run_house(cluster, name, tmp_path) as running:
        yield running
    await asyncio.to_thread(drop_database, cluster, name)


@dataclass
class Bare:
    """A database and a client, whatever is behind them."""

    sessions: Sessions
    client: Client


@dataclass
class Halt:
    """A part of `step` that stands still at its nth call; reached tells when."""

    reached: asyncio.Event


def halt(monkeypatch: pytest.MonkeyPatch, part: str, call: int) -> Halt:
    """Put it in the place of that part."""
    halting, real, calls = Halt(asyncio.Event()), getattr(stepping, part), 0

    async def stands_still(*given):
        nonlocal calls
        calls += 1
        if calls == call:
            halting.reached.set()
            await asyncio.Event().wait()
        return await real(*given)

    monkeypatch.setattr(stepping, part, stands_still)
    return halting


async def killed(house: House, monkeypatch: pytest.MonkeyPatch, part: str, call: int) -> datetime:
    """Begin a step, kill it in the nth call of that part; where the clock stands then."""
    with monkeypatch.context() as patch:
        halting = halt(patch, part, call)
        stepping_on = asyncio.create_task(step(house, LATER))
        await asyncio.wait_for(halting.reached.wait(), 30)
        stepping_on.cancel()
        with suppress(asyncio.CancelledError):
            await stepping_on
    return await stands(house)


async def stands(house: House) -> datetime:
    """What the clock's row says."""
    async with house.sessions() as session:
        clock = await practice_clock(session)
    assert clock is not None
    return clock.now


async def hand_in(house: House, place: int, case_id: CaseId, actor: Actor, facts: Facts) -> Outcome:
    """Received and delivered at once, as a page does it."""
    key = SubmissionId(f"00000000-0000-4000-8000-{place:012}")
    kept = await receive(house.sessions, case_id, actor, facts, submission_id=key)
    outcome: Outcome = await house.client.get_workflow_handle(case_id).execute_update(
        "hand_in", kept, id=key, result_type=Outcome
    )
    return outcome


async def ask(house: House, lines: list[FarmLine], at: datetime) -> None:
    """The farms enter, and on that day the secretariat writes to them."""
    async with house.sessions.begin() as session:
        await import_register(session, BODIES, lines, SECRETARY, practice=True)
    await house.settle()
    await house.play(at)
    assert await hand_in(house, at.year, CALENDAR, SECRETARY, Start(at.year)) == Outcome()
    await house.settle()
    await house.print_letters()


async def rows(house: House) -> dict[str, list]:
    """All that a page could show, without real time."""
    tables = {
        "cases": select(CaseRow.case_id, CaseRow.revision, CaseRow.closed_at, CaseRow.state).order_by(CaseRow.case_id),
        "deadlines": select(DeadlineRow.case_id, DeadlineRow.kind, DeadlineRow.due).order_by(DeadlineRow.case_id),
        "letters": select(LetterRow.letter_key, LetterRow.channel, LetterRow.state, LetterRow.planned_at).order_by(
            LetterRow.letter_key
        ),
        "trail": select(TrailEntry.key, TrailEntry.act, TrailEntry.place, TrailEntry.at, TrailEntry.facts)
        .where(col(TrailEntry.act).not_in(ENTERED))
        .order_by(TrailEntry.key),
    }
    async with house.sessions() as session:
        return {name: [tuple(row) for row in await session.exec(query)] for name, query in tables.items()}


async def test_a_step_killed_half_way_goes_on(house: House, twin: House, monkeypatch: pytest.MonkeyPatch) -> None:
    reminds, closes = datetime(2025, 1, 29, 23, tzinfo=UTC), datetime(2025, 2, 14, 23, tzinfo=UTC)
    lines = [farm(1), farm(2, email=None), farm(3, email=None)]
    for one in (twin, house):
        await ask(one, lines, datetime(2025, 1, 15, 8, tzinfo=UTC))
        await one.play(datetime(2025, 1, 20, 8, tzinfo=UTC))
        assert await hand_in(one, 1, the_choice(1), farmer_of(number(1)), Answer(TWO, Channel.LINK)) == Outcome()

    assert await step(twin, LATER) == Stepped(reminds, reached=False, waiting=())
    assert await step(twin, LATER) == Stepped(closes, reached=False, waiting=())
    assert await step(twin, LATER) == Stepped(LATER, reached=True, waiting=())

    # The row has moved, nobody was woken.
    assert await killed(house, monkeypatch, "_wake", 1) == reminds
    # The next one first does what was left, moves on, and is killed while it waits for quiet.
    assert await killed(house, monkeypatch, "_until", 3) == closes
    assert await step(house, LATER) == Stepped(LATER, reached=True, waiting=())

    undisturbed, disturbed = await rows(twin), await rows(house)
    assert disturbed == undisturbed
    assert [row[1:3] for row in undisturbed["letters"]] == [
        ("mail", "handed-over"),
        # Assignment, choice, reminder: what reminds goes no more once the choice has ended.
        *[("paper", "to-print"), ("paper", "printed"), ("paper", "withdrawn")] * 2,
    ]


async def test_a_step_while_temporal_is_away_says_what_waits(
    made_sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stepping, "PATIENCE_SECONDS", 0.2)
    await found_house(made_sessions, [farm()])
    await run_round(made_sessions)
    stepped = await step(Bare(made_sessions, await Client.connect(NOWHERE, lazy=True)), LATER)
    assert (stepped.now, stepped.reached) == (LETTERS_AT, False)
    assert "1 deadlines" in stepped.waiting


async def test_the_command_says_that_the_server_cannot_be_reached(
    made_sessions: Sessions, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stepping, "PATIENCE_SECONDS", 0.2)
    await found_house(made_sessions, [farm()])
    await run_round(made_sessions)
    house = Open(Settings(temporal_address=NOWHERE), made_sessions, await Client.connect(NOWHERE, lazy=True))
    with pytest.raises(SystemExit) as ended:
        await through(house, LATER)
    assert ended.value.code == 1
    assert f"The Temporal server at {NOWHERE} cannot be reached" in capsys.readouterr().err


async def test_until_comes_before_the_next_deadline(house: House) -> None:
    now = await stands(house)
    soon = now + timedelta(minutes=1)
    assert await step(house, soon) == Stepped(soon, reached=True, waiting=())
    assert await step(house, now) == Stepped(soon, reached=True, waiting=())


async def test_a_second_caller_hears_who_plays(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    now, first = await stands(house), PersonId("P-0007")
    with monkeypatch.context() as patch:
        halting = halt(patch, "_until", 1)
        playing = asyncio.create_task(step(house, now, player=first))
        await asyncio.wait_for(halting.reached.wait(), 30)
        with pytest.raises(ClockBusyError) as busy:
            await step(house, now, player=PersonId("P-0008"))
        assert busy.value.player == first
        playing.cancel()
        with suppress(asyncio.CancelledError):
            await playing
    assert (await step(house, now)).reached


async def test_a_paused_clock_stands(house: House) -> None:
    now = await stands(house)
    await pause(house, paused=True)
    try:
        assert await step(house, now + timedelta(days=1)) == Stepped(now, reached=False, waiting=("paused",))
        assert await stands(house) == now
    finally:
        await pause(house, paused=False)
    assert (await step(house, now + timedelta(minutes=1))).reached


async def pause(house: House, *, paused: bool) -> None:
    """The flag that `step` obeys."""
    async with house.sessions.begin() as session:
        await session.execute(update(PracticeClock).values(paused=paused))


async def test_an_outage_over_the_last_day(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """At 23:50 a farmer answers and the secretariat keys a paper answer; nobody works until the next evening."""
    last = datetime(2026, 2, 14, 22, 50, tzinfo=UTC)
    lines = [farm(place, email=None, expires_on=date(2026, 12, 1)) for place in (11, 12, 13)]
    answered, keyed, silent = (choice_case(2026, one.farm_id) for one in lines)
    await ask(house, lines, datetime(2026, 1, 15, 8, tzinfo=UTC))
    await house.play(last)
    await house.stop_worker()
    one = await receive(house.sessions, answered, farmer_of(lines[0].farm_id), Answer(TWO, Channel.LINK))
    two = await receive(house.sessions, keyed, SECRETARY, Answer(TWO, Channel.PAPER))
    assert (one.received_at, two.received_at) == (last, last)
    tomorrow = last + timedelta(days=1)
    assert await move_alone(house.sessions, tomorrow) == tomorrow
    assert await move_alone(house.sessions, last) == tomorrow

    with monkeypatch.context() as patch:
        patch.setattr(stepping, "PATIENCE_SECONDS", 0.2)
        assert await step(house, tomorrow) == Stepped(tomorrow, reached=False, waiting=("3 deadlines", "2 submissions"))
    await house.start_worker()
    assert await step(house, tomorrow) == Stepped(tomorrow, reached=True, waiting=())

    async with house.sessions() as session:
        choices = {row.case_id: row for row in await session.exec(select(ChoiceRow).where(ChoiceRow.year == 2026))}
        handed = list(await session.exec(select(SubmissionRow).where(SubmissionRow.kind == "answer")))
        acts = list(await session.exec(select(TrailEntry.facts, TrailEntry.act).order_by(TrailEntry.number)))
        told = list(
            await session.exec(
                select(LetterRow.case_id).where(LetterRow.kind == "assignment", LetterRow.planned_at >= last)
            )
        )
    assert {case: (row.state, row.body, row.channel, row.answered_at) for case, row in choices.items()} == {
        answered: ("chosen", TWO, "link", last),
        keyed: ("chosen", TWO, "paper", last),
        silent: ("assigned", ONE, None, None),
    }
    assert all(row.settled_at is not None and row.refused_by is None for row in handed)
    for case, expected in (
        (answered, ["choice:asked", "choice:reminded", "choice:answered", "choice:chosen"]),
        (keyed, ["choice:asked", "choice:reminded", "choice:answered", "choice:chosen"]),
        (silent, ["choice:asked", "choice:reminded", "choice:assigned"]),
    ):
        assert [act for facts, act in acts if facts.get("case") == case] == expected
    assert told == [silent]


async def test_a_new_day_brings_the_mail_that_lists_what_waits(house: House) -> None:
    day = (await stands(house)) + timedelta(days=1)
    async with house.sessions.begin() as session:
        person = PersonId("P-0900")
        await add_person(session, person, "an", "An Peeters", Role.OPERATIONS, None, Language.NL, "x" * 12)
        row = await session.get_one(PersonRow, person)
        row.digest, row.email = "daily", "an@ikm.example"
        await open_task(session, "late:1", TaskKind.MATTER_LATE, day, due_on=day.date(), role=Role.OPERATIONS)
    await house.play(day)
    await step(house, day)
    async with house.sessions() as session:
        rows = (await session.exec(select(StaffMailRow).order_by(col(StaffMailRow.day)))).all()
    # The day on which it was wanted, and the new one: each told once.
    told = [(local_day(day - timedelta(days=1)), "handed-over"), (local_day(day), "handed-over")]
    assert [(row.day, row.state) for row in rows] == told
    found = (await house.mailbox.get("/messages", params={"to": "an@ikm.example"})).json()["items"]
    assert [mail["messageId"] for mail in found] == [row.message_id for row in rows]


async def test_no_clock_where_the_house_is_real(made_sessions: Sessions) -> None:
    parts = Bare(made_sessions, await Client.connect(NOWHERE, lazy=True))
    with pytest.raises(NotPracticeError):
        await step(parts, LATER)
    with pytest.raises(NotPracticeError):
        await move_alone(made_sessions, LATER)
