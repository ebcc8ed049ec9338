"""A file of requirements (docs/lastenboek.md, chapter 6): read whole, or every mistake in it named."""

import pytest

from scheme.language import Language
from scheme.lastenboek.grade import Grade
from scheme.lastenboek.text import Text
from scheme.register_file import Table, table
from scheme.register_rule import ColumnRule
from scheme.requirement_column import COLUMNS, meant
from scheme.requirement_difference import Alteration, differences
from scheme.requirement_example import example_lists
from scheme.requirement_file import HEADER, read_requirements, written
from scheme.requirement_list import RequirementList, by_module, in_order
from scheme.source import Certainty, Source

R = ColumnRule
FULL = ("B4.2a", "Bedrijfsvoering", "b", "Ja", "Tekst", "Texte", "Text", "Words", "p. 14", "I")


def file(*lines: tuple[str, ...], header: tuple[str, ...] = HEADER) -> Table:
    return table([(place, line) for place, line in enumerate((header, *lines), 1)])


def line(number: str, **values: str) -> tuple[str, ...]:
    """A line with a number, grade B, a Dutch text, and what the keywords say."""
    filled = {"number": number, "grade": "B", "text_nl": f"Tekst van {number}", **values}
    return tuple(filled.get(name, "") for name in HEADER)


def test_a_line_says_all_there_is() -> None:
    read = read_requirements(file(FULL))
    assert read.problems == ()
    [one] = read.requirements
    assert (one.number, one.module, one.rank, one.grade, one.visual) == ("B4.2a", "B", 1, Grade.B, True)
    assert one.text == Text("Tekst", "Texte", "Text", "Words")
    assert one.source == Source(Certainty.INFERRED, "p. 14")
    assert read.modules == {"B": Text("Bedrijfsvoering", "", "", "")}


def test_what_is_left_empty() -> None:
    """No mark: as the source of the list says. No module: its known name. No French: the Dutch is shown."""
    read = read_requirements(file(line("A1")))
    [one] = read.requirements
    assert (one.source, one.visual) == (Source(Certainty.DOCUMENTED, ""), False)
    assert (one.text.said_in(Language.FR), one.text.written_in(Language.FR)) == ("Tekst van A1", "")
    assert read.modules["A"].fr == "Santé animale"


def test_the_order_is_that_of_the_numbers() -> None:
    read = read_requirements(file(*(line(number) for number in ("B1", "A20", "A3", "A20.1", "A20a"))))
    assert [(one.number, one.rank) for one in read.requirements] == [
        ("A3", 1), ("A20", 2), ("A20a", 3), ("A20.1", 4), ("B1", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "header",
    [
        ("Nummer", "Hoofdstuk", "Gradatie", "Visueel", "Nederlands", "Frans", "Duits", "Engels", "Bron", "Zekerheid"),
        ("Numéro", "Chapitre", "Niveau", "Visuel", "Néerlandais nl", "Français", "Allemand", "Anglais", "Source", "Certitude"),
        ("Nr.", "Kapitel", "Gewichtung", "Visuell", "Text nl", "Französisch", "Deutsch", "Englisch", "Quelle", "Sicherheit"),
        ("Requirement", "Chapter", "Level", "Visual point", "Text NL", "French", "German", "English", "Reference", "Mark"),
    ],
    ids=["nl", "fr", "de", "en"],
)  # fmt: skip
def test_the_header_in_four_languages(header: tuple[str, ...]) -> None:
    header = tuple("Texte néerlandais" if name == "Néerlandais nl" else name for name in header)
    assert list(meant(header).values()) == list(HEADER)
    assert read_requirements(file(FULL, header=header)) == read_requirements(file(FULL))


@pytest.mark.parametrize(
    ("lines", "problems"),
    [
        pytest.param([line("21A")], [(2, "number", R.REQUIREMENT_NUMBER)], id="a number that is none"),
        pytest.param([line("")], [(2, "number", R.REQUIRED)], id="no number"),
        pytest.param([line("A1", grade="")], [(2, "grade", R.REQUIRED)], id="no grade"),
        pytest.param([line("A1", grade="D")], [(2, "grade", R.REQUIREMENT_GRADE)], id="a grade that is none"),
        pytest.param([line("A1", visual="soms")], [(2, "visual", R.VISUAL)], id="neither seen nor not"),
        pytest.param([line("A1", text_nl="")], [(2, "text_nl", R.REQUIRED)], id="no Dutch"),
        pytest.param([line("A1", text_fr="x" * 2001)], [(2, "text_fr", R.TOO_LONG)], id="too long"),
        pytest.param([line("A1", certainty="Z")], [(2, "certainty", R.CERTAINTY)], id="a mark that is none"),
        pytest.param([line("A1", module="B")], [(2, "module", R.MODULE_LETTER)], id="the letter of another module"),
        pytest.param(
            [line("A1", module="Dieren"), line("A2", module="A. Vee")], [(3, "module", R.MODULE_NAME)], id="two names",
        ),
        pytest.param([line("A1"), line("a1")], [(3, "number", R.DOUBLE_REQUIREMENT)], id="twice"),
        pytest.param([], [(1, "", R.NO_REQUIREMENTS)], id="a header alone"),
    ],
)  # fmt: skip
def test_each_mistake_is_named(lines: list[tuple[str, ...]], problems: list[tuple[int, str, ColumnRule]]) -> None:
    read = read_requirements(file(*lines))
    assert [(one.line, one.column, one.rule) for one in read.problems] == problems
    assert read.requirements == ()


def test_all_mistakes_of_a_file_are_named_at_once() -> None:
    lines = [line("A1"), line("A1", grade="Z"), line("7", visual="?", text_nl="")]
    read = read_requirements(file(*lines))
    assert [(one.line, one.rule) for one in read.problems] == [
        (3, R.DOUBLE_REQUIREMENT), (3, R.REQUIREMENT_GRADE),
        (4, R.REQUIREMENT_NUMBER), (4, R.VISUAL), (4, R.REQUIRED),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "problems"),
    [
        pytest.param(("number", "grade"), [("text_nl", R.MISSING_COLUMN)], id="a column that is missing"),
        pytest.param(("number", "grade", "nl", "Visueel?!x"), [("Visueel?!x", R.UNKNOWN_COLUMN)], id="an unknown one"),
        pytest.param(("number", "grade", "nl", "tekst"), [("text_nl", R.DOUBLE_COLUMN)], id="one twice"),
    ],
)
def test_what_is_wrong_with_the_header(header: tuple[str, ...], problems: list[tuple[str, ColumnRule]]) -> None:
    read = read_requirements(file(("A1", "B", "Tekst", "x")[: len(header)], header=header))
    assert [(one.column, one.rule) for one in read.problems] == problems


