"""What spreadsheets write otherwise and can mean one thing only is read so, told, and nothing else is."""

import pytest

from scheme.register import FARMS, KINDS, FileKind
from scheme.register_file import table_of
from scheme.register_meant import Meant, ReadAs, meant
from scheme.register_wording import read_so

HEADER = "farm_id;country;enterprise_number;certificate_from;expires_on;phone"


def read(*lines: str, mapping: dict[str, str] | None = None, header: str = HEADER) -> Meant:
    return meant(table_of("\n".join((header, *lines))), FARMS.columns, mapping)


def test_what_was_meant_is_read_and_told_with_its_place() -> None:
    found = read("F-000001;BE;403019261;1/02/2023;2026-02-01;x")
    assert found.table.records == ((2, ("F-000001", "BE", "0403019261", "2023-02-01", "2026-02-01", "x")),)
    assert found.read_as == (
        ReadAs(2, "enterprise_number", "403019261", "0403019261"),
        ReadAs(2, "certificate_from", "1/02/2023", "2023-02-01"),
    )
    assert read_so(found.read_as[0]) == 'line 2, column enterprise_number: "403019261" is read as 0403019261'


@pytest.mark.parametrize("value", ["403.019.261", "BE 403.019.261", "BE403019261"])
def test_an_enterprise_number_as_it_was_written_before_2005(value: str) -> None:
    assert [one.read_as for one in read(f"F-000001;BE;{value};;;").read_as] == ["0403019261"]


@pytest.mark.parametrize("value", ["01/02/2023", "1-2-2023", "1.02.2023"])
def test_a_day_in_any_of_the_ways_belgium_writes_it(value: str) -> None:
    assert [one.read_as for one in read(f"F-000001;BE;;{value};;").read_as] == ["2023-02-01"]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("F-000001;BE;403019262;;;", id="the check fails"),
        pytest.param("F-000001;BE;40301926;;;", id="two digits short"),
        pytest.param("F-000001;BE;0403019261;;;", id="right already"),
        pytest.param("F-000001;NL;403019261;;;", id="of another country"),
        pytest.param("F-000001;;403019261;;;", id="of no country"),
        pytest.param("F-000001;BE;;31/02/2023;;", id="no such day"),
        pytest.param("F-000001;BE;;1/02/23;;", id="a year of two digits"),
        pytest.param("F-000001;BE;;1/02-2023;;", id="two signs"),
        pytest.param("F-000001;BE;;1/02/1923;;", id="no year of ours"),
        pytest.param("F-000001;BE;;1/02/2023;1/31/2026;", id="a file with the month first"),
        pytest.param("F-000001;BE;;;;1/02/2023", id="not a column of days"),
        pytest.param("F-000001;BE", id="a line that ends too early"),
    ],
)
def test_what_is_not_sure_stays_as_it_stands(line: str) -> None:
    found = read(line)
    assert (found.table, found.read_as) == (table_of(f"{HEADER}\n{line}"), ())


def test_columns_are_known_by_the_names_of_the_file() -> None:
    mapping = {"KBO": "enterprise_number", "Land": "country"}
    assert len(read("403019261;BE", header="KBO;Land", mapping=mapping).read_as) == 1
    assert read("403019261;BE", header="KBO;Land", mapping=mapping | {"KBO": ""}).read_as == ()


def test_the_days_of_running_cases_are_read_alike() -> None:
    found = meant(table_of("kind;began_on\nappeal;2/01/2025"), KINDS[FileKind.RUNNING].columns)
    assert found.read_as == (ReadAs(2, "began_on", "2/01/2025", "2025-01-02"),)
