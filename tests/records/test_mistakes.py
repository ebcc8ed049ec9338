"""A file with every kind of mistake names each, and writes nothing."""

from pathlib import Path

import pytest

from commands.open import Open
from commands.register import import_files
from records.case import CaseRow
from records.database import Sessions
from records.farm import Dairy, Farm
from records.intake import plan
from records.mapping import MappingRow
from records.submission import OutboxRow
from records.trail import Change, TrailEntry
from scheme.register import KINDS, FileKind
from scheme.register_file import table_of, written
from scheme.register_rule import ColumnRule
from scheme.register_wording import WORDINGS
from settings import Settings
from tests.world import bring_in, farm, table

R = ColumnRule
GOOD = {column.name: column.example for column in KINDS[FileKind.FARMS].columns}
DUTCH = {"country": "NL", "postcode": "5111 AB", "site_postcode": "5111 AB", "enterprise_number": "99000001",
         "herd_number": "1", "establishment_unit": "000012345678"}  # fmt: skip
SAME_SITE = {"enterprise_number": "0403019261", "establishment_unit": "2147812701"}
# Each line: what is wrong in it, beside what makes it a farm of its own.
MISTAKES: tuple[tuple[ColumnRule, dict[str, str]], ...] = (
    (R.REQUIRED, {"name": ""}),
    (R.UNPRINTABLE, {"holder": "An\tPeeters"}),
    (R.TOO_LONG, {"street": "K" * 121}),
    (R.FARM_NUMBER, {"farm_id": "123"}),
    (R.COUNTRY, {"country": "FR"}),
    (R.LANGUAGE, {"language": "vl"}),
    (R.POSTCODE_BE, {"postcode": "99999"}),
    (R.POSTCODE_NL, DUTCH | {"postcode": "5111"}),
    (R.EMAIL, {"email": "an.hoeve"}),
    (R.PHONE, {"phone": "geen"}),
    (R.ENTERPRISE_DIGITS, {"enterprise_number": "403019262"}),
    (R.ENTERPRISE_CHECK, {"enterprise_number": "0431.150.351"}),
    (R.ENTERPRISE_NL, DUTCH | {"enterprise_number": "12"}),
    (R.UNIT_DIGITS, {"establishment_unit": "1147812701"}),
    (R.UNIT_CHECK, {"establishment_unit": "2147812702"}),
    (R.UNIT_NL, DUTCH | {"establishment_unit": "1"}),
    (R.UNIT_ALONE, {"enterprise_number": ""}),
    (R.HERD_BE, {"herd_number": "BE1"}),
    (R.HERD_NL, DUTCH | {"herd_number": "12345678", "enterprise_number": "99000002"}),
    (R.DATE_FORMAT, {"certificate_from": "01/02/23"}),
    (R.NO_SUCH_DAY, {"expires_on": "2026-02-29"}),
    (R.YEAR, {"expires_on": "2206-02-01"}),
    (R.ENDS_TOO_EARLY, {"expires_on": "2023-01-31"}),
    (R.NO_LAST_DAY, {"expires_on": ""}),
    (R.BODY_NUMBER, {"inspection_body": "B1"}),
    (R.UNKNOWN_BODY, {"inspection_body": "B-99"}),
    (R.DAIRY_NUMBER, {"dairy_id": "Melkunie"}),
    (R.UNKNOWN_DAIRY, {"dairy_id": "D-999"}),
    (R.NO_DAIRY, {"dairy_id": ""}),
    (R.SITE_INCOMPLETE, {"site_city": ""}),
    (R.NO_AUDIT_DAY, {"last_audit_on": ""}),
    (R.EDITION, {"last_audit_edition": "11,1"}),
    (R.HYGIENE, {"last_audit_hygiene": "101"}),
    (R.FINDINGS, {"last_audit_findings": "veel"}),
    (R.DOUBLE_FARM, {"farm_id": "F-000200"}),
    (R.DOUBLE_ENTERPRISE, SAME_SITE),
    (R.DOUBLE_CERTIFICATE, {"certificate_number": "IKM-2023-00042"}),
    (R.DOUBLE_SUPPLIER, {"supplier_number": "L 77-12"}),
    (R.TAKEN_ENTERPRISE, {"enterprise_number": "0566988259", "establishment_unit": ""}),
    (R.TAKEN_CERTIFICATE, {"certificate_number": "IKM-1"}),
    (R.TAKEN_SUPPLIER, {"supplier_number": "7"}),
)
TABLES = (Farm, Dairy, CaseRow, OutboxRow, TrailEntry, Change, MappingRow)


