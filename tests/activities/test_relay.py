"""The relay delivers what the rows say is not settled, to a real Temporal server, until it is (design.md §4).

No worker runs here: what a workflow was told stands in its history.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from temporalio.client import Client, WorkflowExecutionStatus

from activities import relay as relaying
from activities.relay import Relay
from connection import connect
from parts import temporal
from parts.postgres import Running
from parts.processes import free_port
from records.database import Sessions
from records.opening import open_choice
from records.receiving import receive
from records.submission import OutboxRow, SubmissionRow
from scheme import choice
from scheme.choice import Channel
from scheme.choice_heard import Answer
from scheme.errors import Rule
from scheme.ids import CALENDAR, POST, CaseId, farmer_case
from scheme.news import News
from scheme.people import farmer_of
from settings import Settings
from tests.house import _begin as begin
from tests.house import _end as end
from tests.world import (
    CLOSES_AT,
    KEYS,
    LETTERS_AT,
    TWO,
    case_of,
    change,
    column,
    number,
    request,
    run_round,
    table,
    the_choice,
    value,
    write,
)

FARMER = farmer_case(number(1))
AWAY = (
    OperationalError("", None, Exception("the server closed the connection")),
    InterfaceError("", None, Exception("the connection is closed")),
    PoolTimeoutError("every connection waits for a frozen server"),
)
UNSETTLED = "SELECT news_id FROM outbox WHERE settled_at IS NULL ORDER BY news_id"


@pytest_asyncio.fixture(scope="module")
async def client(cluster: Running, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    """A client of a Temporal server of this file's own."""
    directory: Path = tmp_path_factory.mktemp("temporal")
    port = free_port()
    settings = Settings(
        var=directory, temporal_port=port, temporal_ui_port=free_port(), temporal_address=f"127.0.0.1:{port}",
        payload_key=SecretStr(cluster.kept.payload_key),
    )  # fmt: skip
    server = begin(temporal.command(settings), directory / "temporal.log")
    try:
        await temporal.wait_ready(settings.temporal_address)
        yield await connect(settings)
    finally:
        end(server)


@pytest.fixture
def relay(world: Sessions, client: Client) -> Relay:
    return Relay(world, client, "nobody-works-here")


async def open_number(sessions: Sessions, again: int) -> CaseId:
    """A choice of farm 1 that no other test speaks of: workflows outlive the test that started them."""
    async with sessions.begin() as session:
        opened = await open_choice(session, request(number=again), LETTERS_AT, opened_by=KEYS[0], practice=True)
    assert opened is None
    await send_letters(sessions)
    return the_choice(again=again)


async def send_letters(sessions: Sessions) -> None:
    """Nobody sends them here."""
    await change(sessions, "UPDATE letter SET state = 'handed-over'")


async def told(client: Client, case_id: CaseId) -> list[str]:
    """Ids of the news that a workflow heard, oldest first."""
    heard = []
    async for event in client.get_workflow_handle(case_id).fetch_history_events():
        signal = event.workflow_execution_signaled_event_attributes
        if signal.signal_name == "hear":
            (news,) = await client.data_converter.decode(list(signal.input.payloads), [News])
            heard.append(news.id)
    return heard


async def end_workflow(client: Client, case_id: CaseId) -> None:
    await client.get_workflow_handle(case_id).terminate()


async def close_row(sessions: Sessions, case_id: CaseId) -> None:
    assert await write(sessions, choice.close(await case_of(sessions, case_id), CLOSES_AT))


async def due_again(sessions: Sessions, rows: str = "outbox") -> None:
    await change(sessions, f"UPDATE {rows} SET next_attempt_at = clock_timestamp()")


async def test_a_start_is_settled_once(relay: Relay, world: Sessions, client: Client) -> None:
    assert await relay.once()
    assert await column(world, UNSETTLED) == []
    settled = {row.news_id: row.settled_at for row in await table(world, OutboxRow)}
    assert len(settled) == 5
    for case_id, name in ((CALENDAR, "SchemeCalendar"), (POST, "Post"), (FARMER, "FarmerLifecycle")):
        known = await client.get_workflow_handle(case_id).describe()
        assert (known.workflow_type, known.status) == (name, WorkflowExecutionStatus.RUNNING)
    await due_again(world)
    assert not await relay.once()
    assert {row.news_id: row.settled_at for row in await table(world, OutboxRow)} == settled


