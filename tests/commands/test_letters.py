"""The ledger on the command line."""

from typer.testing import CliRunner

from ikm import app
from records.letter import LetterState


def test_a_state_that_is_none_is_refused_with_those_there_are() -> None:
    refused = CliRunner().invoke(app, ["letters", "list", "--state", "nonsense"], env={"COLUMNS": "500"})
    assert (refused.exit_code, [state for state in LetterState if state not in refused.output]) == (2, [])
