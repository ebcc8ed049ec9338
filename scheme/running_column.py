"""The columns of the file of running cases: one row for each matter that runs when the house begins."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from scheme.choice_round import Country
from scheme.lastenboek.grade import Grade
from scheme.matter_kind import MatterKind
from scheme.register_column import COLUMNS as FARM_COLUMNS
from scheme.register_column import Check, Column
from scheme.register_rule import ColumnRule


class RunningKind(StrEnum):
    """What a row tells of: a choice, a matter, the farm's last audit, or how many audits a year had."""

    CHOICE = "choice"
    CHOICE_MADE = "choice-made"
    PLANNED_AUDIT = "planned-audit"
    CORRECTIVE_ACTION = "corrective-action"
    DISPUTE = "dispute"
    APPEAL = "appeal"
    SUSPENSION = "suspension"
    LAST_AUDIT = "last-audit"
    AUDIT_COUNT = "audit-count"

    @property
    def matter(self) -> MatterKind | None:
        """The matter it opens, None where it opens none."""
        return next((kind for kind in MatterKind if kind.value == self.value), None)


@dataclass(frozen=True)
class Asks:
    """Which of the columns beside kind and began_on a kind needs, and which it may have."""

    needs: frozenset[str] = frozenset()
    may_have: frozenset[str] = frozenset()


_FARM_ID = frozenset({"farm_id"})
_DUE = frozenset({"due_on", "body", "reference"})
ASKS: Mapping[RunningKind, Asks] = {
    RunningKind.CHOICE: Asks(_FARM_ID, may_have=frozenset({"due_on", "reminded_on", "answered_on", "body"})),
    RunningKind.CHOICE_MADE: Asks(needs=_FARM_ID | {"body"}),
    RunningKind.PLANNED_AUDIT: Asks(needs=_FARM_ID | {"due_on", "body"}, may_have=frozenset({"reference"})),
    RunningKind.CORRECTIVE_ACTION: Asks(needs=_FARM_ID | {"grade"}, may_have=_DUE),
    RunningKind.DISPUTE: Asks(_FARM_ID, may_have=_DUE),
    RunningKind.APPEAL: Asks(_FARM_ID, may_have=_DUE),
    RunningKind.SUSPENSION: Asks(_FARM_ID, may_have=_DUE),
    RunningKind.LAST_AUDIT: Asks(_FARM_ID, frozenset({"body", "edition", "hygiene", "findings"})),
    RunningKind.AUDIT_COUNT: Asks(frozenset({"count", "reference"})),
}
OPTIONAL = (
    "farm_id",
    "due_on",
    "reminded_on",
    "answered_on",
    "body",
    "grade",
    "reference",
    "edition",
    "hygiene",
    "findings",
    "count",
)


def _one_of(words: Iterable[str], rule: ColumnRule) -> Check:
    known = frozenset(words)
    return lambda value, _country: None if value in known else rule


def _whole_number(most: int) -> Callable[[str, Country | None], ColumnRule | None]:
    def check(value: str, _country: Country | None) -> ColumnRule | None:
        right = value.isascii() and value.isdigit() and int(value) <= most
        return None if right else ColumnRule.WHOLE_NUMBER

    return check


def _text(_value: str, _country: Country | None) -> ColumnRule | None:
    return None


_KNOWN: Mapping[str, Check] = {column.name: column.check for column in FARM_COLUMNS}
_FARM, _DATE, _BODY = _KNOWN["farm_id"], _KNOWN["expires_on"], _KNOWN["inspection_body"]
_EDITION = _KNOWN["last_audit_edition"]
_KIND = _one_of(RunningKind, ColumnRule.RUNNING_KIND)
# A recommendation has no day, so none of them runs.
_GRADE = _one_of((Grade.A, Grade.B), ColumnRule.GRADE)

COLUMNS: tuple[Column, ...] = (
    Column("farm_id", "F- and six digits; empty for an audit count", "F-000123", _FARM),
    Column("kind", ", ".join(RunningKind), "corrective-action", _KIND, required=True),
    Column("began_on", "year-month-day: asked, chosen, agreed, found or filed on", "2024-11-04", _DATE, required=True),
    Column("due_on", "year-month-day: last day; empty: by the rulebook. Planned audit: its day", "2025-02-04", _DATE),
    Column("reminded_on", "choice: year-month-day of the reminder, empty without one", "2024-11-18", _DATE),
    Column("answered_on", "choice: year-month-day of the answer so far", "2024-11-20", _DATE),
    Column("body", "B- and two digits: the body chosen, planned, or concerned", "B-01", _BODY),
    Column("grade", "corrective action: A or B", "A", _GRADE),
    Column("reference", "text, at most 40 characters: your own number; audit count: its source", "2024/117", _text),
    Column("edition", "last audit: edition of the lastenboek", "11.1", _EDITION),
    Column("hygiene", "last audit: hygiene score, 0 to 100", "82", _whole_number(100)),
    Column("findings", "last audit: number of findings, 0 to 999", "3", _whole_number(999)),
    Column("count", "audit count: audits in the year of began_on", "1240", _whole_number(99_999)),
)