async def test_a_choice_starts_once_letters_are_out(relay: Relay, world: Sessions, client: Client) -> None:
    await run_round(world)
    await relay.once()
    starts = "SELECT count(*) FROM outbox WHERE settled_at IS NULL AND (kind = 'case-opened' OR target LIKE 'choice:%')"
    assert await value(world, starts) == 6
    assert not await relay.tell()
    await send_letters(world)
    assert await relay.tell()
    assert await value(world, "SELECT count(*) FROM outbox WHERE settled_at IS NULL AND kind = 'start'") == 0


@pytest.mark.parametrize(
    "meanwhile",
    [
        pytest.param("UPDATE outbox SET created_at = created_at - interval '181 seconds'", id="after three minutes"),
        pytest.param("INSERT INTO hold (hold_id, held, failures_in_a_row) VALUES ('post', true, 0)", id="letters held"),
    ],
)
async def test_a_choice_does_not_wait_for_ever(relay: Relay, world: Sessions, client: Client, meanwhile: str) -> None:
    await run_round(world)
    await change(world, meanwhile)
    await relay.once()
    assert await value(world, "SELECT count(*) FROM outbox WHERE settled_at IS NULL AND kind = 'start'") == 0


async def test_a_start_told_again_after_the_end_starts_nothing(relay: Relay, world: Sessions, client: Client) -> None:
    case_id = await open_number(world, 2)
    await relay.once()
    first = await client.get_workflow_handle(case_id).describe()
    await end_workflow(client, case_id)
    await change(world, "UPDATE outbox SET settled_at = NULL, next_attempt_at = now() WHERE kind = 'start'")
    await relay.once()
    assert await value(world, "SELECT count(*) FROM outbox WHERE kind = 'start' AND settled_at IS NULL") == 0
    again = await client.get_workflow_handle(case_id).describe()
    assert (again.run_id, again.status) == (first.run_id, WorkflowExecutionStatus.TERMINATED)


async def test_two_relays_tell_each_piece_of_news_once(relay: Relay, world: Sessions, client: Client) -> None:
    await relay.once()
    case_id = await open_number(world, 3)
    await asyncio.gather(relay.once(), relay.once())
    news = f"{case_id}>{FARMER}#opened"
    assert (await told(client, FARMER)).count(news) == 1


async def test_unsettled_news_is_told_again_until_it_is_recorded(relay: Relay, world: Sessions, client: Client) -> None:
    case_id = await open_number(world, 4)
    news = f"{case_id}>{FARMER}#opened"
    await relay.once()
    async with world() as session:
        row = await session.get_one(OutboxRow, news)
        real: datetime = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
    assert row.settled_at is None
    assert row.next_attempt_at > real
    assert not await relay.once()
    await due_again(world)
    await relay.once()
    assert (await told(client, FARMER)).count(news) == 2
    await change(world, "UPDATE outbox SET settled_at = clock_timestamp() WHERE news_id = :id", id=news)
    await due_again(world)
    await relay.once()
    assert (await told(client, FARMER)).count(news) == 2


async def test_news_is_told_again_later_where_much_waits(relay: Relay, world: Sessions) -> None:
    case_id = await open_number(world, 5)
    later = "INSERT INTO outbox SELECT 'later-' || n, 'post', 'start', '{}', now(), now() + interval '1 day', 0"
    await change(world, f"{later} FROM generate_series(1, 2000) n")
    await relay.once()
    left = "SELECT extract(epoch FROM next_attempt_at - clock_timestamp()) FROM outbox WHERE news_id = :id"
    assert await value(world, left, id=f"{case_id}>{FARMER}#opened") > 90


