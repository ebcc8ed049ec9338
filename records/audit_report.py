"""The draft of an audit's report: each change of an answer, and photographs; nothing of it is handed in yet.

Drafts are rows and never enter Temporal (design.md §4). A change is never overwritten: a later one has a higher
revision, and what two telephones did at once both stand here.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

from records.table import maybe_moment, maybe_text, moment, text
from scheme.audit_report import Answer, Item


class ReportAnswerRow(SQLModel, table=True):
    """One change of one answer. key: made by the device, a UUID: sent again, it is the same change.

    value: as scheme.audit_report keeps it, empty for an answer taken back; revision: of the item, from 1 on;
    base: the revision that the device had seen; changed_at: by the clock of the house.
    """

    __tablename__ = "report_answer"
    __table_args__ = (UniqueConstraint("case_id", "item", "revision", name="uq_report_answer_case_id"),)

    key: str = text(key=True)
    case_id: str = text(to="case_file.case_id")
    item: str = text()
    value: str = text()
    words: str = text()
    revision: int
    base: int
    device: str = text()
    person: str = text()
    changed_at: datetime = moment()


class ReportPhotoRow(SQLModel, table=True):
    """A photograph beside an item; removed_at: the auditor took it out again."""

    __tablename__ = "report_photo"

    photo_id: str = text(key=True, to="file_use.file_id")
    case_id: str = text(index=True, to="case_file.case_id")
    item: str = text()
    removed_at: datetime | None = maybe_moment()
    removed_by: str | None = maybe_text()


@dataclass(frozen=True)
class Given:
    """An answer with its revision, and who gave it when."""

    item: Item
    answer: Answer
    revision: int
    person: str
    device: str
    changed_at: datetime


def given(row: ReportAnswerRow) -> Given:
    """An answer as its row has it."""
    answer = Answer(row.value, row.words)
    return Given(Item(row.item), answer, row.revision, row.person, row.device, row.changed_at)
