"""Messages to dairies in real conversations with a machine that takes, refuses, is slow, redirects or is gone."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest_asyncio
from sqlalchemy import update
from sqlmodel import col

from activities.webhook_post import WebhookPost
from press.webhook import secret_of
from records.database import Sessions
from records.farm import Dairy, Farm
from records.house import PracticeClock
from records.queries.webhook import webhook_shown
from records.task import TaskRow
from records.webhook import DeliveryRow, WebhookRow
from records.webhook_change import locked_webhook, make_secret, plan_test, resume, send_again, set_address
from scheme.certificate import Status
from scheme.days import start_of_day
from tests.activities.test_post import HOUSE, Inline, post, send
from tests.records.test_issuing import issued, set_on
from tests.world import SECRETARY, change, number, table

FIRST, NEW = date(2025, 11, 1), date(2025, 12, 2)
MOVED = "http://127.0.0.1:1/elsewhere"


@dataclass
class Machine:
    """A dairy's machine: answers with these statuses in turn, the last one for ever; 0 answers nothing."""

    statuses: list[int] = field(default_factory=lambda: [204])
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if line)
            raw = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
            headers = {name.lower(): value for name, value in raw.items()}
            self.taken.append((headers, await reader.readexactly(int(headers["content-length"]))))
            status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
            if status == 0:
                await reader.read()
            # Without an end: nobody reads what follows the status.
            writer.write(f"HTTP/1.1 {status} X\r\nLocation: {MOVED}\r\nContent-Length: 99999999\r\n\r\nx".encode())
            await writer.drain()
        writer.close()

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.taken]

    def signed_by(self, secret: str) -> list[bool]:
        """As docs/webhook.md tells its readers to check it."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        found = []
        for headers, body in self.taken:
            content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            right = "v1," + base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
            fresh = abs(datetime.now(UTC).timestamp() - int(headers["webhook-timestamp"])) < 300
            found.append(fresh and right in headers["webhook-signature"].split())
        return found


@asynccontextmanager
async def listening(machine: Machine) -> AsyncIterator[str]:
    server = await asyncio.start_server(machine.hear, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/ikm?a=1"
    server.close()


@pytest_asyncio.fixture
async def dairy(world: Sessions) -> Sessions:
    """Farm 1 delivers to a dairy, with a certificate until 1 Dec and from then on the house's own."""
    async with world.begin() as session:
        session.add(Dairy(dairy_id="D-001", name="Melkerij Ten Bos", language="fr"))
        await session.flush()
        columns = {"dairy_id": "D-001", "supplier_number": "S1"}
        await session.execute(update(Farm).where(col(Farm.farm_id) == number(1)).values(columns))
    return world


async def set_up(sessions: Sessions, url: str) -> str:
    """The webhook with its first secret, and a change of which it is not told yet."""
    await on(sessions, FIRST)
    async with sessions.begin() as session:
        webhook = await locked_webhook(session, "D-001")
        await set_address(session, webhook, url, SECRETARY, practice=True)
        await make_secret(session, webhook, SECRETARY, "first")
    await issued(sessions)
    await on(sessions, NEW)
    return secret_of(HOUSE.code_key, "D-001", "first")


async def on(sessions: Sessions, day: date) -> None:
    async with sessions.begin() as session:
        await session.execute(update(PracticeClock).values(now=start_of_day(day)))


async def goes(sessions: Sessions, *, times: int = 1, patience: float = 5, practice: bool = True) -> Sequence[int]:
    house = replace(HOUSE, practice=practice)
    return [await WebhookPost(sessions, house, patience).send_due(25) for _ in range(times)]


async def hurry(sessions: Sessions, attempts: int | None = None) -> None:
    more = "" if attempts is None else f", attempts = {attempts}"
    await change(sessions, f"UPDATE webhook_delivery SET due_at = clock_timestamp(){more} WHERE state = 'planned'")


async def stand(sessions: Sessions) -> list[tuple[str, int, int | None, str | None]]:
    rows = sorted(await table(sessions, DeliveryRow), key=lambda row: row.planned_at)
    return [(row.state, row.attempts, row.http_status, row.trouble) for row in rows]


async def webhook(sessions: Sessions) -> WebhookRow:
    (row,) = await table(sessions, WebhookRow)
    return row


async def test_what_changed_goes_once_signed_and_what_stood_there_does_not(dairy: Sessions) -> None:
    async with listening(machine := Machine()) as url:
        secret = await set_up(dairy, url)
        assert await goes(dairy, times=2) == [1, 0]
    (event,), ((headers, _),) = machine.events, machine.taken
    data = event["data"]
    assert (event["subject"], data["status"], data["since"], data["supplierNumber"]) == (
        "IKM-2025-000001", "valid", "2025-12-02", "S1",
    )  # fmt: skip
    assert (headers["webhook-id"], headers["content-type"]) == (
        event["id"],
        "application/cloudevents+json; charset=utf-8",
    )
    assert (machine.signed_by(secret), event["practice"]) == ([True], True)
    assert await stand(dairy) == [("delivered", 1, 204, None)]