async def test_news_for_a_case_that_has_not_begun_waits(relay: Relay, world: Sessions) -> None:
    case_id = await open_number(world, 5)
    await close_row(world, case_id)
    await change(world, "UPDATE outbox SET target = 'farmer:F-999999' WHERE news_id LIKE '%#closed'")
    await relay.once()
    (row,) = [row for row in await table(world, OutboxRow) if row.target == "farmer:F-999999"]
    assert (row.settled_at, row.attempts) == (None, 1)


async def test_news_for_a_case_that_has_ended_is_settled(relay: Relay, world: Sessions, client: Client) -> None:
    case_id = await open_number(world, 6)
    await relay.once()
    await close_row(world, case_id)
    await end_workflow(client, case_id)
    news = f"{case_id}>{FARMER}#closed"
    await change(world, "UPDATE outbox SET target = :target WHERE news_id = :news", target=case_id, news=news)
    await relay.once()
    unsettled = await column(world, UNSETTLED)
    assert news not in unsettled
    assert f"{case_id}>{FARMER}#opened" in unsettled


async def test_many_letters_wait_and_the_post_hears_it_once(relay: Relay, world: Sessions, client: Client) -> None:
    await relay.once()
    before = len(await told(client, POST))
    for again in (3, 4, 5):
        await change(world, "UPDATE choice SET closed_at = now()")
        await open_number(world, again)
    assert await value(world, "SELECT count(*) FROM outbox WHERE kind = 'letters-wait'") == 3
    await relay.once()
    assert len(await told(client, POST)) == before + 1
    assert await value(world, "SELECT count(*) FROM outbox WHERE kind = 'letters-wait' AND settled_at IS NULL") == 0


async def handed_in(sessions: Sessions, case_id: CaseId) -> None:
    """An answer that reached the house while the choice was open, and that nobody has delivered since."""
    await receive(sessions, case_id, farmer_of(number(1)), Answer(TWO, Channel.LINK), submission_id=KEYS[1])
    await due_again(sessions, "submission")


async def test_what_was_handed_in_to_an_ended_workflow_is_refused_as_closed(
    relay: Relay, world: Sessions, client: Client
) -> None:
    case_id = await open_number(world, 7)
    await relay.once()
    await handed_in(world, case_id)
    await close_row(world, case_id)
    await end_workflow(client, case_id)
    await relay.once()
    (row,) = await table(world, SubmissionRow)
    assert row.settled_at is not None
    assert row.refused_by == {"rule": Rule.CASE_CLOSED.value, "day": None, "many": None}


async def test_what_was_handed_in_waits_where_only_the_workflow_is_missing(
    relay: Relay, world: Sessions, client: Client
) -> None:
    case_id = await open_number(world, 8)
    await relay.once()
    await handed_in(world, case_id)
    await end_workflow(client, case_id)
    await relay.once()
    (row,) = await table(world, SubmissionRow)
    assert (row.settled_at, row.refused_by) == (None, None)


async def test_who_hands_in_delivers_first(relay: Relay, world: Sessions) -> None:
    case_id = await open_number(world, 9)
    await receive(world, case_id, farmer_of(number(1)), Answer(TWO, Channel.LINK), submission_id=KEYS[1])
    (before,) = await table(world, SubmissionRow)
    await relay.once()
    assert await table(world, SubmissionRow) == [before]


async def test_it_works_until_it_is_told_to_stop(relay: Relay, world: Sessions) -> None:
    stop = asyncio.Event()
    working = asyncio.create_task(relay.run(stop))
    async with asyncio.timeout(20):
        while await column(world, UNSETTLED):
            pass
        stop.set()
        await working


async def test_a_database_that_is_away_or_frozen_is_waited_for(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relaying, "AWAY", timedelta())
    stop, errors = asyncio.Event(), list(AWAY)

    async def tell(_relay: Relay) -> bool:
        if errors:
            raise errors.pop()
        stop.set()
        return False

    async def nothing(_relay: Relay) -> bool:
        return False

    monkeypatch.setattr(Relay, "tell", tell)
    monkeypatch.setattr(Relay, "hand_in", nothing)
    await asyncio.wait_for(relay.run(stop), 30)
    assert errors == []
