"""Messages to dairies, posted between the letters; only public addresses are spoken to, as looked up at that moment."""

import asyncio
import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from urllib.parse import urlsplit, urlunsplit

import httpx

from press.webhook import Event, body_of, headers_of, secret_of
from press.written import House
from records.database import Sessions
from records.webhook_planning import next_look, plan_webhooks
from records.webhook_sending import ToSend, claim_webhooks, next_webhook, note_answer
from scheme.webhook import Answer, DeliveryTrouble, EventKind, answered, may_reach

# Together so many, and none longer than this: letters wait meanwhile.
AT_ONCE = 10
PATIENCE_SECONDS = 10.0
_MOST_ADDRESSES = 3
_HTTPS_PORT, _HTTP_PORT = 443, 80
_NOBODY = Answer(None, DeliveryTrouble.NO_ANSWER)
_FORBIDDEN = Answer(None, DeliveryTrouble.FORBIDDEN)


@dataclass(frozen=True)
class WebhookPost:
    """What sending needs: the database, and what messages say about the house. patience: seconds for each."""

    sessions: Sessions
    house: House
    patience: float = PATIENCE_SECONDS

    async def send_due(self, size: int) -> int:
        """Look for what is new, post up to `size` messages side by side; how many were dealt with.

        A message can go twice when this process is killed between the receiver's yes and our note: its id is the same.
        No session is open while somebody else's machine talks.
        """
        async with self.sessions.begin() as session:
            await plan_webhooks(session)
        async with self.sessions.begin() as session:
            due = await claim_webhooks(session, min(size, AT_ONCE))
        if due:
            await asyncio.gather(*map(self._one, due))
        return len(due)

    async def next_due(self) -> datetime | None:
        """Real time at which there is something to do again; None where no dairy is told by machine."""
        async with self.sessions() as session:
            dues = (await next_webhook(session), await next_look(session))
        return min((due for due in dues if due is not None), default=None)

    async def _one(self, one: ToSend) -> None:
        row = one.row
        event = Event(row.delivery_id, EventKind(row.kind), row.planned_at, row.words)
        body = body_of(event, site=self.house.public_url, practice=self.house.practice)
        secrets = [secret_of(self.house.code_key, row.dairy_id, secret_id) for secret_id in one.secret_ids]
        headers = headers_of(row.delivery_id, body, datetime.now(UTC), secrets)
        try:
            async with asyncio.timeout(self.patience):
                answer = await _post(one.url, body, headers, practice=self.house.practice)
        except TimeoutError:
            answer = _NOBODY
        async with self.sessions.begin() as session:
            await note_answer(session, row, answer)


async def _post(url: str, body: bytes, headers: dict[str, str], *, practice: bool) -> Answer:
    """Speak to the first of the host's addresses that listens; all of them have to be such as may be spoken to."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (_HTTPS_PORT if parts.scheme == "https" else _HTTP_PORT)
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return _NOBODY
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not addresses or not all(may_reach(address, practice=practice) for address in addresses):
        return _FORBIDDEN
    # A name that is looked up again could lead elsewhere by then: what was looked at is what is connected to.
    for address in addresses[:_MOST_ADDRESSES]:
        there = urlunsplit(parts._replace(netloc=f"[{address}]:{port}" if ":" in address else f"{address}:{port}"))
        try:
            return await _speak(there, host, body, {**headers, "host": parts.netloc})
        except httpx.ConnectError:
            continue
        except (httpx.HTTPError, httpx.InvalidURL):
            return _NOBODY
    return _NOBODY


@cache
def _authorities() -> ssl.SSLContext:
    """Read once: that costs more than a message does."""
    return httpx.create_ssl_context()


async def _speak(url: str, host: str, body: bytes, headers: dict[str, str]) -> Answer:
    """The status is all that is read of the answer, however long it is; a redirection is not followed."""
    # A client for each: two dairies at one address would share the connection that vouched for the first of them.
    async with (
        httpx.AsyncClient(verify=_authorities(), trust_env=False, timeout=PATIENCE_SECONDS) as client,
        client.stream("POST", url, content=body, headers=headers, extensions={"sni_hostname": host}) as response,
    ):
        return answered(response.status_code)
