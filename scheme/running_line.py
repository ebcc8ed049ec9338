"""One row of the file of running cases, and by what it is known to be the same as another."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from scheme.ids import BodyId, EditionCode, FarmId
from scheme.lastenboek.grade import Grade
from scheme.register_column import day
from scheme.running_column import RunningKind

# By what a second row, or a case that runs, is known to be the same: a farm has one of each kind, but several
# corrective actions, told apart by the secretariat's own number of each.
Key = tuple[str, str, str]


@dataclass(frozen=True)
class RunningLine:
    """A row. began_on: the day asked, chosen, agreed, found, filed or audited; due_on None: by the rulebook.

    farm_id: empty for an audit count, which is about the year of began_on.
    """

    farm_id: FarmId
    kind: RunningKind
    began_on: date
    due_on: date | None = None
    reminded_on: date | None = None
    answered_on: date | None = None
    body: BodyId | None = None
    grade: Grade | None = None
    reference: str | None = None
    edition: EditionCode | None = None
    hygiene: int | None = None
    findings: int | None = None
    count: int | None = None

    @property
    def name_of_case(self) -> str:
        """What reports call it."""
        return " ".join(filter(None, (self.farm_id, self.kind.value, self.began_on.isoformat(), self.reference)))

    @property
    def key(self) -> Key:
        """What makes two rows tell of the same case."""
        if self.kind is RunningKind.AUDIT_COUNT:
            return ("", self.kind.value, str(self.began_on.year))
        several = self.kind is RunningKind.CORRECTIVE_ACTION
        kind = RunningKind.CHOICE if self.kind is RunningKind.CHOICE_MADE else self.kind
        return (self.farm_id, kind.value, (self.reference or "") if several else "")


def line_of(values: Mapping[str, str]) -> RunningLine:
    """The row as its columns say, once none of them is wrong."""
    return RunningLine(
        farm_id=FarmId(values["farm_id"]),
        kind=RunningKind(values["kind"]),
        began_on=date.fromisoformat(values["began_on"]),
        due_on=day(values["due_on"]),
        reminded_on=day(values["reminded_on"]),
        answered_on=day(values["answered_on"]),
        body=BodyId(values["body"]) if values["body"] else None,
        grade=Grade(values["grade"]) if values["grade"] else None,
        reference=values["reference"] or None,
        edition=EditionCode(values["edition"]) if values["edition"] else None,
        hygiene=int(values["hygiene"]) if values["hygiene"] else None,
        findings=int(values["findings"]) if values["findings"] else None,
        count=int(values["count"]) if values["count"] else None,
    )
