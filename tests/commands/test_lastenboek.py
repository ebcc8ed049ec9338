"""Lists of requirements on the command line: a file that was saved is proposed again, one with mistakes is not."""

from datetime import date
from pathlib import Path

import pytest

from commands.lastenboek import export_list, import_list
from parts.postgres import Running
from records.database import Sessions
from records.person import PersonRow
from records.queries.requirement_list import list_of
from records.requirement_list import RequirementListRow
from scheme.ids import EditionCode
from scheme.people import Role
from scheme.requirement_list import ListHead
from tests.world import found_house, table

HEAD = ListHead(EditionCode("12.1"), "Lastenboek 12.1", date(2025, 9, 1), example=False, source="Board, 2025-06-01")


async def test_a_list_is_saved_changed_and_proposed(
    cluster: Running,
    database: str,
    made_sessions: Sessions,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", cluster.url("ikm_app", database=database))
    monkeypatch.setenv("IKM_PAYLOAD_KEY", "A" * 43)
    await found_house(made_sessions)
    async with made_sessions.begin() as session:
        session.add(
            PersonRow(
                person_id="P-0001", sign_in_name="els", name="Els", role=Role.SECRETARIAT.value, language="nl",
                password_hash="none",
            )
        )  # fmt: skip
    file = tmp_path / "list.csv"
    await export_list(file, None)
    file.write_bytes(file.read_bytes().replace(b";B;", b";Z;", 2))
    with pytest.raises(SystemExit):
        await import_list(file, HEAD, "els")
    assert "line 2, column grade" in " ".join(capsys.readouterr().err.split())
    assert len(await table(made_sessions, RequirementListRow)) == 2
    file.write_bytes(file.read_bytes().replace(b";Z;", b";A;", 1).replace(b";Z;", b";B;", 1))
    await import_list(file, HEAD, "els")
    async with made_sessions() as session:
        before, after = await list_of(session, "L-001"), await list_of(session, "L-003")
    assert before is not None
    assert after is not None
    assert (after.requirements[0].grade, after.requirements[1:]) == ("A", before.requirements[1:])
    with pytest.raises(SystemExit):
        await export_list(file, "L-009")
