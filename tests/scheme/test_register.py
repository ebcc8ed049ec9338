"""The register files (docs/register.md): a good file reads whole, every mistake is named."""

from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest

from scheme.choice_round import Country
from scheme.ids import BodyId, FarmId
from scheme.language import Language
from scheme.register import DAIRIES as DAIRY_FILE
from scheme.register import FARMS, Known, read, read_bodies, read_farms
from scheme.register_column import BODY_COLUMNS, COLUMNS, DAIRY_COLUMNS, Column
from scheme.register_file import table_of, text_of, written
from scheme.register_line import BodyLine, DairyLine, FarmLine
from scheme.register_rule import ColumnRule, Problem
from scheme.register_wording import WORDINGS, sentence

R = ColumnRule
BODIES = {"B-01", "B-02"}
DAIRIES = {"D-001"}
DOCUMENT = Path(__file__).parents[2] / "docs" / "register.md"
GOOD = {column.name: column.example for column in COLUMNS}
DUTCH = GOOD | {
    "farm_id": "F-000124",
    "postcode": "5111 AB",
    "city": "Baarle-Nassau",
    "country": "NL",
    "email": "",
    "phone": "",
    "enterprise_number": "99000001",
    "herd_number": "9000001",
    "certificate_number": "",
    "certificate_from": "",
    "expires_on": "",
    "inspection_body": "",
    "choice_made_on": "",
    "site_postcode": "5111 AB",
    "establishment_unit": "000012345678",
    "supplier_number": "",
}
READ = FarmLine(
    farm_id=FarmId("F-000123"),
    name="Hoeve Ter Linde",
    holder="An Peeters",
    street="Kerkstraat 12",
    postcode="2320",
    city="Hoogstraten",
    country=Country.BE,
    language=Language.NL,
    email="an@hoeve-000123.example",
    phone="+32 14 00 12 34",
    enterprise_number="0403019261",
    herd_number="BE90000123-0101",
    certificate_number="IKM-2023-00042",
    certificate_from=date(2023, 2, 1),
    expires_on=date(2026, 2, 1),
    inspection_body=BodyId("B-01"),
    choice_made_on=date(2024, 1, 20),
    site_street="Veldweg 3",
    site_postcode="2320",
    site_city="Hoogstraten",
    establishment_unit="2147812701",
    dairy_id="D-001",
    supplier_number="L 77-12",
    vet_name="Dr. Els Claes",
    vet_email="els@praktijk.example",
    vet_substitute="Dr. Jan Smet",
    certification_body="IKM-Vlaanderen",
    last_audit_on=date(2023, 1, 12),
    last_audit_edition="11",
    last_audit_hygiene=82,
    last_audit_findings=4,
)


def farms(*rows: dict[str, str], separator: str = ";") -> str:
    """A file of rows that need no quotation marks."""
    return "\n".join(separator.join(row) for row in (list(GOOD), *(list(row.values()) for row in rows)))


def found(text: str) -> list[tuple[int, str, ColumnRule]]:
    """What is wrong with a file of farms."""
    return [(problem.line, problem.column, problem.rule) for problem in read_farms(text, BODIES, DAIRIES).problems]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(farms(GOOD), id="semicolons"),
        pytest.param(farms(GOOD, separator=","), id="commas"),
        pytest.param(farms(GOOD, separator="\t"), id="tabs"),
        pytest.param("\ufeff" + farms(GOOD), id="byte order mark"),
        pytest.param(farms(GOOD).replace("\n", "\r\n") + "\r\n", id="lines of Windows"),
        pytest.param(farms(GOOD).replace(";", " ; "), id="blanks around the values"),
        pytest.param(farms(GOOD) + "\n\n" + ";" * 30 + "\n", id="lines without any value"),
        pytest.param(farms(GOOD).replace("Hoeve Ter Linde", '"Hoeve Ter Linde"'), id="quotation marks"),
        pytest.param("\n".join(";".join(reversed(line.split(";"))) for line in farms(GOOD).split("\n")), id="order"),
    ],
)
def test_a_good_file_reads(text: str) -> None:
    read = read_farms(text, BODIES, DAIRIES)
    assert read.problems == ()
    assert read.lines == (READ,)


