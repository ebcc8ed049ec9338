"""The preview of a collective extension on the command line."""

import json
from datetime import date

import pytest

from commands.extension import preview
from parts.postgres import Running
from records.database import Sessions
from scheme.extension import Selection
from tests.world import farm, found_house

CHOSEN = Selection(date(2025, 1, 1), date(2025, 6, 30))


async def test_it_says_what_would_move_and_what_stays(
    cluster: Running,
    database: str,
    made_sessions: Sessions,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", cluster.url("ikm_app", database=database))
    monkeypatch.setenv("IKM_PAYLOAD_KEY", "A" * 43)
    farms = [farm(1, expires_on=date(2025, 3, 13), certificate_number="OLD-1"), farm(2, expires_on=date(2025, 6, 1))]
    await found_house(made_sessions, farms)
    await preview(CHOSEN, date(2025, 5, 31), json=True)
    assert json.loads(capsys.readouterr().out) == {
        "to": "2025-05-31", "moved": 1, "left": {"later": 1}, "certificates": [
            {"number": "OLD-1", "farmId": "F-000001", "lastDay": "2025-03-13", "to": "2025-05-31"},
            {"number": None, "farmId": "F-000002", "lastDay": "2025-06-01", "left": "later"},
        ],
    }  # fmt: skip
    await preview(CHOSEN, date(2025, 5, 31), json=False)
    shown = capsys.readouterr()
    assert ("stays: later" in shown.out, "would move: 1" in shown.err) == (True, True)
    with pytest.raises(SystemExit):
        await preview(CHOSEN, date(2024, 12, 31), json=False)
    assert "extension-days" in capsys.readouterr().err
