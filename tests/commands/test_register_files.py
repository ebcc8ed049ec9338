"""Register files on the command line: what cannot be written is said, and kinds have the names of the options."""

from pathlib import Path

import pytest
from typer import BadParameter

from commands.reconcile import HEADER, write_file
from commands.register_words import file_kind
from scheme.register import FileKind


def test_a_folder_that_is_not_there_is_said_and_not_traced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        write_file(tmp_path / "none" / "farms.csv", "farms", HEADER, [])
    assert ended.value.code == 1
    assert "make the folder first" in " ".join(capsys.readouterr().err.split())


def test_inspection_bodies_are_named_as_either_option_does() -> None:
    assert [file_kind(word) for word in ("bodies", "inspection-bodies", "dairies")] == [
        FileKind.BODIES, FileKind.BODIES, FileKind.DAIRIES,
    ]  # fmt: skip
    with pytest.raises(BadParameter, match="inspection-bodies"):
        file_kind("cows")