@pytest.mark.parametrize("address", ["josé@hoeve.example", "an@hoeve-geërfd.example", "an@xn--hoeve-gerfd-ibb.example"])
def test_a_mail_address_may_have_accents(address: str) -> None:
    (read,) = read_farms(farms(GOOD | {"email": address}), BODIES, DAIRIES).lines
    assert read.email == address


def test_a_dutch_farm_without_what_is_not_required() -> None:
    (farm,) = read_farms(farms(DUTCH), BODIES, DAIRIES).lines
    assert (farm.postcode, farm.enterprise_number, farm.herd_number) == ("5111 AB", "99000001", "9000001")
    assert (farm.email, farm.phone, farm.certificate_number, farm.inspection_body) == (None, None, None, None)
    assert (farm.certificate_from, farm.expires_on, farm.choice_made_on) == (None, None, None)


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("farm_id", "", R.REQUIRED),
        ("farm_id", "F-123", R.FARM_NUMBER),
        ("farm_id", "f-000123", R.FARM_NUMBER),
        ("farm_id", "F-٠٠٠١٢٣", R.FARM_NUMBER),
        ("name", "", R.REQUIRED),
        ("name", "Hoeve\tTer Linde", R.UNPRINTABLE),
        ("name", "Hoeve\x00", R.UNPRINTABLE),
        ("name", "Hoeve\u202eTer Linde", R.UNPRINTABLE),
        ("name", "H" * 121, R.TOO_LONG),
        ("holder", " ", R.REQUIRED),
        ("street", "", R.REQUIRED),
        ("city", "H" * 61, R.TOO_LONG),
        ("postcode", "99999", R.POSTCODE_BE),
        ("postcode", "0999", R.POSTCODE_BE),
        ("postcode", "5111 AB", R.POSTCODE_BE),
        ("country", "FR", R.COUNTRY),
        ("country", "be", R.COUNTRY),
        ("language", "vl", R.LANGUAGE),
        ("email", "an.hoeve.example", R.EMAIL),
        ("email", "an@hoeve", R.EMAIL),
        ("email", "an@@hoeve.example", R.EMAIL),
        ("email", "an peeters@hoeve.example", R.EMAIL),
        ("email", "an@hoeve.example,jan@hoeve.example", R.EMAIL),
        ("email", "an@hoeve..example", R.EMAIL),
        ("email", "ан@hoeve.example", R.EMAIL),
        ("email", "a" * 65 + "@hoeve.example", R.EMAIL),
        ("phone", "geen", R.PHONE),
        ("phone", "014/00", R.PHONE),
        ("phone", "014001234 thuis", R.PHONE),
        ("enterprise_number", "403019261", R.ENTERPRISE_DIGITS),
        ("enterprise_number", "2403019261", R.ENTERPRISE_DIGITS),
        ("enterprise_number", "0431.150.351", R.ENTERPRISE_CHECK),
        ("herd_number", "BE90000123", R.HERD_BE),
        ("herd_number", "9000001", R.HERD_BE),
        ("certificate_number", "I" * 41, R.TOO_LONG),
        ("certificate_from", "01/02/2023", R.DATE_FORMAT),
        ("certificate_from", "20230201", R.DATE_FORMAT),
        ("expires_on", "2026-02-29", R.NO_SUCH_DAY),
        ("expires_on", "2206-02-01", R.YEAR),
        ("expires_on", "2023-01-31", R.ENDS_TOO_EARLY),
        ("expires_on", "", R.NO_LAST_DAY),
        ("inspection_body", "B1", R.BODY_NUMBER),
        ("inspection_body", "B-09", R.UNKNOWN_BODY),
        ("choice_made_on", "20 jan", R.DATE_FORMAT),
        ("site_city", "", R.SITE_INCOMPLETE),
        ("site_postcode", "5111 AB", R.POSTCODE_BE),
        ("establishment_unit", "1147812701", R.UNIT_DIGITS),
        ("establishment_unit", "2.147.812.702", R.UNIT_CHECK),
        ("enterprise_number", "", R.UNIT_ALONE),
        ("dairy_id", "Melkunie", R.DAIRY_NUMBER),
        ("dairy_id", "D-009", R.UNKNOWN_DAIRY),
        ("dairy_id", "", R.NO_DAIRY),
        ("last_audit_on", "", R.NO_AUDIT_DAY),
        ("last_audit_edition", "11,1", R.EDITION),
        ("last_audit_hygiene", "101", R.HYGIENE),
        ("last_audit_hygiene", "82,5", R.HYGIENE),
        ("last_audit_findings", "-1", R.FINDINGS),
    ],
)
def test_each_rule_of_a_column(column: str, value: str, rule: ColumnRule) -> None:
    assert found(farms(GOOD | {column: value})) == [(2, column, rule)]


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("postcode", "5111AB", R.POSTCODE_NL),
        ("postcode", "5111 SS", R.POSTCODE_NL),
        ("postcode", "2320", R.POSTCODE_NL),
        ("enterprise_number", "0403.019.261", R.ENTERPRISE_NL),
        ("herd_number", "12345678", R.HERD_NL),
        ("establishment_unit", "2147812701", R.UNIT_NL),
    ],
)
def test_each_rule_of_a_dutch_farm(column: str, value: str, rule: ColumnRule) -> None:
    assert found(farms(DUTCH | {column: value})) == [(2, column, rule)]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param("", [(1, "", R.NO_LINES)], id="empty"),
        pytest.param(farms(), [], id="header alone: changes nothing"),
        pytest.param(farms(GOOD).replace(";city", ";gemeente"), [(1, "gemeente", R.UNKNOWN_COLUMN), (1, "city", R.MISSING_COLUMN)], id="columns"),
        pytest.param(farms(GOOD).replace(";city", ";name"), [(1, "city", R.MISSING_COLUMN), (1, "name", R.DOUBLE_COLUMN)], id="double column"),
        pytest.param(farms(GOOD) + ";", [(2, "", R.VALUE_COUNT)], id="one value too many"),
        pytest.param(farms(GOOD).replace("Hoeve", '"Hoeve'), [(2, "", R.BROKEN_QUOTES)], id="quotation mark left open"),
        pytest.param(farms(GOOD).replace("Hoeve Ter", '"Hoeve" Ter'), [(2, "", R.BROKEN_QUOTES)], id="quoted in part"),
    ],
)  # fmt: skip
def test_each_rule_of_a_file(text: str, problems: list[tuple[int, str, ColumnRule]]) -> None:
    assert found(text) == problems


