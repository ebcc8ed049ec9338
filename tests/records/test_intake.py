"""Register files against the register: what one would do is said first, and exactly that is done."""

import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parts.postgres import Running
from press.sheet import csv_bytes, xlsx_bytes
from press.sheet_in import table_in
from records.database import Sessions
from records.farm import Dairy, InspectionBody
from records.intake import HOLDERS, Plan, commit, plan
from records.mapping import kind_for, mapping_for, remember
from records.register_work import begin
from records.registering import Imported
from records.trail import Change, TrailEntry
from scheme.column_name import guessed, kind_of
from scheme.language import Language
from scheme.reconciliation import Gap, reconciled
from scheme.register import FARMS as FARM_FILE
from scheme.register import KINDS, FileKind, Known, read
from scheme.register_file import table_of, written
from scheme.register_line import FarmLine
from scheme.register_report import Difference, Effect
from scheme.register_rule import ColumnRule
from scheme.step import Act
from tests.world import BODIES, FARMS, SECRETARY, farm, number, table


def text(word: FileKind, *lines: object) -> str:
    """The lines as a file of that kind."""
    return written(lines, KINDS[word].columns)


async def planned(sessions: Sessions, word: FileKind, given: str) -> Plan:
    async with sessions() as session:
        return await plan(session, word, table_of(given))


async def imported(sessions: Sessions, word: FileKind, given: str) -> Imported:
    async with sessions.begin() as session:
        work = await begin(session, SECRETARY, practice=True)
        return await commit(work, await plan(session, word, table_of(given)))


async def test_what_a_file_would_do_is_said_line_by_line(world: Sessions) -> None:
    given = text(FileKind.FARMS, farm(1, city="Gent", email=None), farm(2), farm(7))
    found = (await planned(world, FileKind.FARMS, given)).report
    assert [(one.line, one.key, one.effect) for one in found.entries] == [
        (2, "F-000001", Effect.CHANGED), (3, "F-000002", Effect.UNCHANGED), (4, "F-000007", Effect.ADDED),
    ]  # fmt: skip
    assert found.entries[0].differences == (
        Difference("city", "Turnhout", "Gent"),
        Difference("email", "hoeve@f1.example", ""),
    )
    assert await imported(world, FileKind.FARMS, given) == Imported(added=1, changed=1, unchanged=1)
    assert {one.effect for one in (await planned(world, FileKind.FARMS, given)).report.entries} == {Effect.UNCHANGED}


async def test_a_column_that_the_file_does_not_have_stays(world: Sessions) -> None:
    await imported(world, FileKind.FARMS, text(FileKind.FARMS, replace(FARMS[0], vet_name="Dr. Claes")))
    few = [column for column in KINDS[FileKind.FARMS].columns if column.required or column.name == "phone"]
    assert await imported(world, FileKind.FARMS, written([farm(1, phone="014001234")], few)) == Imported(0, 1, 0)
    (line,) = [one for one in (await there(world, FileKind.FARMS)).values() if one.farm_id == number(1)]
    assert (line.vet_name, line.phone, line.email, line.expires_on) == (
        "Dr. Claes", "014001234", "hoeve@f1.example", FARMS[0].expires_on,
    )  # fmt: skip


async def there(sessions: Sessions, word: FileKind) -> dict:
    async with sessions() as session:
        return dict(await HOLDERS[word].there(session))


async def test_the_register_as_a_file_changes_nothing(world: Sessions) -> None:
    for word in FileKind:
        lines = (await there(world, word)).values()
        if lines:
            assert await imported(world, word, text(word, *lines)) == Imported(0, 0, len(lines))


async def test_dairies_and_bodies_come_in_and_their_changes_keep_before_and_after(world: Sessions) -> None:
    dairies = "dairy_id;name;language\nD-001;Melkunie;nl\n"
    assert await imported(world, FileKind.DAIRIES, dairies) == Imported(1, 0, 0)
    assert await imported(world, FileKind.DAIRIES, dairies.replace("nl", "fr")) == Imported(0, 1, 0)
    given = text(FileKind.BODIES, replace(BODIES[0], name="Keurpunt Een"))
    assert await imported(world, FileKind.BODIES, given) == Imported(0, 1, 0)
    first, second = sorted(await table(world, Change), key=lambda change: change.farm_id)
    assert (first.farm_id, first.before, first.after) == ("B-01", {"name": "Keurpunt 1"}, {"name": "Keurpunt Een"})
    assert (second.farm_id, second.before, second.after) == ("D-001", {"language": "nl"}, {"language": "fr"})
    acts = [entry.act for entry in await table(world, TrailEntry) if entry.chain == "house"]
    assert acts[2:] == [
        Act.REGISTER_IMPORTED, Act.DAIRY_CHANGED, Act.REGISTER_IMPORTED, Act.BODY_CHANGED, Act.REGISTER_IMPORTED,
    ]  # fmt: skip
    async with world() as session:
        assert (await session.get_one(Dairy, "D-001")).revision == 2
        assert (await session.get_one(InspectionBody, "B-01")).revision == 2


async def test_a_number_of_a_farm_that_the_file_does_not_name(world: Sessions) -> None:
    await imported(world, FileKind.FARMS, text(FileKind.FARMS, farm(1, certificate_number="IKM-1")))
    (wrong,) = (
        await planned(world, FileKind.FARMS, text(FileKind.FARMS, farm(2, certificate_number="IKM-1")))
    ).report.problems
    assert (wrong.column, wrong.rule) == ("certificate_number", ColumnRule.TAKEN_CERTIFICATE)


