"""Register files against the register: what one would do is said first, and exactly that is done."""

from dataclasses import replace

import pytest

from records.database import Sessions
from records.farm import Dairy, InspectionBody
from records.intake import HOLDERS, Plan, commit, plan
from records.mapping import header_sha256, mapping_for, remember
from records.register_work import begin
from records.registering import Imported
from records.trail import Change, TrailEntry
from scheme.column_name import kind_of
from scheme.reconciliation import Gap, reconciled
from scheme.register import KINDS, FileKind
from scheme.register_file import table_of, written
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
    assert header_sha256(FileKind.FARMS, header) != header_sha256(FileKind.BODIES, header)


@pytest.mark.parametrize("word", FileKind)
def test_each_kind_is_known_by_its_own_header(word: FileKind) -> None:
    assert kind_of(KINDS[word].names) is word
