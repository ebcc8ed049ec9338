"""The file of running cases: what it opens, what it changes nothing of, and every mistake by its name."""

from collections.abc import Mapping
from datetime import date

import pytest

from scheme.choice_round import Body
from scheme.ids import EditionCode
from scheme.lastenboek.grade import Grade
from scheme.register_file import table_of
from scheme.register_rule import ColumnRule
from scheme.register_wording import remedy, sentence
from scheme.rules import Name, Setting
from scheme.running import Known, KnownCase, KnownFarm, ReadRunning, due_on, read_running
from scheme.running_column import COLUMNS, RunningKind
from tests.world import OLD, ONE, TWO, number

TODAY = date(2025, 1, 1)
HEADER = ";".join(column.name for column in COLUMNS)
BODIES = (
    Body(ONE, date(2024, 3, 1), date(2027, 2, 28)),
    Body(TWO, date(2024, 3, 1), date(2027, 2, 28)),
    Body(OLD, date(2021, 3, 1), date(2024, 2, 29)),
)
FARMS = {
    "F-000001": KnownFarm(takes_part=True, expires_on=date(2025, 1, 31)),
    "F-000002": KnownFarm(takes_part=True, expires_on=date(2025, 12, 1)),
    "F-000003": KnownFarm(takes_part=False, expires_on=None),
}


def known(cases: Mapping[tuple[str, str, str], tuple[KnownCase, ...]] | None = None, **changes: object) -> Known:
    """What the system knows on Wed 2025-01-01."""
    values = {"today": TODAY, "farms": FARMS, "bodies": BODIES, "settings": (), "cases": cases or {}} | changes
    return Known(**values)  # type: ignore[arg-type]


def row(kind: str, began_on: str = "2024-12-20", farm: str = "F-000002", **values: str) -> str:
    """One row of the file."""
    given = {"farm_id": farm, "kind": kind, "began_on": began_on, **values}
    return ";".join(given.get(column.name, "") for column in COLUMNS)


def text(*rows: str) -> str:
    """A file of these rows."""
    return "\n".join((HEADER, *rows)) + "\n"


def read_text(content: str, system: Known) -> ReadRunning:
    """The file against what the system knows."""
    return read_running(table_of(content), system)


def test_a_good_file_is_read_whole() -> None:
    read = read_text(
        text(
            row("choice", due_on="2025-01-24", reminded_on="2024-12-30"),
            row("corrective-action", grade="B", reference="2024/117"),
            row("last-audit", edition="11.1", hygiene="82", findings="3", body="B-01"),
        ),
        known(),
    )
    assert read.read.problems == ()
    choice, action, audit = read.new
    assert (choice.kind, choice.due_on, choice.reminded_on) == (
        RunningKind.CHOICE, date(2025, 1, 24), date(2024, 12, 30),
    )  # fmt: skip
    assert (action.grade, action.reference, action.due_on) == (Grade.B, "2024/117", None)
    assert (audit.edition, audit.hygiene, audit.findings, audit.body) == ("11.1", 82, 3, ONE)


@pytest.mark.parametrize(
    ("line", "due"),
    [
        pytest.param(row("choice"), date(2025, 1, 19), id="choice: 30 days"),
        pytest.param(
            row("planned-audit", due_on="2025-02-10", body="B-01"), date(2025, 2, 10), id="an audit's own day"
        ),
        pytest.param(row("corrective-action", grade="A"), date(2025, 3, 20), id="A: 3 months"),
        pytest.param(
            row("corrective-action", farm="F-000001", grade="A"), date(2025, 1, 31), id="A: at latest the certificate"
        ),
        pytest.param(row("corrective-action", farm="F-000001", grade="B"), date(2025, 6, 20), id="B: 6 months"),
        pytest.param(row("corrective-action", "2024-08-31", grade="B"), date(2025, 2, 28), id="to the month's end"),
        pytest.param(row("dispute"), date(2025, 1, 19), id="dispute: 30 days"),
        pytest.param(row("appeal"), date(2025, 2, 18), id="appeal: 60 days"),
        pytest.param(row("suspension"), date(2025, 6, 20), id="suspension: 6 months"),
        pytest.param(row("dispute", due_on="2025-03-01"), date(2025, 3, 1), id="a day of its own"),
    ],
)
def test_the_last_day_is_the_rulebooks_unless_the_row_says_one(line: str, due: date) -> None:
    (read,) = read_text(text(line), known()).new
    assert due_on(read, known()) == due


def test_the_last_day_goes_by_the_parameters_of_the_day_it_began() -> None:
    settings = (
        Setting(Name.DISPUTE_DAYS, 45, date(2024, 12, 20)),
        Setting(Name.DISPUTE_DAYS, 10, date(2024, 12, 21)),
    )
    changed = known(settings=settings)
    (read,) = read_text(text(row("dispute")), changed).new
    assert due_on(read, changed) == date(2025, 2, 3)


R = ColumnRule
RUNS = {(number(2), "dispute", ""): (KnownCase(True, (date(2024, 11, 1), None, None), date(2024, 12, 1)),)}
CHOOSES = {(number(2), "choice", ""): (KnownCase(True, (date(2024, 12, 1),)),)}
COUNT = row("audit-count", "2024-12-31", "", count="1240", reference="annual report")
COUNTED = {("", "audit-count", "2024"): (KnownCase(True, (1239,)),)}