def of_its_own(place: int) -> dict[str, str]:
    """A right farm whose numbers no other line has."""
    front = 20000000 + place
    unit = f"{front}{97 - front % 97:02}"
    own = {"farm_id": f"F-{200 + place:06}", "certificate_number": f"C-{place}", "supplier_number": f"S-{place}"}
    return GOOD | own | {"establishment_unit": unit}


def the_file() -> str:
    """One right line, one for each mistake, one with a value too many, one whose quotation mark stays open."""
    rows = [GOOD | {"farm_id": "F-000200"}]
    rows += [of_its_own(place) | wrong for place, (_, wrong) in enumerate(MISTAKES, 1)]
    lines = [";".join(GOOD), *(";".join(row.values()) for row in rows)]
    return "\n".join([*lines, lines[1] + ";", lines[1].replace("Hoeve", '"Hoeve')])


async def everything(sessions: Sessions) -> list[object]:
    return [await table(sessions, rows) for rows in TABLES]  # type: ignore[type-var]


@pytest.fixture
async def house(world: Sessions) -> Open:
    """The named world, in which farm 9 has numbers and a dairy of its own."""
    async with world.begin() as session:
        session.add(Dairy(dairy_id="D-001", name="Melkunie", language="nl"))
    own = {
        "certificate_number": "IKM-1",
        "dairy_id": "D-001",
        "supplier_number": "7",
        "enterprise_number": "0566988259",
    }
    await bring_in(world, [farm(9, **own)])
    return Open(Settings(practice=True), world, None)  # type: ignore[arg-type]  # nothing here speaks to Temporal


async def test_every_kind_of_mistake_is_named_and_nothing_is_written(
    house: Open, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "farms.csv"
    file.write_text(the_file(), encoding="utf-8")
    before = await everything(house.sessions)
    with pytest.raises(SystemExit) as ended:
        await import_files(house, file)
    assert ended.value.code == 1
    assert await everything(house.sessions) == before
    told = " ".join(capsys.readouterr().err.split())
    rules = [*(rule for rule, _ in MISTAKES), R.VALUE_COUNT, R.BROKEN_QUOTES]
    assert len(set(rules)) == 43
    assert [rule for rule in rules if WORDINGS[rule].sentence not in told] == []
    assert "Nothing was written." in told


async def test_each_mistake_stands_on_its_own_line(house: Open) -> None:
    async with house.sessions() as session:
        found = (await plan(session, FileKind.FARMS, table_of(the_file()))).report.problems
    assert [(line, rule) for line, (rule, _) in enumerate(MISTAKES, 3)] == [
        (problem.line, problem.rule) for problem in found if problem.line < len(MISTAKES) + 3
    ]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"farm_id;name\nF-000001;\x81", R.NOT_UTF_8),
        (b"", R.NO_LINES),
        (b"farm_id;name\nF-000001;Hof", R.MISSING_COLUMN),
        (written([farm(1)], KINDS[FileKind.FARMS].columns).replace("phone", "fon").encode(), R.UNKNOWN_COLUMN),
        (written([farm(1)], KINDS[FileKind.FARMS].columns).replace("phone", "email").encode(), R.DOUBLE_COLUMN),
        (b"PK\x03\x04", R.NOT_A_WORKBOOK),
    ],
)
async def test_a_file_that_is_wrong_as_a_whole(
    house: Open, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, rule: ColumnRule
) -> None:
    file = tmp_path / "farms.csv"
    file.write_bytes(content)
    before = await everything(house.sessions)
    with pytest.raises(SystemExit):
        await import_files(house, file, of=FileKind.FARMS)
    assert WORDINGS[rule].sentence in " ".join(capsys.readouterr().err.split())
    assert await everything(house.sessions) == before