async def test_a_spreadsheet_beside_the_register(world: Sessions) -> None:
    given = text(FileKind.FARMS, farm(1, city="Gent"), farm(7), farm(2, postcode="99999"))
    asked = await planned(world, FileKind.FARMS, given)
    found = reconciled(asked.holder.kind, asked.read, asked.before)
    assert [(one.gap, one.line, one.key, one.column, one.theirs, one.ours) for one in found] == [
        (Gap.DIFFERS, 2, "F-000001", "city", "Gent", "Turnhout"),
        (Gap.ONLY_THERE, 3, "F-000007", "", "", ""),
        (Gap.UNREADABLE, 4, "F-000002", "postcode", "99999", "2300"),
        (Gap.ONLY_HERE, None, "F-000003", "", "", ""),
    ]


async def test_columns_are_guessed_by_their_names_and_remembered(world: Sessions) -> None:
    header = ("Bedrijfsnummer", "NAAM", "Rue et numéro", "PLZ", "Opmerking")
    assert kind_of(header) is FileKind.FARMS
    guess = {"Bedrijfsnummer": "farm_id", "NAAM": "name", "Rue et numéro": "street", "PLZ": "postcode"}
    async with world.begin() as session:
        assert await mapping_for(session, FileKind.FARMS, header) == guess
        await remember(session, FileKind.FARMS, header, {**guess, "Opmerking": ""})
        assert (await mapping_for(session, FileKind.FARMS, tuple(reversed(header))))["Opmerking"] == ""
        assert await mapping_for(session, FileKind.BODIES, header) != guess
        # Whatever the columns say: the last file with this header was of another kind.
        await remember(session, FileKind.DAIRIES, header, {})
        assert await kind_for(session, header) is FileKind.DAIRIES


@pytest.mark.parametrize("word", FileKind)
def test_each_kind_is_known_by_its_own_header(word: FileKind) -> None:
    assert kind_of(KINDS[word].names) is word


def test_a_farms_file_with_foreign_names_is_one_still_and_says_once_what_is_missing() -> None:
    foreign = {"farm_id": "Bedrijfscode", "holder": "Uitbater"}
    header = tuple(foreign.get(name, name) for name in FARM_FILE.names)
    assert kind_of(header) is FileKind.FARMS
    lines = "\n".join((";".join(header), *written([farm(1), farm(2)], FARM_FILE.columns).split("\n")[1:]))
    found = read(FARM_FILE, table_of(lines), Known(), mapping=guessed(FARM_FILE, header))
    assert [(one.line, one.column, one.rule) for one in found.problems] == [
        (1, "Bedrijfscode", ColumnRule.UNKNOWN_COLUMN),
        (1, "Uitbater", ColumnRule.UNKNOWN_COLUMN),
        (1, "farm_id", ColumnRule.MISSING_COLUMN),
        (1, "holder", ColumnRule.MISSING_COLUMN),
    ]


@pytest.mark.parametrize("header", [("dairy_id", "name", "street", "city", "language"), ("Code", "name", "language")])
def test_a_file_of_dairies_is_none_of_farms(header: tuple[str, ...]) -> None:
    assert kind_of(header) is FileKind.DAIRIES


# It imports six hundred farms, says so, and waits with its transaction open.
UNFINISHED = """
import asyncio, sys
from records.database import connect, sessions
from records.registering import import_register
from scheme.people import THE_HOUSE
from tests.world import BODIES, farm

async def main():
    async with sessions(connect(sys.argv[1])).begin() as session:
        await import_register(session, BODIES, [farm(place) for place in range(1, 600)], THE_HOUSE, practice=True)
        sys.stdout.write("written")
        sys.stdout.flush()
        await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_an_import_killed_before_its_end_leaves_nothing(world: Sessions, cluster: Running, database: str) -> None:
    await imported(world, FileKind.FARMS, text(FileKind.FARMS, *FARMS))
    tables = (Change, TrailEntry, InspectionBody)
    before = [await table(world, one) for one in tables], await there(world, FileKind.FARMS)
    command = [sys.executable, "-c", UNFINISHED, cluster.url("ikm_app", database=database)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE) as importing:
        assert importing.stdout is not None
        assert importing.stdout.read(7) == b"written"
        importing.send_signal(signal.SIGKILL)
    assert ([await table(world, one) for one in tables], await there(world, FileKind.FARMS)) == before


WORDS = st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" "), min_size=1, max_size=20)
TRICKY = st.sampled_from(["=1+1", "'=x", "''=x", "@a", "-2+3", "+cmd", "'t Hof", ";", '"', "-5", "0123"])
NAMES = (WORDS | TRICKY).map(str.strip).filter(bool)
LINES = st.builds(
    replace,
    st.just(farm(1)),
    name=NAMES,
    holder=NAMES,
    street=NAMES,
    city=NAMES,
    language=st.sampled_from(Language),
    phone=st.none() | st.sampled_from(["+32 14 00 12 34", "014/00.12.34", "0140012345"]),
    certificate_number=st.none() | NAMES,
    certificate_from=st.none() | st.dates(date(2000, 1, 1), date(2025, 11, 30)),
    vet_name=st.none() | NAMES,
    certification_body=st.none() | NAMES,
    last_audit_on=st.just(date(2024, 5, 6)),
    last_audit_hygiene=st.none() | st.integers(0, 100),
)


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_what_is_exported_is_imported_as_it_was(line: FarmLine) -> None:
    names, known = FARM_FILE.names, Known(bodies=frozenset({"B-01"}))
    row = [getattr(line, name) for name in names]
    for content in (csv_bytes(names, [row]), xlsx_bytes("farms", names, [row])):
        found = read(FARM_FILE, table_in(content), known, before={line.farm_id: line})
        assert (found.problems, found.lines) == ((), (line,))