async def test_the_post_sends_it_between_the_letters_and_looks_again_by_itself(dairy: Sessions) -> None:
    async with listening(machine := Machine()) as url:
        await set_up(dairy, url)
        await change(dairy, "UPDATE certificate_version SET next_attempt_at = NULL")
        async with post(dairy, None, Inline()) as letters:
            assert (await send(letters)).letters == 1
            waits = await send(letters)
    assert (len(machine.taken), waits.letters) == (1, 0)
    assert waits.next_due is not None
    assert waits.next_due < datetime.now(UTC) + timedelta(minutes=6)


async def test_it_is_tried_again_under_the_same_id_and_one_is_tried_for_all(dairy: Sessions) -> None:
    async with listening(machine := Machine([503, 503, 204])) as url:
        await set_up(dairy, url)
        await goes(dairy)
        assert await stand(dairy) == [("planned", 1, 503, "answered")]
        await set_on(dairy, machine.events[0]["subject"], Status.SUSPENDED, date(2025, 12, 5))
        await on(dairy, date(2025, 12, 5))
        await hurry(dairy)
        assert await goes(dairy) == [1]
        assert len(machine.taken) == 2
        await hurry(dairy)
        assert await goes(dairy, times=3) == [1, 1, 0]
    first, second, third, fourth = machine.events
    assert first == second == third
    assert (fourth["id"] != first["id"], fourth["data"]["status"]) == (True, "suspended")
    assert (await webhook(dairy)).failing_since is None


async def test_a_slow_one_a_redirection_and_a_private_network_are_not_waited_for_or_followed(dairy: Sessions) -> None:
    async with listening(machine := Machine([0, 307])) as url:
        await set_up(dairy, url)
        await goes(dairy, patience=0.2)
        assert await stand(dairy) == [("planned", 1, None, "no-answer")]
        await hurry(dairy)
        await goes(dairy)
        assert await stand(dairy) == [("planned", 2, 307, "redirected")]
        await hurry(dairy)
        # A house that runs for real, whose name leads to this machine by now.
        await goes(dairy, practice=False)
        assert await stand(dairy) == [("planned", 3, None, "forbidden")]
    assert len(machine.taken) == 2


async def test_after_days_it_is_given_up_paused_and_the_secretariat_asked_until_it_is_resumed(dairy: Sessions) -> None:
    async with listening(machine := Machine([500, 204])) as url:
        await set_up(dairy, url)
        await goes(dairy, patience=0.2)
        await hurry(dairy, attempts=9)
        machine.statuses = [500, 204]
        await goes(dairy)
        assert await stand(dairy) == [("given-up", 10, 500, "answered")]
        assert (await webhook(dairy)).paused_at is not None
        (task,) = [row for row in await table(dairy, TaskRow) if row.closed_at is None]
        assert (task.kind, task.facts) == ("webhook-failed", {"dairy": "D-001"})
        await set_on(dairy, machine.events[0]["subject"], Status.SUSPENDED, date(2025, 12, 5))
        await on(dairy, date(2025, 12, 5))
        assert await goes(dairy) == [0]
        async with dairy.begin() as session:
            await resume(session, await locked_webhook(session, "D-001"), SECRETARY)
        assert await goes(dairy) == [2]
    assert [row.closed_at is None for row in await table(dairy, TaskRow) if row.kind == "webhook-failed"] == [False]
    assert sorted(event["data"]["status"] for event in machine.events[-2:]) == ["suspended", "valid"]


async def test_gone_ends_it_and_a_test_still_goes(dairy: Sessions) -> None:
    async with listening(machine := Machine([410, 204])) as url:
        await set_up(dairy, url)
        assert await goes(dairy, times=2) == [1, 0]
        assert await stand(dairy) == [("given-up", 1, 410, "gone")]
        async with dairy.begin() as session:
            test = await plan_test(session, await locked_webhook(session, "D-001"))
        assert await goes(dairy) == [1]
        async with dairy() as session:
            shown = await webhook_shown(session, "D-001")
    assert (machine.events[-1]["id"], machine.events[-1]["type"]) == (test, "be.ikm.webhook.test")
    assert (shown.ended_at is not None, shown.given_up, shown.waiting) == (True, 1, 0)


async def test_a_new_secret_signs_beside_the_one_before_for_a_day(dairy: Sessions) -> None:
    async with listening(machine := Machine()) as url:
        former = await set_up(dairy, url)
        async with dairy.begin() as session:
            await make_secret(session, await locked_webhook(session, "D-001"), SECRETARY, "second")
        await goes(dairy)
        new = secret_of(HOUSE.code_key, "D-001", "second")
        assert (machine.signed_by(former), machine.signed_by(new)) == ([True], [True])
        await change(dairy, "UPDATE webhook SET former_until = clock_timestamp()")
        async with dairy.begin() as session:
            assert await send_again(session, await locked_webhook(session, "D-001"), machine.events[0]["id"])
        await goes(dairy)
    assert (machine.signed_by(former), machine.signed_by(new)) == ([True, False], [True, True])
    assert machine.events[0] == machine.events[1]


async def test_what_a_killed_sender_had_goes_again(dairy: Sessions) -> None:
    async with listening(machine := Machine()) as url:
        await set_up(dairy, url)
        await goes(dairy)
        killed = "UPDATE webhook_delivery SET state = 'sending', due_at = clock_timestamp() + interval '{} seconds'"
        await change(dairy, killed.format(60))
        assert await goes(dairy) == [0]
        await change(dairy, killed.format(-1))
        assert await goes(dairy) == [1]
    assert len({event["id"] for event in machine.events}) == 1