def test_a_module_by_its_known_name_in_any_language_under_any_letter() -> None:
    read = read_requirements(file(line("G1", module="hygiène"), line("G2", module="G: Hygiene")))
    assert read.modules["G"] == Text("Hygiëne", "Hygiène", "Hygiene", "Hygiene")


def test_lines_broken_in_a_cell_are_one_text() -> None:
    [one] = read_requirements(file(line("A1", text_nl="Alles\nis \u00a0 proper."))).requirements
    assert one.text.nl == "Alles is proper."


@pytest.mark.parametrize("one", example_lists(), ids=lambda one: one.head.edition)
def test_what_is_written_reads_back(one: RequirementList) -> None:
    read = read_requirements(file(*written(one.requirements, one.modules)))
    assert (read.requirements, read.modules, read.problems) == (one.requirements, one.modules, ())


def test_differences_between_two_lists() -> None:
    before = read_requirements(file(line("A1"), line("A2"), line("A3"), line("A4"))).requirements
    after = read_requirements(
        file(line("A1"), line("A3", grade="A", text_fr="Autre"), line("A4", visual="x"), line("A10"))
    ).requirements
    assert [(one.number, one.alterations) for one in differences(before, after)] == [
        ("A2", (Alteration.DROPPED,)),
        ("A3", (Alteration.REGRADED, Alteration.REWORDED)),
        ("A4", (Alteration.SEEN_OTHERWISE,)),
        ("A10", (Alteration.ADDED,)),
    ]
    assert differences(before, before) == ()


def test_the_examples_as_lists() -> None:
    lists = example_lists()
    assert [(one.head.edition, len(one.requirements), one.head.example) for one in lists] == [
        ("11.1", 44, True), ("12", 43, True),
    ]  # fmt: skip
    for one in lists:
        assert [letter for letter, _ in by_module(one.requirements)] == list("ABCDEFGH") == list(one.modules)
        assert sorted(one.requirements, key=lambda item: in_order(item.number)) == list(one.requirements)
    [a21] = [one for one in lists[1].requirements if one.number == "A21"]
    assert (a21.grade, a21.source.to_be_confirmed) == (Grade.B, False)
    assert sum(one.source.to_be_confirmed for one in lists[1].requirements) == 42


def test_every_column_says_what_belongs_there() -> None:
    assert [column.name for column in COLUMNS if column.required] == ["number", "grade", "text_nl"]
