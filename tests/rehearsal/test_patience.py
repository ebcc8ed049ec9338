"""People press the button again when the server was away, and hand in nothing twice."""

import httpx
import pytest

from rehearsal import patience
from rehearsal.patience import Patient


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "AGAIN_SECONDS", 0)


class Server:
    """Answers with these, in turn; keeps what was sent."""

    def __init__(self, *answers: int | httpx.TransportError) -> None:
        self.answers = list(answers)
        self.sent: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, httpx.TransportError):
            raise answer
        return httpx.Response(answer)


async def asked(server: Server, path: str = "/letters", *, patient: float = 60) -> httpx.Response:
    transport = Patient(httpx.MockTransport(server), patient)
    async with httpx.AsyncClient(base_url="http://ikm.test", transport=transport) as browser:
        return await browser.post(path, json={"year": 2025})


async def test_whoever_is_not_answered_sends_the_same_again_under_the_same_key() -> None:
    server = Server(httpx.ConnectError("refused"), httpx.ReadError("broken"), 503, 201)
    assert (await asked(server)).status_code == 201
    assert len({(one.content, one.headers["Idempotency-Key"]) for one in server.sent}) == 1
    assert len(server.sent) == 4


@pytest.mark.parametrize("status", [409, 422, 500])
async def test_an_answer_is_an_answer(status: int) -> None:
    assert (await asked(server := Server(status))).status_code == status
    assert len(server.sent) == 1


async def test_a_clock_that_somebody_moves_is_waited_for() -> None:
    assert (await asked(Server(409, 200), "/api/v1/clock")).status_code == 200


async def test_patience_ends() -> None:
    with pytest.raises(httpx.ConnectError):
        await asked(Server(httpx.ConnectError("refused")), patient=-1)
    assert (await asked(Server(503), patient=-1)).status_code == 503