def test_what_stands_twice() -> None:
    third = DUTCH | {"farm_id": "F-000125", "enterprise_number": "99000002"}
    same = third | {"enterprise_number": "99000001", "certificate_number": "IKM-2023-00042", "expires_on": "2026-02-01"}
    assert found(farms(GOOD, DUTCH, third, same)) == [
        (5, "farm_id", R.DOUBLE_FARM),
        (5, "enterprise_number", R.DOUBLE_ENTERPRISE),
        (5, "certificate_number", R.DOUBLE_CERTIFICATE),
    ]


def test_an_enterprise_number_written_otherwise_is_the_same() -> None:
    again = GOOD | {
        "farm_id": "F-000124",
        "enterprise_number": "BE 0403019261",
        "certificate_number": "IKM-2023-00043",
        "supplier_number": "8",
    }
    assert found(farms(GOOD, again)) == [(3, "enterprise_number", R.DOUBLE_ENTERPRISE)]


@pytest.mark.parametrize("number", ["0566.988.259", "0428.759.497", "0353456320", "BE0403019261", "BE 0403.019.261"])
def test_enterprise_numbers_in_use(number: str) -> None:
    (farm,) = read_farms(farms(GOOD | {"enterprise_number": number}), BODIES, DAIRIES).lines
    assert farm.enterprise_number == number.removeprefix("BE").strip().replace(".", "")


