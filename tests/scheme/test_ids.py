"""Identifiers: what they look like, in the ten digits of our script."""

import re

import pytest

from scheme.ids import (
    CALENDAR,
    PATTERNS,
    POST,
    choice_case,
    farm_id,
    farmer_case,
    is_choice,
    matter_case,
    round_case,
)
from tests.world import KEYS, number


@pytest.mark.parametrize("text", ["F-000123", " f-000123 ", "F-000123\n"])
def test_a_farm_number_as_people_type_it(text: str) -> None:
    assert farm_id(text) == "F-000123"


@pytest.mark.parametrize("text", ["", "123", "F-123", "F-0001234", "F 000123", "F-٠٠٠١٢٣", "F-00012³"])
def test_what_is_not_a_farm_number(text: str) -> None:
    with pytest.raises(ValueError, match="it looks like F-000123"):
        farm_id(text)


def test_ids_of_cases() -> None:
    assert farmer_case(number(123)) == "farmer:F-000123"
    assert round_case(2025) == "choice-round:2025"
    assert choice_case(2025, number(123)) == "choice:2025:F-000123"
    assert choice_case(2025, number(123), 2) == "choice:2025:F-000123:2"
    assert matter_case(number(123), 2) == "matter:F-000123:2"
    assert is_choice(choice_case(2025, number(123)))
    assert not is_choice(matter_case(number(123), 2))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("FarmId", "F-000123"),
        ("BodyId", "B-01"),
        *(
            ("CaseId", case)
            for case in (CALENDAR, POST, farmer_case(number(1)), round_case(2025), matter_case(number(1), 12))
        ),
        *(("CaseId", case) for case in (choice_case(2025, number(1)), choice_case(2025, number(1), 12))),
        *(("PersonId", person) for person in ("P-0001", "F-000123", "house")),
        ("CaseId", "periodic-audit:2025:F-000123"),
        ("CaseId", "certification:2025:F-000123:2"),
        ("CaseId", "status-change:2026:F-000123:2"),
        ("CaseId", "farm-change:2026:F-000123:2"),
        ("RequirementNumber", "A1.2"),
        ("SubmissionId", KEYS[1]),
        ("NewsId", "farmer:F-000123#start"),
        ("NewsId", "choice:2025:F-000123:2>farmer:F-000123#closed"),
        ("NewsId", "farmer:F-000123>choice:2025:F-000123#stopped-4"),
        ("LetterKey", "choice:2025:F-000123:2:reminder"),
        ("ListId", "L-001"),
        *(("EditionCode", code) for code in ("12", "12.1", "12.1.2")),
        *(("RequirementNumber", number_) for number_ in ("A21", "B4.2a")),
    ],
)
def test_each_kind_of_id(name: str, text: str) -> None:
    assert re.fullmatch(PATTERNS[name], text)


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_no_kind_of_id_takes_digits_of_another_script(name: str) -> None:
    foreign = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    good = {
        "FarmId": "F-000123", "BodyId": "B-01", "CaseId": "choice:2025:F-000123", "PersonId": "P-0001",
        "SubmissionId": KEYS[1], "NewsId": "choice-round:2025#done", "LetterKey": "choice:2025:F-000123:choice",
        "CertificateNumber": "IKM-2026-000123",
        "ListId": "L-001", "ExtensionId": "E-001", "EditionCode": "12.1", "RequirementNumber": "A21",
    }[name]  # fmt: skip
    assert re.fullmatch(PATTERNS[name], good)
    assert not re.fullmatch(PATTERNS[name], good.translate(foreign))
