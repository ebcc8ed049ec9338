"""Periodic audits as rows, with what was found and who has a tie to a farm (design.md §7)."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from records.table import maybe_moment, maybe_text, moment, text


class AuditRow(SQLModel, table=True):
    """A farm's periodic audit. list_id: the requirements it goes by; plan_due: last day on which it should be planned.

    visit_at, auditor: as planned; follow_up_at: of the visit to what was put right; ready_at: since when it can be
    decided about; score: 0 to 100.
    """

    __tablename__ = "periodic_audit"

    case_id: str = text(key=True, to="case_file.case_id")
    farm_id: str = text(index=True, to="farm.farm_id")
    choice_id: str = text(index=True, to="case_file.case_id")
    body: str = text(index=True, to="inspection_body.body_id")
    list_id: str = text(to="requirement_list.list_id")
    state: str = text(index=True)
    opened_at: datetime = moment()
    expires_on: date | None = Field(default=None)
    plan_due: date
    visit_at: datetime | None = maybe_moment(index=True)
    auditor: str | None = maybe_text(index=True, to="person.person_id")
    follow_up_at: datetime | None = maybe_moment()
    follow_up_auditor: str | None = maybe_text(to="person.person_id")
    # Raised by each planned or moved visit: the sequence number of the calendar's entry.
    visits: int = Field(default=0)
    # Version of the code in its letters; a new version revokes the old.
    code_version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    audited_on: date | None = Field(default=None)
    surroundings: str | None = maybe_text()
    score: int | None = Field(default=None)
    ready_at: datetime | None = maybe_moment()
    decided_at: datetime | None = maybe_moment()
    # Of a first audit: the last day on which it should be held.
    held_by: date | None = Field(default=None)
    closed_at: datetime | None = maybe_moment()


class FindingRow(SQLModel, table=True):
    """A requirement that was not met, and its corrective action. due: None for a recommendation."""

    __tablename__ = "finding"

    case_id: str = text(key=True, to="periodic_audit.case_id")
    number: str = text(key=True)
    place: int
    grade: str = text()
    visual: bool
    due: date | None = Field(default=None, index=True)
    state: str = text(index=True)
    proofs: int = Field(default=0)
    returned: int = Field(default=0)


class TieRow(SQLModel, table=True):
    """A person has a tie to a farm: kinship, business, own farm. words: what it is; it is ended, never removed."""

    __tablename__ = "tie"

    tie_id: str = text(key=True)
    person_id: str = text(index=True, to="person.person_id")
    farm_id: str = text(index=True, to="farm.farm_id")
    words: str = text()
    declared_by: str = text(to="person.person_id")
    declared_at: datetime = moment()
    ended_at: datetime | None = maybe_moment()


class CertificationRow(SQLModel, table=True):
    """A decision about a farm's certificate. advice and result: of review and decision; decide_due: its last day."""

    __tablename__ = "certification"

    case_id: str = text(key=True, to="case_file.case_id")
    farm_id: str = text(index=True, to="farm.farm_id")
    audit_id: str = text(index=True, to="periodic_audit.case_id")
    state: str = text(index=True)
    opened_at: datetime = moment()
    decide_due: date
    reviewed_by: str | None = maybe_text(to="person.person_id")
    advice: str | None = maybe_text()
    decided_by: str | None = maybe_text(to="person.person_id")
    result: str | None = maybe_text()
    valid_from: date | None = Field(default=None)
    valid_until: date | None = Field(default=None)
    closed_at: datetime | None = maybe_moment()
