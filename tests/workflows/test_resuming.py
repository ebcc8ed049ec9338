"""The house is lost and comes back from one file: every case goes on where its row stands, and no letter goes twice."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from click.testing import Result
from sqlmodel import select
from typer.testing import CliRunner

from commands.open import Open
from commands.resume import go_on
from ikm import app
from parts.backup import dump, restore
from parts.postgres import Running
from parts.roles import EXTENSIONS
from records.case import ChoiceRow, RoundRow
from records.database import connect, sessions
from records.letter import LetterRow
from records.queries.trail_link import broken_link
from records.receiving import receive
from records.releasing import release
from scheme.choice import Channel
from scheme.choice_heard import Answer
from scheme.choice_round import Start
from scheme.ids import CALENDAR, POST
from scheme.people import farmer_of
from scheme.step import Act, Outcome
from tests.conftest import copy_database, drop_database
from tests.house import House, run_house
from tests.world import FARMS, SECRETARY, TWO, bring_in, column, farm, number, the_choice

REASON = "Reservekopie teruggezet na brand."
AFTER = datetime(2025, 1, 17, 8, tzinfo=UTC)
ENDS = datetime(2025, 3, 1, 8, tzinfo=UTC)


async def test_temporal_lost_everything(cluster: Running, tmp_path: Path) -> None:
    """A new machine: the file is all there is."""
    file = tmp_path / "backup"
    async with first_house(cluster, tmp_path / "one") as house:
        await half_way(house, file, cluster)
    (tmp_path / "two").mkdir()
    async with restored(cluster, file) as name, run_house(cluster, name, tmp_path / "two") as house:
        assert await go_on(Open(house.settings, house.sessions, house.client), REASON) == (8, 0)
        await to_the_end(house)
        # What the mail server of the first machine had was not sent again.
        assert Counter(await received(house)) == {}


@pytest.mark.proof
async def test_temporal_remembers_more_than_the_backup(
    cluster: Running, tmp_path: Path, proof_line: Callable[[str], None]
) -> None:
    """The database alone was lost: what Temporal did since ends, and is done again from the rows."""
    file = tmp_path / "backup"
    async with first_house(cluster, tmp_path / "one") as house:
        await half_way(house, file, cluster)
        await bring_in(house.sessions, [farm(4)])
        await answer(house, 2)
        await house.play(AFTER)
        await house.stop_worker()
        async with restored(cluster, file) as name, on_database(house, cluster, name) as again:
            assert await go_on(Open(again.settings, again.sessions, again.client), REASON) == (8, 1)
            await again.start_worker()
            await to_the_end(again)
            await again.stop_worker()
            # Two letters by mail, each once; the third farm has no address.
            assert set(Counter(await received(again)).values()) == {1}
            proof_line(
                "8 cases went on from the rows, 1 that no row knew ended; every letter once, every link of the trail"
            )


def test_a_backup_is_written_and_read_by_command(
    cluster: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For its owner's eyes only, over no other by chance; into a database without tables, and no other."""
    name, file = copy_database(cluster), tmp_path / "backup"
    assert command(cluster, name, monkeypatch, "backup", str(file)).exit_code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    refused = command(cluster, name, monkeypatch, "restore", str(file))
    assert (refused.exit_code, "The database is not empty" in refused.output) == (1, True)
    again = command(cluster, name, monkeypatch, "backup", str(file))
    assert (again.exit_code, "add --overwrite" in again.output) == (1, True)
    assert command(cluster, name, monkeypatch, "backup", "--overwrite", str(file)).exit_code == 0
    nowhere = command(cluster, name, monkeypatch, "backup", str(tmp_path / "no-folder" / "backup"))
    assert (nowhere.exit_code, "no-folder/backup cannot be written" in nowhere.output) == (1, True)
    drop_database(cluster, name)
    for words in (("backup", str(tmp_path / "other")), ("restore", str(file))):
        gone = command(cluster, name, monkeypatch, *words)
        assert (gone.exit_code, "does not exist" in gone.output) == (1, True)
    assert [one.name for one in tmp_path.iterdir()] == [file.name]
    make_empty(cluster, "restored")
    done = command(cluster, "restored", monkeypatch, "restore", str(file))
    drop_database(cluster, "restored")
    assert (done.exit_code, "every link holds" in done.output) == (0, True), done.output


