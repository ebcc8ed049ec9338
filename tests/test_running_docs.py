"""docs/running.md: every command in it exists, with the words it is given."""

import re
import shlex
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from ikm import app
from settings import Settings

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "running.md").read_text()
SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
OVERRIDE = yaml.safe_load(re.sub("!override", "", re.findall(r"(?s)```yaml\n(.+?)```", TEXT)[0]))
BLOCKS = re.findall(r"(?s)```sh\n(.+?)```", TEXT)
LINES = tuple(line for block in BLOCKS for line in block.splitlines())
OURS = tuple(line for line in LINES if "ikm.py" in line)
SAID = tuple(re.findall(r"`ikm ([^`]+)`|`(database \w+)`", TEXT))
NAME = re.compile(r"\b(?:IKM|SMTP|TEMPORAL|DATABASE|POSTGRES)_[A-Z_]+\b")
FILE = (ROOT / "docker-compose.yml").read_text()
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
    assert words[0] in {"up", "ps", "run", "build", "logs", "exec", "stop"}
    named = [word for word in words[1:] if not word.startswith("-") and ":/" not in word]
    assert ("/backups/" in line) == ("--volume" in words)
    if words[0] == "run":
        assert named[0] in SERVICES
        assert len(named) == 1 or named[1:3] == ["python", "ikm.py"]
    elif words[0] == "exec":
        assert named == ["postgres", "psql"]
    else:
        assert set(named) <= set(SERVICES)


@pytest.mark.parametrize("words", [" ".join(pair).split() for pair in SAID])
def test_a_command_that_is_only_mentioned_exists(words: list[str]) -> None:
    assert shown([word for word in words if not word.isupper()]) is not None


def test_every_variable_is_read_by_somebody() -> None:
    ours = {str(field.validation_alias) for field in Settings.model_fields.values()}
    # Certificates are read by Temporal's own library, which that test shows.
    read = ours | set(NAME.findall(FILE)) | set(NAME.findall((ROOT / "tests/test_temporal_tls.py").read_text()))
    named = set(NAME.findall(TEXT)) - read
    assert {name.removesuffix("_FILE") for name in named} - read == set()


def test_what_stands_in_env_is_handed_on() -> None:
    given = re.findall(r"(?m)^(\w+)=", re.findall(r"(?s)```ini\n(.+?)```", TEXT)[0])
    assert {*given, "SMTP_PORT", "SMTP_TLS", "IKM_MAIL_RATE"} <= set(re.findall(r"\$\{(\w+)", FILE))


def test_temporal_elsewhere_leaves_out_all_of_ours() -> None:
    without = {name for name, service in OVERRIDE["services"].items() if "profiles" in service}
    assert without == {name for name in SERVICES if name.startswith("temporal")}
    assert set(OVERRIDE["services"]) - without == {name for name in SERVICES if name.startswith(("worker", "web"))}


def test_the_backups_folder_is_made_before_it_is_mounted() -> None:
    """Docker would make it, and then it is root's; both where a house begins and where one comes back."""
    for part in ("First start", "Backups, and the way back"):
        block = next(
            text for text in re.findall(r"(?s)```sh\n(.+?)```", TEXT.split(f"## {part}")[1]) if "install" in text
        )
        made = block.index("install -d -m 0700 -o 10001 -g 10001 /srv/backups")
        assert made < (block.index("/backups:/backups") if "/backups:/backups" in block else len(block))


def test_a_release_is_taken_one_after_the_other() -> None:
    """The tables first; then each of the four alone, before whatever else changed."""
    block = next(text for text in BLOCKS if "git checkout v0.2.0" in text)
    alone = re.findall(r"up --detach --no-deps --wait (\S+)", block)
    assert alone == [name for name in SERVICES if name.startswith(("worker", "web"))]
    order = ["database backup", "git checkout", "compose build", "--rm migrate\n", "--wait worker-1"]
    assert sorted(order, key=block.index) == order


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
