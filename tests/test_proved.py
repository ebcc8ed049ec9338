"""The end of `make prove`: nobody reads a thousand lines to learn what was proved."""

import pytest

from tests.proved import SAID, lines


def report(
    nodeid: str, outcome: str = "passed", when: str = "call", *said: str, mark: str = "proof"
) -> pytest.TestReport:
    properties = [(SAID, line) for line in said]
    return pytest.TestReport(
        nodeid, ("", 0, ""), {mark: 1}, outcome, None, when, user_properties=properties, duration=1.4
    )  # type: ignore[arg-type]


def test_each_proof_has_a_line_and_below_it_what_it_said() -> None:
    told = list(lines([report("a.py::kills", "passed", "call", "seed 1: 200 letters"), report("a.py::freezes")]))
    assert told == [
        "1 of 1 passed in 1 s: a.py::freezes",
        "1 of 1 passed in 1 s: a.py::kills",
        "    seed 1: 200 letters",
    ]


def test_cases_of_one_proof_are_counted_together_and_failures_are_seen() -> None:
    cases = [report("b.py::page[nl]"), report("b.py::page[fr]", "failed"), report("b.py::page[de]", "failed", "setup")]
    assert list(lines(cases)) == ["1 of 3 passed in 4 s: b.py::page"]


def test_other_tests_are_not_proofs() -> None:
    assert list(lines([report("c.py::quick", mark="browser")])) == []
