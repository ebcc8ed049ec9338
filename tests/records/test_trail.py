"""The trail: entered by one door, linked, and whoever changes it is found out (design.md §9)."""

import asyncio
from collections.abc import Iterator
from datetime import date

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from parts.postgres import Running
from records.database import Sessions
from records.queries.trail import About, Said, finding_in, said_in
from records.queries.trail_link import _BROKEN as BROKEN
from records.trail import TrailEntry
from records.trailing import append
from scheme.errors import Refusal, Rule
from scheme.step import Act
from tests.world import BEGINS, LETTERS_AT, SECRETARY, run_round, set_clock, table, value, wait_for_locks

CHAIN = "F-000001"
LAST = f"chain = '{CHAIN}' AND place = 2"


async def enter(sessions: Sessions, key: str, chain: str = CHAIN, **changes: object) -> None:
    async with sessions.begin() as session:
        values = {"act": Act.REFUSED, "actor": SECRETARY, "at": BEGINS} | changes
        await append(session, key=key, chain=chain, **values)  # type: ignore[arg-type]


async def broken(sessions: Sessions) -> tuple[str, int] | None:
    """The first link that does not hold, as `ikm trail verify` finds it."""
    async with sessions() as session:
        found = (await session.execute(BROKEN)).first()
    return None if found is None else (found.chain, found.place)


async def test_an_entry_says_who_what_when_and_on_which_rule(world: Sessions) -> None:
    await set_clock(world, LETTERS_AT)
    rule = Refusal(Rule.TOO_LATE)
    await enter(world, "a", received_at=BEGINS, refused=rule, facts={"case": "choice:2025:F-000001", "body": None})
    entry = (await table(world, TrailEntry))[-1]
    assert (entry.chain, entry.place, entry.act) == (CHAIN, 2, "submission:refused")
    assert (entry.person, entry.role, entry.rule) == ("P-0001", "secretariat", "too-late")
    assert (entry.at, entry.received_at, entry.decided_at) == (BEGINS, BEGINS, LETTERS_AT)
    assert entry.facts == {"case": "choice:2025:F-000001"}


async def test_the_same_key_again_changes_nothing(world: Sessions) -> None:
    await enter(world, "a", facts={"about": "first"})
    before = await table(world, TrailEntry)
    await enter(world, "a", facts={"about": "second"})
    assert await table(world, TrailEntry) == before


async def test_two_entries_at_once_stand_one_behind_the_other(world: Sessions) -> None:
    async with world.begin() as holding:
        await append(holding, key="a", chain=CHAIN, act=Act.REFUSED, actor=SECRETARY, at=BEGINS)
        second = asyncio.create_task(enter(world, "b"))
        await wait_for_locks(world)
    await second
    places = {entry.key: entry.place for entry in await table(world, TrailEntry) if entry.chain == CHAIN}
    assert (places["a"], places["b"]) == (2, 3)
    assert await broken(world) is None


async def test_what_is_rolled_back_leaves_no_gap(world: Sessions) -> None:
    async with world() as session:
        await append(session, key="a", chain=CHAIN, act=Act.REFUSED, actor=SECRETARY, at=BEGINS)
    await enter(world, "b")
    assert await broken(world) is None


async def test_every_link_of_a_round_holds(world: Sessions) -> None:
    await run_round(world)
    assert await value(world, "SELECT count(DISTINCT chain) FROM trail") == 4
    assert await broken(world) is None


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        pytest.param(f"UPDATE trail SET rule = 'superseded' WHERE {LAST}", 2, id="a column"),
        pytest.param(f"UPDATE trail SET facts = '{{}}' WHERE {LAST}", 2, id="its facts"),
        pytest.param(f"UPDATE trail SET at = at + interval '1 microsecond' WHERE {LAST}", 2, id="a moment"),
        pytest.param(f"UPDATE trail SET canonical = replace(canonical, 'P-0001', 'P-0002') WHERE {LAST}", 2, id="text"),
        pytest.param(
            "UPDATE trail t SET person = 'P-0002', canonical = c.text, sha256 = trail_digest(s.previous_sha256, c.text) "
            "FROM trail s, LATERAL (SELECT trail_canonical(s.key, s.chain, s.place, s.act, 'P-0002', s.role, s.at, "
            "s.decided_at, s.received_at, s.rule, s.facts) AS text) c "
            f"WHERE t.key = s.key AND s.chain = '{CHAIN}' AND s.place = 2",
            3,
            id="an entry made over, its own link too",
        ),
        pytest.param(f"DELETE FROM trail WHERE {LAST}", 3, id="one from the middle removed"),
        pytest.param(f"DELETE FROM trail WHERE chain = '{CHAIN}' AND place = 3", 3, id="the last one removed"),
        pytest.param(f"DELETE FROM trail WHERE chain = '{CHAIN}'", 1, id="a whole chain removed"),
        pytest.param(
            f"WITH head AS (DELETE FROM trail_head WHERE chain = '{CHAIN}') DELETE FROM trail WHERE chain = '{CHAIN}'",
            1,
            id="a whole chain removed with its head",
        ),
    ],
)
async def test_what_the_owner_changes_is_found(
    world: Sessions, cluster: Running, database: str, tamper: str, found: int
) -> None:
    await enter(world, "a", facts={"case": "choice:2025:F-000001"})
    await enter(world, "b")
    with psycopg.connect(plain(cluster, "ikm_owner", database)) as owner:
        assert owner.execute(tamper).rowcount  # type: ignore[call-overload]
    assert await broken(world) == (CHAIN, found)


