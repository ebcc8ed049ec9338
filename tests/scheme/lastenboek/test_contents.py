"""Chapter 2 of docs/lastenboek.md: which requirements an edition has."""

import pytest

from scheme.edition import Edition
from scheme.ids import RequirementNumber
from scheme.language import Language
from scheme.lastenboek.contents import CONTENTS, requirement
from scheme.lastenboek.module import MODULES
from scheme.lastenboek.requirement import UnknownRequirementError

SEEN, READ = True, False

# Number, grade, seen on the tour or read in papers, certainty of what it asks.
EDITION_12 = [
    ("A1", "B", READ, "I"),
    ("A2", "B", READ, "I"),
    ("A3", "B", READ, "I"),
    ("A4", "B", READ, "A"),
    ("A5", "B", SEEN, "A"),
    ("A6", "A", SEEN, "A"),
    ("A7", "A", READ, "A"),
    ("A8", "B", SEEN, "A"),
    ("A20", "B", READ, "I"),
    ("A21", "B", READ, "D"),
    ("A22", "B", READ, "D"),
    ("B1", "A", SEEN, "A"),
    ("B2", "B", SEEN, "A"),
    ("B3", "A", SEEN, "A"),
    ("B4", "B", SEEN, "A"),
    ("B5", "B", READ, "A"),
    ("B6", "C", SEEN, "A"),
    ("C1", "B", SEEN, "A"),
    ("C2", "B", SEEN, "A"),
    ("C3", "B", READ, "A"),
    ("C4", "A", SEEN, "A"),
    ("C5", "B", SEEN, "A"),
    ("C6", "A", SEEN, "A"),
    ("D1", "B", SEEN, "A"),
    ("D2", "B", SEEN, "A"),
    ("D3", "A", READ, "A"),
    ("D4", "C", SEEN, "A"),
    ("E1", "B", SEEN, "A"),
    ("E2", "A", SEEN, "A"),
    ("E3", "B", READ, "A"),
    ("E4", "C", SEEN, "A"),
    ("E5", "C", SEEN, "A"),
    ("F1", "A", READ, "A"),
    ("F2", "A", READ, "A"),
    ("F3", "C", SEEN, "A"),
    ("G1", "C", READ, "D"),
    ("G2", "C", READ, "A"),
    ("H1", "B", SEEN, "D"),
    ("H2", "B", SEEN, "D"),
    ("H3", "B", SEEN, "D"),
    ("H4", "B", SEEN, "D"),
    ("H5", "B", SEEN, "A"),
    ("H6", "B", SEEN, "A"),
]

ALL = [(edition, one) for edition in Edition for one in CONTENTS[edition].requirements]


@pytest.mark.parametrize(
    ("number", "grade", "visual", "certainty"), [pytest.param(*row, id=f"2.2 {row[0]}") for row in EDITION_12]
)
def test_2_2_edition_12(number: str, grade: str, visual: bool, certainty: str) -> None:
    found = requirement(Edition.E12, RequirementNumber(number))
    assert (found.grade, found.visual, found.source.certainty) == (grade, visual, certainty)


def test_2_2_nothing_else_is_asked_by_12_and_in_this_order() -> None:
    assert [one.number for one in CONTENTS[Edition.E12].requirements] == [row[0] for row in EDITION_12]


@pytest.mark.parametrize(
    ("letter", "name", "certainty"),
    [
        ("A", "Dierengezondheid", "D"),
        ("B", "Dierenwelzijn", "D"),
        ("C", "Melkwinning", "D"),
        ("D", "Reiniging", "D"),
        ("E", "Milieu", "D"),
        ("F", "Meldingsplicht", "D"),
        ("G", "Duurzaamheidsmonitor", "D"),
        ("H", "Hygiëne", "A"),
    ],
)
def test_2_1_modules(letter: str, name: str, certainty: str) -> None:
    rows = [row for row in MODULES.values() if row.letter == letter]
    assert [(row.name.nl, row.source.certainty) for row in rows] == [(name, certainty)]


def test_2_1_there_are_eight_modules_and_12_asks_something_in_each() -> None:
    asked = {one.module for one in CONTENTS[Edition.E12].requirements}
    assert len(MODULES) == 8
    assert asked == set(MODULES)


def test_2_3_11_1_differs_from_12_in_four_requirements() -> None:
    now = {one.number: one for one in CONTENTS[Edition.E12].requirements}
    before = {one.number: one for one in CONTENTS[Edition.E11_1].requirements}
    assert before.keys() - now.keys() == {"A9", "D5"}
    assert now.keys() - before.keys() == {"G2"}
    assert [number for number in now.keys() & before.keys() if now[number] != before[number]] == ["F3"]


def test_2_3_the_order_of_11_1_is_that_of_its_numbers() -> None:
    numbers = [one.number for one in CONTENTS[Edition.E11_1].requirements]
    assert numbers[7:10] == ["A8", "A9", "A20"]


def test_2_4_edition_11_split_a20() -> None:
    assert [one.number for one in CONTENTS[Edition.E10].requirements] == ["A20"]
    assert [one.number for one in CONTENTS[Edition.E11].requirements] == ["A20", "A21"]


def test_2_4_the_grade_of_a21_is_the_one_that_is_documented() -> None:
    known = {one.number for _edition, one in ALL if not one.grade_source.to_be_confirmed}
    assert known == {"A21"}
    assert requirement(Edition.E11, RequirementNumber("A21")).grade == "B"


@pytest.mark.parametrize(("edition", "number"), [(Edition.E10, "A21"), (Edition.E12, "A9"), (Edition.E12, "Z1")])
def test_2_5_a_requirement_that_an_edition_has_not(edition: Edition, number: str) -> None:
    with pytest.raises(UnknownRequirementError):
        requirement(edition, RequirementNumber(number))


def test_2_6_every_edition_is_an_example_and_two_are_complete() -> None:
    assert all(contents.example for contents in CONTENTS.values())
    assert [edition for edition, contents in CONTENTS.items() if contents.complete] == [Edition.E11_1, Edition.E12]


def test_2_7_each_is_said_in_each_language() -> None:
    for _edition, one in ALL:
        texts = [one.text.said_in(language) for language in Language]
        assert len(set(texts)) == 4, one.number
        assert all(text[0].isupper() and text.endswith(".") and "'" not in text for text in texts), one.number


def test_2_7_no_edition_asks_the_same_twice() -> None:
    for contents in CONTENTS.values():
        for language in Language:
            texts = [one.text.said_in(language) for one in contents.requirements]
            assert len(set(texts)) == len(texts)


def test_2_7_the_name_of_a_module_is_said_in_the_language_asked_for() -> None:
    (name,) = [row.name for row in MODULES.values() if row.letter == "C"]
    assert [name.said_in(one) for one in Language] == ["Melkwinning", "Traite", "Milchgewinnung", "Milking"]
