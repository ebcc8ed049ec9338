"""docs/running.md: every command in it exists, with the words it is given."""

import re
import shlex
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from ikm import app

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "running.md").read_text()
SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
BLOCKS = re.findall(r"(?s)```sh\n(.+?)```", TEXT)
LINES = tuple(line for block in BLOCKS for line in block.splitlines())
OURS = tuple(line for line in LINES if "ikm.py" in line)
COMPOSE = tuple(line for line in LINES if line.startswith("docker compose"))


@pytest.mark.parametrize("line", OURS)
def test_the_command_exists_with_its_words(line: str) -> None:
    words = shlex.split(line.partition("ikm.py ")[2])
    command = next(words[:many] for many in (2, 1) if shown(words[:many]) is not None)
    usage = shown(command)
    assert usage is not None
    assert [word for word in words if word.startswith("--") and word not in usage] == []


def shown(words: list[str]) -> str | None:
    """The help of a command; None where there is none."""
    done = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "200", "TERM": "dumb"})
    return done.output if done.exit_code == 0 else None


@pytest.mark.parametrize("line", COMPOSE)
def test_the_services_exist(line: str) -> None:
    words = shlex.split(line)[2:]
    assert words[0] in {"up", "ps", "run", "build", "logs"}
    named = [word for word in words[1:] if not word.startswith("-") and ":/" not in word]
    assert ("/backups/" in line) == ("--volume" in words)
    if words[0] == "run":
        assert named[0] in SERVICES
        assert len(named) == 1 or named[1:3] == ["python", "ikm.py"]
    else:
        assert set(named) <= set(SERVICES)


def test_the_targets_of_make_and_the_pages_it_names_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert [name for name in re.findall(r"`?make (\w+)`?", TEXT) if f"\n{name}:" not in makefile] == []
    for target in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert (ROOT / "docs" / target).exists(), target


def test_what_has_no_default_is_named() -> None:
    for name in re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text()):
        assert f"`{name}`" in TEXT


def test_every_question_of_an_operator_has_its_part() -> None:
    titles = re.findall(r"(?m)^## (.+)$", TEXT)
    assert titles == [
        "First start", "Temporal elsewhere", "A new release", "A new edition of the rules, a new year",
        "Keys and passwords", "Backups, and the way back", "When something is wrong", "What to watch",
    ]  # fmt: skip