def plain(cluster: Running, role: str, database: str = "ikm") -> str:
    return cluster.url(role, database).replace("+psycopg", "")


@pytest.fixture(scope="module")
def application(cluster: Running) -> Iterator[psycopg.Connection]:
    """The application's own role, on the database that all tests are copied from: nothing is ever committed."""
    with psycopg.connect(plain(cluster, "ikm_app")) as connection:
        yield connection
        connection.rollback()


@pytest.fixture(scope="module")
def reader(cluster: Running) -> Iterator[psycopg.Connection]:
    with psycopg.connect(plain(cluster, "ikm_read")) as connection:
        yield connection
        connection.rollback()


def refused(connection: psycopg.Connection, statement: str) -> None:
    try:
        with pytest.raises(InsufficientPrivilege):
            connection.execute(statement)  # type: ignore[call-overload]
    finally:
        connection.rollback()


ENTRY = (
    "(key, chain, place, act, person, role, at, decided_at, facts, canonical, previous_sha256, sha256) "
    "VALUES ('x', 'house', 1, 'x', 'x', 'x', now(), now(), '{}', '', '', '')"
)


@pytest.mark.parametrize(
    "statement",
    [
        f"INSERT INTO trail {ENTRY}",
        *(f"{verb} {where}" for where in ("trail", "trail_head") for verb in ("DELETE FROM", "TRUNCATE")),
        "UPDATE trail SET rule = NULL",
        "INSERT INTO trail_head VALUES ('x', 0, '')",
        "UPDATE trail_head SET place = 0",
        "SELECT * FROM trail_head FOR UPDATE",
        "SELECT setval('trail_number_seq', 1)",
        "UPDATE reading SET person = 'x'",
        "DELETE FROM reading",
        "UPDATE change SET before = '{}'",
        "DELETE FROM change",
        "UPDATE house SET practice = false",
        "DELETE FROM house",
        "TRUNCATE farm CASCADE",
        *(
            f"DELETE FROM {name}"
            for name in ("letter", "submission", "outbox", "case_file", "choice", "farm", "person")
        ),
        "UPDATE alembic_version SET version_num = '0000'",
        "SET ROLE ikm_owner",
        "SET SESSION AUTHORIZATION ikm_owner",
        "SET session_replication_role = replica",
        "CREATE TABLE mine (n int)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE OR REPLACE FUNCTION scheme_now() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'",
        "CREATE TRIGGER mine BEFORE INSERT ON trail EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "ALTER TABLE trail DISABLE TRIGGER ALL",
        "ALTER TABLE trail OWNER TO ikm_app",
        "ALTER TABLE farm ADD COLUMN more text",
        "DROP TABLE trail",
        "DROP FUNCTION scheme_now()",
        "COPY farm TO PROGRAM 'true'",
    ],
)
def test_refused_to_the_application(application: psycopg.Connection, statement: str) -> None:
    refused(application, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT trail_append('x', 'house', 'x', 'x', 'x', now(), NULL, NULL, '{}')",
        "INSERT INTO reading (person, farm_id, at) VALUES ('P-0001', 'F-000001', now())",
        "INSERT INTO change VALUES ('x', 'F-000001', now(), '', '', '{}', '{}')",
        "SELECT FROM trail, trail_head",
        "SELECT FROM person, session",
        "DELETE FROM deadline",
        "DELETE FROM session",
    ],
)
def test_allowed_to_the_application(application: psycopg.Connection, statement: str) -> None:
    application.execute(statement)  # type: ignore[call-overload]
    application.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT FROM person",
        "SELECT FROM session",
        "INSERT INTO reading (person, farm_id, at) VALUES ('P-0001', 'F-000001', now())",
        "UPDATE farm SET name = ''",
        "DELETE FROM letter",
        "TRUNCATE letter",
        "UPDATE practice_clock SET now = now()",
        "SELECT FROM farm FOR UPDATE",
        "SELECT trail_append('x', 'house', 'x', 'x', 'x', now(), NULL, NULL, '{}')",
        "CREATE TABLE mine (n int)",
    ],
)
def test_refused_to_the_reader(reader: psycopg.Connection, statement: str) -> None:
    refused(reader, statement)


def test_the_reader_reads_and_can_verify(reader: psycopg.Connection) -> None:
    reader.execute("SELECT scheme_now() FROM farm, letter, case_file, trail, trail_head")
    reader.execute(BROKEN.text)
    reader.rollback()


def test_words_beside_what_was_handed_in_are_told_whatever_their_names() -> None:
    assert said_in({"words": "De tank is hersteld.", "files": "7f0c"}) == Said(note="De tank is hersteld.")
    assert said_in({"files": "7f0c"}) is None
    assert said_in({"reason": "verkeerd bedrijf"}) == Said(reason="verkeerd bedrijf")
    assert said_in(None) is None


def test_a_proof_and_a_verdict_name_the_finding_they_are_about() -> None:
    verdict = {"kind": "verdict", "number": "C4", "accepted": True, "seen": "on-site", "seen_on": "2025-11-25"}
    assert finding_in(verdict) == About("C4", date(2025, 11, 25))
    assert finding_in(verdict | {"seen": "on-paper"}) == About("C4")
    assert finding_in({"kind": "proof", "number": "A21", "received_on": None}) == About("A21")
    assert (finding_in({"kind": "other", "number": "1"}), finding_in(None)) == (About(), About())