def test_an_enterprise_with_two_sites() -> None:
    second = GOOD | {
        "farm_id": "F-000124",
        "establishment_unit": "2.147.812.897",
        "certificate_number": "",
        "supplier_number": "8",
    }
    assert found(farms(GOOD, second)) == []
    assert found(farms(GOOD, second | {"establishment_unit": ""})) == []
    assert found(farms(GOOD, second | {"establishment_unit": "2147812701"})) == [
        (3, "enterprise_number", R.DOUBLE_ENTERPRISE)
    ]


def test_numbers_that_another_farm_of_the_register_has() -> None:
    other = GOOD | {"farm_id": "F-000124"}
    known = Known(frozenset(BODIES), frozenset(DAIRIES))
    wrong = read(FARMS, table_of(farms(other)), known, before={"F-000123": READ}).problems
    assert [(problem.column, problem.rule) for problem in wrong] == [
        ("enterprise_number", R.TAKEN_ENTERPRISE),
        ("certificate_number", R.TAKEN_CERTIFICATE),
        ("supplier_number", R.TAKEN_SUPPLIER),
    ]


def test_a_column_that_is_missing_leaves_what_it_is_about() -> None:
    few = [name for name, column in zip(GOOD, COLUMNS, strict=True) if column.required or name == "email"]
    text = ";".join(few) + "\n" + ";".join("" if name == "email" else GOOD[name] for name in few)
    known = Known(frozenset(BODIES), frozenset(DAIRIES))
    kept = read(FARMS, table_of(text), known, before={"F-000123": READ})
    assert (kept.lines, kept.problems) == ((replace(READ, email=None),), ())
    (new,) = read(FARMS, table_of(text), known).lines
    assert (new.email, new.herd_number, new.expires_on) == (None, None, None)


def test_columns_by_the_names_of_the_file_and_one_left_out() -> None:
    text = farms(GOOD).replace(";name;", ";Naam;").replace(";phone;", ";Opmerking;")
    mapping = {"Naam": "name", "Opmerking": ""}
    found_in = read(FARMS, table_of(text), Known(frozenset(BODIES), frozenset(DAIRIES)), mapping=mapping)
    assert (found_in.lines, found_in.problems) == ((replace(READ, phone=None),), ())


def test_dairies_read() -> None:
    text = "dairy_id,name,language\nD-001,Melkunie,nl\nD-001,Melk,nl\nD-2,,xx"
    wrong = read(DAIRY_FILE, table_of(text), Known()).problems
    assert [(problem.line, problem.rule) for problem in wrong] == [
        (3, R.DOUBLE_DAIRY), (4, R.DAIRY_NUMBER), (4, R.REQUIRED), (4, R.LANGUAGE),
    ]  # fmt: skip


def test_a_certificate_of_one_day_is_in_order() -> None:
    assert found(farms(GOOD | {"certificate_from": "2026-02-01"})) == []


def test_all_mistakes_of_a_file_are_named_at_once_in_order_of_lines() -> None:
    first = GOOD | {"postcode": "99999", "email": "an", "expires_on": "1 februari"}
    assert found(farms(first, DUTCH, GOOD | {"country": "", "language": ""})) == [
        (2, "postcode", R.POSTCODE_BE),
        (2, "email", R.EMAIL),
        (2, "expires_on", R.DATE_FORMAT),
        (4, "farm_id", R.DOUBLE_FARM),
        (4, "enterprise_number", R.DOUBLE_ENTERPRISE),
        (4, "certificate_number", R.DOUBLE_CERTIFICATE),
        (4, "supplier_number", R.DOUBLE_SUPPLIER),
        (4, "country", R.REQUIRED),
        (4, "language", R.REQUIRED),
    ]


def test_a_line_break_in_a_value_is_a_mistake_and_lines_count_as_in_an_editor() -> None:
    text = farms(GOOD, DUTCH | {"city": ""}).replace("Hoeve Ter Linde", '"Hoeve\nTer Linde"', 1)
    assert found(text) == [(2, "name", R.UNPRINTABLE), (4, "city", R.REQUIRED)]