def command(cluster: Running, name: str, monkeypatch: pytest.MonkeyPatch, *words: str) -> Result:
    """`ikm database …` on that database."""
    monkeypatch.setenv("DATABASE_URL", cluster.url("ikm_app", name))
    monkeypatch.setenv("DATABASE_OWNER_URL", cluster.url("ikm_owner", name))
    monkeypatch.setenv("IKM_PAYLOAD_KEY", cluster.kept.payload_key)
    return CliRunner().invoke(app, ["database", *words], env={"COLUMNS": "500"})


@asynccontextmanager
async def first_house(cluster: Running, folder: Path) -> AsyncIterator[House]:
    folder.mkdir()
    name = copy_database(cluster)
    async with run_house(cluster, name, folder) as house:
        yield house
    await asyncio.to_thread(drop_database, cluster, name)


@asynccontextmanager
async def restored(cluster: Running, file: Path) -> AsyncIterator[str]:
    """A new database with what the file holds."""
    name = "restored"
    make_empty(cluster, name)
    restore(cluster.url("ikm_owner", name), file)
    yield name
    await asyncio.to_thread(drop_database, cluster, name)


def make_empty(cluster: Running, name: str) -> None:
    """A database without tables, as `ikm database prepare` leaves it."""
    with psycopg.connect(cluster.url("postgres", "postgres").replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} OWNER ikm_owner")
        connection.execute(f"GRANT CONNECT ON DATABASE {name} TO ikm_app")
    with psycopg.connect(cluster.url("postgres", name).replace("+psycopg", ""), autocommit=True) as connection:
        for extension in EXTENSIONS:
            connection.execute(f"CREATE EXTENSION {extension}")


@asynccontextmanager
async def on_database(house: House, cluster: Running, name: str) -> AsyncIterator[House]:
    """The same Temporal and mailbox with another database."""
    settings = house.settings.model_copy(update={"database_url": cluster.url("ikm_app", name)})
    engine = connect(settings.database_url)
    yield replace(house, settings=settings, sessions=sessions(engine), working=None)
    await engine.dispose()


async def half_way(house: House, file: Path, cluster: Running) -> None:
    """The letters are out and one farm has answered; then the backup is made, while everything runs."""
    await bring_in(house.sessions, FARMS)
    await house.settle()
    await house.play(datetime(2025, 1, 15, 8, tzinfo=UTC))
    await house.hand_in(await receive(house.sessions, CALENDAR, SECRETARY, Start(2025)))
    await house.play(datetime(2025, 1, 16, 8, tzinfo=UTC))
    await answer(house, 1)
    # Received and not yet processed: it is in the file, and is dealt with afterwards.
    await house.stop_worker()
    await receive(house.sessions, the_choice(3), farmer_of(number(3)), Answer(TWO, Channel.LINK))
    name = house.settings.database_url.rpartition("/")[2]
    await asyncio.to_thread(dump, cluster.url("ikm_owner", name), file)
    await house.start_worker()


async def to_the_end(house: House) -> None:
    """Letters are held until a person lets them go; then the round ends as it would have."""
    assert await column(house.sessions, "SELECT reason FROM hold WHERE held") == [REASON]
    async with house.sessions.begin() as session:
        assert await release(session, POST, SECRETARY)
    await house.play(ENDS)
    async with house.sessions() as session:
        choices = {row.farm_id: (row.state, row.body) for row in await session.exec(select(ChoiceRow))}
        round_row = (await session.exec(select(RoundRow))).one()
        assert await broken_link(session) is None
    assert choices == {
        "F-000001": ("chosen", "B-02"), "F-000002": ("assigned", "B-01"), "F-000003": ("chosen", "B-02"),
    }  # fmt: skip
    assert (round_row.state, round_row.open) == ("done", 0)
    assert await column(house.sessions, "SELECT person FROM trail WHERE act = :act", act=Act.HOUSE_RESUMED) == ["house"]


async def answer(house: House, place: int) -> None:
    submission = await receive(house.sessions, the_choice(place), farmer_of(number(place)), Answer(TWO, Channel.LINK))
    assert await house.hand_in(submission) == Outcome()


async def received(house: House) -> list[str]:
    """Message-IDs of the letters that ask for a choice, as the mail server took them in."""
    async with house.sessions() as session:
        asked = set(await session.exec(select(LetterRow.message_id).where(LetterRow.kind == "choice")))
    messages = (await house.mailbox.get("/messages")).json()["items"]
    return [message["messageId"] for message in messages if message["messageId"] in asked]
