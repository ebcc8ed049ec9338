"""People who press the button again: a browser whose server went away, or that asks to come back later."""

import asyncio
import uuid

import httpx

AGAIN_SECONDS = 0.5
# Answers that say "in a moment": the house does not answer, or somebody else moves the clock.
LATER = frozenset({httpx.codes.SERVICE_UNAVAILABLE})
LATER_AT = {"/api/v1/clock": frozenset({httpx.codes.CONFLICT})}


class Patient(httpx.AsyncBaseTransport):
    """Sends a request again until it is answered, under the same Idempotency-Key, for `patience` seconds at most.

    sent_again: how often that was needed.
    """

    def __init__(self, transport: httpx.AsyncBaseTransport, patience: float = 120.0) -> None:
        self.sent_again = 0
        self._transport = transport
        self._patience = patience

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The first answer that is one; raises httpx.TransportError once patience is over."""
        if request.method == "POST":
            request.headers.setdefault("Idempotency-Key", str(uuid.uuid4()))
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience
        while True:
            try:
                answer = await self._transport.handle_async_request(request)
                await answer.aread()
            except httpx.TransportError:
                if loop.time() > until:
                    raise
            else:
                if not _later(request, answer) or loop.time() > until:
                    return answer
            self.sent_again += 1
            await asyncio.sleep(AGAIN_SECONDS)

    async def aclose(self) -> None:
        """Close what it sends with."""
        await self._transport.aclose()


def _later(request: httpx.Request, answer: httpx.Response) -> bool:
    return answer.status_code in LATER | LATER_AT.get(request.url.path, frozenset())
