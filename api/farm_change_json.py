"""What happened to a farm as JSON: a line of the list, and the file with all that its page shows."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from api.farm_json import FieldChangeJson
from api.listing import CAMEL
from records.queries.farm_changed import FarmChangeFile, FarmChangeLine
from records.queries.other_farm import OtherFarm
from scheme.certificate import Status
from scheme.farm_change import Change, Effect, State

DECIDED = {State.PASSED: Effect.PASSES, State.NEW_AUDIT: Effect.NEW_AUDIT}


class FarmChangeJson(BaseModel):
    """what: takeover, move, merger or split; on: its first day; inspectionBody: by name, should an audit be needed.

    otherFarm: the one that was merged into it, or the new one.
    """

    model_config = CAMEL

    self_: str = Field(alias="self")
    case_id: str
    farm_id: str
    farm_name: str
    city: str
    what: str
    on: date
    inspection_body: str
    state: str
    opened_at: datetime
    asked_by: str
    decide_due: date
    reviewed_by: str | None = None
    decided_by: str | None = None
    other_farm: str | None = None


class OtherCertificateJson(BaseModel):
    """A certificate in use of the other farm, as it stood then."""

    model_config = CAMEL

    number: str | None = None
    status: Status
    valid_until: date


class OtherFindingJson(BaseModel):
    """What was found at the other farm's last audit and is not settled."""

    model_config = CAMEL

    requirement: str
    grade: str


class OtherFarmJson(BaseModel):
    """How the other farm stood but for its stop. cases: the audits, decisions and suspensions that ran there."""

    model_config = CAMEL

    farm_id: str
    name: str
    certificates: list[OtherCertificateJson]
    findings: list[OtherFindingJson]
    cases: list[str]


class FarmChangeFileJson(FarmChangeJson):
    """With what it changed in the register, and what was said of it.

    evidence: where it is kept; keptOut: who may neither review nor decide, by name; advice, remarks: of the review;
    effect, grounds: of the decision; takesPartAgain: the stop of a farm that was merged into it was taken back;
    other: how that farm stood.
    """

    changed: list[FieldChangeJson]
    evidence: str | None = None
    kept_out: list[str]
    advice: Effect | None = None
    remarks: str | None = None
    effect: Effect | None = None
    grounds: str | None = None
    takes_part_again: bool | None = None
    other: OtherFarmJson | None = None


def line_json(line: FarmChangeLine) -> FarmChangeJson:
    """A line of the list."""
    return FarmChangeJson(
        self=f"/api/v1/farm-changes/{line.case_id}",
        case_id=line.case_id,
        farm_id=line.farm_id,
        farm_name=line.farm_name,
        city=line.city,
        what=line.what,
        on=line.happened_on,
        inspection_body=line.body,
        state=line.state,
        opened_at=line.opened_at,
        asked_by=line.asked_by,
        decide_due=line.decide_due,
        reviewed_by=line.reviewed_by,
        decided_by=line.decided_by,
        other_farm=line.other,
    )


def file_json(file: FarmChangeFile, other: OtherFarm | None) -> FarmChangeFileJson:
    """All that its page shows. other: the farm that was merged into it, where the visitor may see it."""
    return FarmChangeFileJson(
        **line_json(file.line).model_dump(by_alias=True),
        changed=[FieldChangeJson(name=name, before=file.before[name], after=now) for name, now in file.after.items()],
        evidence=file.words.get("reason"),
        kept_out=list(file.involved),
        advice=file.case.advice,
        remarks=file.remarks,
        effect=DECIDED.get(file.case.state),
        grounds=file.grounds,
        takes_part_again=not file.line.merged if file.line.what is Change.MERGER else None,
        other=None if other is None else _other(other),
    )


def _other(other: OtherFarm) -> OtherFarmJson:
    return OtherFarmJson(
        farm_id=other.farm.farm_id,
        name=other.farm.name,
        certificates=[
            OtherCertificateJson(number=one.number, status=one.standing.status, valid_until=one.standing.valid_until)
            for one in other.certificates
        ],
        findings=[OtherFindingJson(requirement=one.number, grade=one.grade) for one in other.findings],
        cases=list(other.cases),
    )