@pytest.mark.parametrize(
    "name", ["'t Hof", "Élevage  laitier", "d’Hoeve & Zn.", "ΩMEGA", 'De "Kievit"', "Jan; An", "=1+1"]
)
def test_nothing_is_changed_unseen(name: str) -> None:
    text = written(read_farms(farms(GOOD), BODIES, DAIRIES).lines, COLUMNS).replace(
        "Hoeve Ter Linde", '"' + name.replace('"', '""') + '"'
    )
    read = read_farms(text, BODIES, DAIRIES)
    assert [farm.name for farm in read.lines] == [name]
    assert read_farms(written(read.lines, COLUMNS), BODIES, DAIRIES) == read


def test_a_file_that_is_not_utf_8() -> None:
    assert text_of("Kerk\nHof\nBenoît".encode("cp1252")) == "Kerk\nHof\nBenoît"
    assert text_of("Benoît".encode("utf-16")) == "Benoît"
    assert text_of(b"Kerk\nHof\n\x81") == Problem(3, "", "", R.NOT_UTF_8)
    # Meant as UTF-8 and broken in one place: read as Windows text it would be changed unseen.
    assert text_of("Élise\n".encode() + b"Beno\xeet") == Problem(2, "", "", R.NOT_UTF_8)
    assert text_of("Benoît".encode()) == "Benoît"


BODY = "body_id;name;recognised_from;recognised_until\nB-01;Keurpunt Landbouw;2024-03-01;2027-02-28\n"


def test_bodies_read() -> None:
    read = read_bodies(BODY)
    assert read.problems == ()
    assert read.lines == (BodyLine(BodyId("B-01"), "Keurpunt Landbouw", date(2024, 3, 1), date(2027, 2, 28)),)


@pytest.mark.parametrize(
    ("line", "column", "rule"),
    [
        ("B-01;Keur;2024-03-01;2027-02-28", "body_id", R.DOUBLE_BODY),
        ("B-1;Keur;2024-03-01;2027-02-28", "body_id", R.BODY_NUMBER),
        ("B-02;;2024-03-01;2027-02-28", "name", R.REQUIRED),
        ("B-02;Keur;2024-03-01;", "recognised_until", R.REQUIRED),
        ("B-02;Keur;2024-03-01;2024-02-29", "recognised_until", R.ENDS_TOO_EARLY),
    ],
)
def test_each_rule_of_a_body(line: str, column: str, rule: ColumnRule) -> None:
    (problem,) = read_bodies(BODY + line).problems
    assert (problem.line, problem.column, problem.rule) == (3, column, rule)


def test_a_problem_reads_as_one_line() -> None:
    problem = Problem(12, "postcode", "99999", R.POSTCODE_BE)
    assert sentence(problem) == (
        'line 12, column postcode: "99999" - a Belgian postcode has four digits; correct it in the file'
    )
    assert sentence(Problem(1, "gemeente", "", R.UNKNOWN_COLUMN)).startswith("line 1, column gemeente: this column")
    assert "\n" not in sentence(Problem(2, "name", "a\nb\x1b[2J", R.UNPRINTABLE))
    assert sentence(Problem(1, "", "", R.NO_LINES)) == ("line 1: the file is empty; check that it is the right file")


def test_every_rule_has_its_wording() -> None:
    assert set(WORDINGS) == set(ColumnRule)


@pytest.mark.parametrize(
    ("heading", "columns", "line"),
    [
        ("## farms.csv", COLUMNS, FarmLine),
        ("## bodies.csv", BODY_COLUMNS, BodyLine),
        ("## dairies.csv", DAIRY_COLUMNS, DairyLine),
    ],
)
def test_the_documented_columns(heading: str, columns: tuple[Column, ...], line: type) -> None:
    chapter = DOCUMENT.read_text(encoding="utf-8").split(heading)[1].split("\n## ")[0]
    rows = [row for row in chapter.split("\n") if row.startswith("| `")]
    assert rows == [f"| `{c.name}` | {'yes' if c.required else 'no'} | {c.format} | `{c.example}` |" for c in columns]
    assert [field.name for field in fields(line)] == [column.name for column in columns]
