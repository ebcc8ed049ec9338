"""What `make prove` ends with: a line for each proof, below it what the proof said of itself."""

from collections.abc import Iterable, Iterator
from itertools import groupby

import pytest

SAID = "proved"


def lines(reports: Iterable[pytest.TestReport]) -> Iterator[str]:
    """A line for each proof, its cases together: how many passed, how long they took; then what they said."""
    proofs = sorted((report for report in reports if "proof" in report.keywords), key=_name)
    for name, cases in groupby(proofs, key=_name):
        yield from _proof(name, list(cases))


def _name(report: pytest.TestReport) -> str:
    return report.nodeid.partition("[")[0]


def _proof(name: str, reports: list[pytest.TestReport]) -> Iterator[str]:
    calls = [report for report in reports if report.when == "call" or report.outcome != "passed"]
    many = len({report.nodeid for report in calls})
    passed = many - len({report.nodeid for report in calls if report.outcome != "passed"})
    seconds = sum(report.duration for report in reports)
    yield f"{passed} of {many} passed in {seconds:.0f} s: {name}"
    yield from (f"    {said}" for report in calls for key, said in report.user_properties if key == SAID)