@pytest.mark.parametrize(
    ("line", "column", "rule", "cases"),
    [
        pytest.param(row("visit"), "kind", R.RUNNING_KIND, {}, id="no such kind"),
        pytest.param(row("dispute", farm="2"), "farm_id", R.FARM_NUMBER, {}, id="no farm number"),
        pytest.param(row("dispute", farm="F-000009"), "farm_id", R.UNKNOWN_FARM, {}, id="no such farm"),
        pytest.param(row("dispute", farm="F-000003"), "farm_id", R.STOPPED_FARM, {}, id="a farm that stopped"),
        pytest.param(row("dispute", ""), "began_on", R.REQUIRED, {}, id="no day"),
        pytest.param(row("dispute", "20-12-2024"), "began_on", R.DATE_FORMAT, {}, id="another way of writing a day"),
        pytest.param(row("dispute", "2025-02-30"), "began_on", R.NO_SUCH_DAY, {}, id="no such day"),
        pytest.param(row("dispute", "2025-01-02"), "began_on", R.NOT_YET, {}, id="tomorrow"),
        pytest.param(row("dispute", due_on="2024-12-19"), "due_on", R.ENDS_TOO_EARLY, {}, id="due before it began"),
        pytest.param(row("dispute", grade="A"), "grade", R.NOT_FOR_KIND, {}, id="a dispute has no grade"),
        pytest.param(row("corrective-action"), "grade", R.REQUIRED, {}, id="which grade"),
        pytest.param(row("corrective-action", grade="C"), "grade", R.GRADE, {}, id="a recommendation"),
        pytest.param(row("planned-audit", body="B-01"), "due_on", R.REQUIRED, {}, id="which day"),
        pytest.param(row("planned-audit", due_on="2025-02-01"), "body", R.REQUIRED, {}, id="by whom"),
        pytest.param(row("choice-made", body="B-9"), "body", R.BODY_NUMBER, {}, id="no body number"),
        pytest.param(row("choice-made", body="B-09"), "body", R.UNKNOWN_BODY, {}, id="no such body"),
        pytest.param(row("choice", "2024-11-01"), "due_on", R.ANSWER_OVER, {}, id="the days of the choice are over"),
        pytest.param(
            row("choice", body="B-05", answered_on="2024-12-22"), "body", R.NOT_RECOGNISED_THEN, {}, id="not any more"
        ),
        pytest.param(
            row("choice-made", body="B-05"), "body", R.NOT_RECOGNISED_THEN, {}, id="chosen when it was no body any more"
        ),
        pytest.param(row("choice", body="B-01"), "answered_on", R.REQUIRED, {}, id="answered when"),
        pytest.param(row("choice", answered_on="2024-12-22"), "body", R.REQUIRED, {}, id="answered what"),
        pytest.param(row("choice", reminded_on="2024-12-19"), "reminded_on", R.ENDS_TOO_EARLY, {}, id="before asked"),
        pytest.param(row("last-audit", edition="11,1"), "edition", R.EDITION, {}, id="no such edition"),
        pytest.param(row("last-audit", hygiene="101"), "hygiene", R.WHOLE_NUMBER, {}, id="more than 100"),
        pytest.param(row("last-audit", findings="-1"), "findings", R.WHOLE_NUMBER, {}, id="fewer than none"),
        pytest.param(row("dispute", farm=""), "farm_id", R.REQUIRED, {}, id="which farm"),
        pytest.param(row("audit-count", count="9", reference="report"), "farm_id", R.NOT_FOR_KIND, {}, id="of no farm"),
        pytest.param(COUNT, "count", R.COUNT_KNOWN, COUNTED, id="another number for that year"),
        pytest.param(row("dispute"), "kind", R.RUNS_ALREADY, RUNS, id="another dispute runs"),
        pytest.param(row("choice"), "kind", R.RUNS_ALREADY, CHOOSES, id="another choice runs"),
        pytest.param(row("choice-made", body="B-01"), "kind", R.RUNS_ALREADY, CHOOSES, id="a choice runs still"),
    ],
)
def test_a_mistake_is_named_with_its_line_column_and_remedy(
    line: str, column: str, rule: ColumnRule, cases: dict[tuple[str, str, str], tuple[KnownCase, ...]]
) -> None:
    read = read_text(text(row("suspension", farm="F-000001"), line), known(cases))
    (problem,) = read.read.problems
    assert (problem.line, problem.column, problem.rule) == (3, column, rule)
    assert remedy(problem) in sentence(problem)


def test_a_choice_made_while_the_body_was_recognised_stands_whatever_became_of_it() -> None:
    assert read_text(text(row("choice-made", "2024-02-29", body="B-05")), known()).read.problems == ()


def test_one_case_twice_in_the_file_is_a_mistake_but_two_numbered_actions_are_two() -> None:
    read = read_text(text(row("dispute"), row("dispute", "2024-12-21")), known())
    assert [(problem.line, problem.rule) for problem in read.read.problems] == [(3, R.DOUBLE_MATTER)]
    two = (row("corrective-action", grade="A", reference="1"), row("corrective-action", grade="B", reference="2"))
    assert read_text(text(*two), known()).read.problems == ()


@pytest.mark.parametrize("due", ["", "2024-12-01"])
def test_what_is_known_changes_nothing_also_once_it_has_ended(due: str) -> None:
    line = row("dispute", "2024-11-01", due_on=due)
    ended = {(number(2), "dispute", ""): (KnownCase(False, (date(2024, 11, 1), None, None), date(2024, 12, 1)),)}
    for cases in (RUNS, ended):
        read = read_text(text(line), known(cases))
        assert (read.new, len(read.told), read.read.problems) == ((), 1, ())


def test_a_last_audit_that_is_known_changes_nothing() -> None:
    told = (date(2024, 12, 20), EditionCode("11.1"), None, None)
    farms = {"F-000002": KnownFarm(takes_part=True, expires_on=None, last_audit=told)}
    read = read_text(text(row("last-audit", edition="11.1")), known(farms=farms))
    assert (read.new, len(read.told)) == ((), 1)
