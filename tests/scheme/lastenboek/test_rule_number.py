"""A rule is found by its number: on the page about the tables, in the code, in the tests."""

import re
from pathlib import Path

import pytest

from scheme.lastenboek.rule_number import RuleNumber

ROOT = Path(__file__).parents[3]
ON_THE_PAGE = re.findall(r"^\| (\d\.\d) \|", (ROOT / "docs/lastenboek.md").read_text(), re.MULTILINE)
TESTS = "\n".join(
    file.read_text() for file in [*Path(__file__).parent.glob("test_*.py"), ROOT / "tests/scheme/test_edition.py"]
)


def test_the_page_names_each_rule_once_and_in_order() -> None:
    assert len(ON_THE_PAGE) > 20
    assert sorted(set(ON_THE_PAGE)) == ON_THE_PAGE


def test_what_can_decide_stands_on_the_page() -> None:
    assert set(RuleNumber) <= set(ON_THE_PAGE)


@pytest.mark.parametrize("number", ON_THE_PAGE)
def test_every_rule_has_a_test_that_bears_its_number(number: str) -> None:
    in_name = rf"def test_(\w+_)?{number.replace('.', '_')}_"
    in_id = rf'id="{re.escape(number)} '
    assert re.search(f"{in_name}|{in_id}", TESTS)
