"""A round steered from a second terminal: the same doors as the pages (commands/steering.py)."""

import json
from typing import Any

import pytest
import pytest_asyncio
from fastapi import FastAPI

from api.parts import Parts
from commands import acting, steering
from commands.open import Open
from records import ledger
from records.database import Sessions
from scheme.errors import Rule
from scheme.people import Role
from scheme.step import Act
from tests.api.asked import ROUND, ask_farms, handed_in, reach
from tests.world import change, column, value

WHO, LOCKED = Role.SECRETARIAT.value, Role.OPERATIONS.value


@pytest_asyncio.fixture
async def terminal(app: FastAPI, made_sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> Sessions:
    """A second terminal beside the house; farm 1 has its letter, farm 2's waits."""
    await reach(app)
    await ask_farms(made_sessions)
    async with made_sessions.begin() as session:
        (first,) = await ledger.claim(session, "page/1", 1)
        await ledger.note_handed_over(session, first, "0" * 64, "250 OK")
    parts: Parts = app.state.parts
    monkeypatch.setattr(acting, "opened", lambda: _Beside(Open(parts.settings, parts.sessions, parts.client)))
    return made_sessions


class _Beside:
    def __init__(self, house: Open) -> None:
        self._house = house

    async def __aenter__(self) -> Open:
        return self._house

    async def __aexit__(self, *_: object) -> None:
        return


def told(capsys: pytest.CaptureFixture[str]) -> Any:
    """The object on the last line of stdout."""
    return json.loads(capsys.readouterr().out.splitlines()[-1])


async def test_held_and_released(terminal: Sessions, capsys: pytest.CaptureFixture[str]) -> None:
    await steering.hold(2025, "wrong day", WHO, json=True)
    held = told(capsys)
    assert (held["held"], held["reason"], held["gone"], held["waiting"]) == (True, "wrong day", 1, 1)
    await steering.release(2025, WHO, json=True)
    assert told(capsys)["held"] is False
    acts = await column(terminal, "SELECT act FROM trail WHERE act LIKE 'letter:%' ORDER BY number")
    assert acts == [Act.LETTERS_HELD, Act.LETTERS_RELEASED]


async def test_tried_again(terminal: Sessions, capsys: pytest.CaptureFixture[str]) -> None:
    async with terminal.begin() as session:
        (second,) = await ledger.claim(session, "page/2", 1)
        await ledger.note_failed(session, second, "no such sign")
    await steering.retry(2025, second.letter_key, WHO, json=True)
    assert told(capsys) == {"letters": 1, "sameAddress": 0}
    with pytest.raises(SystemExit):
        await steering.retry(2025, second.letter_key, WHO, json=True)
    assert Rule.NOT_FAILED.value in capsys.readouterr().err
    await steering.retry(2025, None, WHO, json=True)
    assert told(capsys)["letters"] == 0


async def test_cancelled_only_when_held_and_sure(terminal: Sessions, capsys: pytest.CaptureFixture[str]) -> None:
    await steering.end(2025, "wrong day", WHO, sure=False, json=True)
    assert (told(capsys)["withdrawn"], await handed_in(terminal)) == (1, [])
    with pytest.raises(SystemExit):
        await steering.end(2025, "wrong day", WHO, sure=True, json=True)
    assert Rule.HOLD_FIRST.value in capsys.readouterr().err
    await steering.hold(2025, "wrong day", WHO, json=False)
    await steering.end(2025, "wrong day", WHO, sure=True, json=True)
    assert told(capsys)["settled"] is False
    assert (
        await value(terminal, "SELECT words ->> 'reason' FROM submission WHERE case_id = :it", it=ROUND) == "wrong day"
    )


@pytest.mark.parametrize(
    ("year", "reason", "who", "said"),
    [
        (2031, "wrong day", WHO, "There is no round of 2031"),
        (2025, " ", WHO, "--reason says why"),
        (2025, "wrong day", "nobody", "Nobody signs in as nobody"),
        (2025, "wrong day", LOCKED, f"Nobody signs in as {LOCKED}"),
        (2025, "wrong day", Role.PLANNER.value, "may not do this"),
    ],
)
async def test_what_cannot_be_is_said(  # one of each mistake
    terminal: Sessions, capsys: pytest.CaptureFixture[str], year: int, reason: str, who: str, said: str
) -> None:
    await change(terminal, "UPDATE person SET locked_at = now() WHERE sign_in_name = :locked", locked=LOCKED)
    with pytest.raises(SystemExit):
        await steering.hold(year, reason, who, json=False)
    assert said in capsys.readouterr().err
    assert await column(terminal, "SELECT hold_id FROM hold WHERE held") == []
