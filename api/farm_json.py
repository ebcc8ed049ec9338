"""Farms as JSON (Belgif: lowerCamelCase, no nulls)."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from api.farm_file import FarmFile
from api.listing import CAMEL
from api.matter_json import MatterJson, matter_json
from records.queries.certificate import CertificateLine
from records.queries.choice import ChoiceFile
from records.queries.farm import FarmLine
from records.queries.letter import LetterLine
from records.queries.trail import Happening
from scheme.certificate import Reason, Status


class FarmLineJson(BaseModel):
    """A line of the list. choice: state of the latest choice; inspectionBody: by name."""

    model_config = CAMEL

    farm_id: str
    name: str
    city: str
    expires_on: date | None = None
    standing: str
    stopped_on: date | None = None
    choice: str | None = None
    answer_due: date | None = None
    inspection_body: str | None = None


class ChoiceJson(BaseModel):
    """The open choice, else the latest. answerDue: the last day that counts, in Brussels.

    inHouse: the letter that asks has not left, and the days to answer have not begun. appliedOn: of a farm without a
    certificate that applied for its audit.
    """

    model_config = CAMEL

    case_id: str
    year: int
    state: str
    asked_at: datetime
    answer_due: date
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    channel: str | None = None
    inspection_body: str | None = None
    default_body: str
    in_house: bool = False
    applied_on: date | None = None


class LetterJson(BaseModel):
    """A letter of the ledger. to: where it goes; replaces: the letter that had gone to a wrong address."""

    model_config = CAMEL

    letter_key: str
    farm_id: str
    kind: str
    channel: str
    state: str
    at: datetime
    batch_id: str | None = None
    to: str
    replaces: str | None = None
    replaced: bool


class SaidJson(BaseModel):
    """What a person wrote beside it. caller, callerRole, calledAt: of a call; reason: of something put right."""

    model_config = CAMEL

    caller: str | None = None
    caller_role: str | None = None
    called_at: datetime | None = None
    note: str | None = None
    reason: str | None = None


class HappeningJson(BaseModel):
    """An entry of the timeline. person: who acted, by name; said: in that person's own words.

    requirement: the one whose finding it is about; onSite: the day on which that was seen at the farm, if it was.
    """

    model_config = CAMEL

    act: str
    at: datetime
    role: str
    rule: str | None = None
    inspection_body: str | None = None
    day: date | None = None
    about: str | None = None
    requirement: str | None = None
    on_site: date | None = None
    person: str | None = None
    said: SaidJson | None = None


class IdentifierJson(BaseModel):
    """A number the farm is or was known by; validUntil is absent where it still holds. Both days count."""

    model_config = CAMEL

    kind: str
    value: str
    valid_from: date
    valid_until: date | None = None


class FieldChangeJson(BaseModel):
    """One field before and after, as the register keeps it."""

    model_config = CAMEL

    name: str
    before: str | None = None
    after: str | None = None


class ChangedJson(BaseModel):
    """One change of the register."""

    model_config = CAMEL

    at: datetime
    role: str
    person: str | None = None
    fields: list[FieldChangeJson]


class CertificateTurnJson(BaseModel):
    """A turn of the status. validUntil: the last day from then on, where it moved; validUntilBefore: what it was."""

    model_config = CAMEL

    from_day: date
    status: Status
    reason: Reason | None = None
    case_id: str | None = None
    valid_until: date | None = None
    valid_until_before: date | None = None


class CertificateJson(BaseModel):
    """A certificate as it stands now. version: of its document, absent where the house has none; made: it is signed."""

    model_config = CAMEL

    number: str | None = None
    status: Status
    since: date
    valid_from: date
    valid_until: date
    edition: str | None = None
    issued_by: str | None = None
    decided_on: date | None = None
    version: int | None = None
    made: bool = False
    turns: list[CertificateTurnJson]


class FarmJson(FarmLineJson):
    """A farm's file. previousBody: id of the body of the last audit; revision: what its ETag says.

    settled: whether its cases have dealt with all that came in. noBodyLeft: the body, by name, that its choice lost
    while no other could take its place. mayApply: it has no certificate, and nothing runs that leads to one.
    mergedInto: why it stopped, where that is why; absorbed: farms that were merged into it; partOf: the farm that it
    was a part of; parts: farms that were a part of it.
    """

    self_: str = Field(alias="self")
    holder: str
    street: str
    postcode: str
    country: str
    language: str
    email: str | None = None
    phone: str | None = None
    enterprise_number: str | None = None
    herd_number: str | None = None
    certificate_number: str | None = None
    certificate_from: date | None = None
    choice_made_on: date | None = None
    previous_body: str | None = None
    site_street: str | None = None
    site_postcode: str | None = None
    site_city: str | None = None
    establishment_unit: str | None = None
    dairy_id: str | None = None
    supplier_number: str | None = None
    vet_name: str | None = None
    vet_email: str | None = None
    vet_substitute: str | None = None
    certification_body: str | None = None
    last_audit_on: date | None = None
    last_audit_edition: str | None = None
    last_audit_hygiene: int | None = None
    last_audit_findings: int | None = None
    revision: int
    identifiers: list[IdentifierJson]
    changes: list[ChangedJson]
    latest_choice: ChoiceJson | None = None
    settled: bool
    no_body_left: str | None = None
    may_apply: bool
    merged_into: str | None = None
    absorbed: list[str]
    part_of: str | None = None
    parts: list[str]
    certificates: list[CertificateJson]
    matters: list[MatterJson]
    letters: list[LetterJson]
    timeline: list[HappeningJson]


def line_json(line: FarmLine) -> FarmLineJson:
    """A line of the list."""
    return FarmLineJson(
        farm_id=line.farm_id,
        name=line.name,
        city=line.city,
        expires_on=line.expires_on,
        standing=line.standing,
        stopped_on=line.stopped_on,
        choice=line.choice,
        answer_due=line.answer_due,
        inspection_body=line.body,
    )


def letter_json(letter: LetterLine) -> LetterJson:
    """A letter of the ledger."""
    return LetterJson.model_validate(letter)


def farm_json(path: str, file: FarmFile) -> FarmJson:
    """The farm's file. path: where it was asked for."""
    line = line_json(file.line).model_dump()
    register = {name: value for name, value in file.farm.model_dump().items() if name in FarmJson.model_fields}
    return FarmJson(
        **{**register, **line},
        self_=path,
        identifiers=[IdentifierJson.model_validate(one) for one in file.numbers],
        changes=[ChangedJson.model_validate(one) for one in file.changes],
        latest_choice=None if file.choice is None else _choice(file.choice),
        settled=not file.waits and not file.follows,
        no_body_left=file.no_body_left,
        may_apply=file.may_apply,
        merged_into=file.merged_into,
        absorbed=list(file.absorbed),
        part_of=file.part_of,
        parts=list(file.parts),
        certificates=[_certificate(one) for one in file.certificates],
        matters=[matter_json(matter) for matter in file.running],
        letters=[letter_json(letter) for letter in file.letters],
        timeline=[_happening(happening) for happening in file.happenings],
    )


def _certificate(line: CertificateLine) -> CertificateJson:
    standing, document = line.standing, line.document
    fields = {name: getattr(line, name) for name in ("number", "valid_from", "edition", "issued_by", "decided_on")}
    turns = [
        CertificateTurnJson(**{name: getattr(turn, name) for name in CertificateTurnJson.model_fields})
        for turn in line.turns
    ]
    return CertificateJson(
        **fields, status=standing.status, since=standing.since, valid_until=standing.valid_until, turns=turns,
        version=None if document is None else document.version, made=document is not None and document.made,
    )  # fmt: skip


def _choice(choice: ChoiceFile) -> ChoiceJson:
    shown = {name: getattr(choice, name) for name in ChoiceJson.model_fields if name != "inspection_body"}
    return ChoiceJson(**shown, inspection_body=choice.body)


def _happening(happening: Happening) -> HappeningJson:
    shown = {name: getattr(happening, name) for name in HappeningJson.model_fields if name != "inspection_body"}
    return HappeningJson(**shown, inspection_body=happening.body)
