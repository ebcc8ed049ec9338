"""The report of an audit as JSON: what the telephone in the stable speaks (docs/report.md)."""

import uuid
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, HTTPException, Response, UploadFile
from pydantic import BaseModel, Field, StringConstraints

from api.access import allowed
from api.door import Door
from api.handing import IdempotencyKey, ReceivedJson, received_json
from api.listing import CAMEL
from api.report_case import OTHER_DAY, OpenReport, report_of
from api.report_change import change, photograph, take_out, told
from api.report_handing import Incomplete, hand_in_report
from api.words import said, translate
from records.audit_report import Given
from records.audit_reporting import Change
from records.queries.audit_report import Photo
from scheme.audit_report import MOST_WORDS, Answer, Item, ItemKind, Lack, kind_of
from scheme.language import Language
from scheme.lastenboek.grade import Grade
from scheme.people import Action
from scheme.requirement_list import Listed

router = APIRouter()
Reader = Annotated[Door, allowed(Action.SEE_REPORT)]
Auditor = Annotated[Door, allowed(Action.REPORT_AUDIT)]
LAST_REVISION = 1_000_000
TYPE = "urn:problem-type:ikm:report:"


class LineJson(BaseModel):
    """Something that is asked. grade, visual and text: of a requirement."""

    model_config = CAMEL

    item: str
    kind: ItemKind
    grade: Grade | None = None
    visual: bool | None = None
    text: str | None = None


class ModuleJson(BaseModel):
    """A module and what it asks, in order. module: its letter."""

    model_config = CAMEL

    module: str
    name: str
    lines: list[LineJson]


class AnswerJson(BaseModel):
    """An answer. revision: to be sent as `base` with a change of it."""

    model_config = CAMEL

    item: str
    value: str
    words: str
    revision: int
    person: str
    changed_at: datetime


class PhotoJson(BaseModel):
    """A photograph beside an item."""

    model_config = CAMEL

    photo_id: str
    item: str
    name: str
    href: str


class MissingJson(BaseModel):
    """What keeps the report from being handed in."""

    model_config = CAMEL

    item: str
    lack: Lack


class ReportJson(BaseModel):
    """A draft of a report. general: asked of the audit as a whole; writes: whether the caller may change it.

    warnings: what speaks against it and stops nothing, such as another day than that of the visit.
    score: the average of the places so far.
    """

    model_config = CAMEL

    audit_id: str
    farm_id: str
    farm_name: str
    writes: bool
    general: list[LineJson]
    modules: list[ModuleJson]
    answers: list[AnswerJson]
    photos: list[PhotoJson]
    missing: list[MissingJson]
    warnings: list[str]
    score: int | None = None


class AnswerPut(BaseModel):
    """A change of an answer.

    key: made by the device; sent again, it is the same change. base: the revision that the device saw, 0 for none.
    value: an assessment, good or bad, a score, or a day; empty takes the answer back. device: the device's own name.
    """

    model_config = CAMEL

    key: uuid.UUID
    base: Annotated[int, Field(ge=0, le=LAST_REVISION)] = 0
    value: Annotated[str, StringConstraints(max_length=40)]
    words: Annotated[str, StringConstraints(max_length=MOST_WORDS)] = ""
    device: Annotated[str, StringConstraints(min_length=1, max_length=80)]


class HandedInJson(ReceivedJson):
    """What was handed in is kept. warnings: what speaks against it, in sentences of the caller's language."""

    warnings: list[str]


class IncompleteError(HTTPException):
    """422 that names each item and what it lacks."""

    def __init__(self, language: Language, handed: Incomplete) -> None:
        super().__init__(422, "report-incomplete")
        self.issues = tuple(
            {"type": TYPE + one.lack.value, "in": "body", "name": one.item, "detail": said(language, one.lack)}
            for one in handed.missing
        )


MET: dict[int | str, dict[str, Any]] = {
    409: {"description": "Another device was first: `theirs` and `yours` tell both"}
}


@router.get(
    "/api/v1/audits/{auditId}/report",
    operation_id="getReport",
    tags=["audits"],
    response_model_exclude_none=True,
)
async def get_report(auditId: str, door: Reader) -> ReportJson:  # noqa: N803  # the API's name
    """The draft of an audit's report: what is asked, in the caller's language, and what was filled in."""
    return _report(door.language, await report_of(door, auditId))


@router.put(
    "/api/v1/audits/{auditId}/report/answers/{item}",
    operation_id="putReportAnswer",
    tags=["audits"],
    responses=MET,
)
async def put_answer(auditId: str, item: str, sent: AnswerPut, door: Auditor) -> AnswerJson:  # noqa: N803
    """Fill in or change one answer: by the auditor who was planned, until the report is handed in."""
    wanted = Change(sent.key, Item(item), Answer(sent.value, sent.words), sent.base, sent.device)
    return _answer(await change(door, auditId, wanted))


@router.put(
    "/api/v1/audits/{auditId}/report/photos/{photoId}",
    operation_id="putReportPhoto",
    tags=["audits"],
)
async def put_photo(
    auditId: str,  # noqa: N803
    photoId: uuid.UUID,  # noqa: N803
    item: Annotated[str, Form(max_length=40)],
    file: Annotated[UploadFile, File()],
    door: Auditor,
) -> PhotoJson:
    """Add a photograph to an item; the same under the same id is one."""
    name = await photograph(door, auditId, item, photoId, file, "file")
    return _photo(Photo(str(photoId), Item(item), name, ""))


@router.delete(
    "/api/v1/audits/{auditId}/report/photos/{photoId}",
    operation_id="deleteReportPhoto",
    tags=["audits"],
    status_code=204,
)
async def delete_photo(auditId: str, photoId: uuid.UUID, door: Auditor) -> Response:  # noqa: N803
    """Take a photograph out of the draft; the file itself stays."""
    await take_out(door, auditId, photoId)
    return Response(status_code=204)


@router.post("/api/v1/audits/{auditId}/report", operation_id="handInReport", tags=["audits"])
async def hand_in_json(auditId: str, key: IdempotencyKey, door: Auditor) -> HandedInJson:  # noqa: N803
    """Hand the draft in as it stands; 422 names each item that lacks something. What warns stops nothing."""
    handed = await hand_in_report(door, auditId, key)
    if isinstance(handed, Incomplete):
        raise IncompleteError(door.language, handed)
    kept, report = received_json(handed), await report_of(door, auditId)
    warnings = _warnings(door.language, report)
    return HandedInJson(submission_id=kept.submission_id, settled=kept.settled, warnings=warnings)


def _warnings(language: Language, report: OpenReport) -> list[str]:
    days = report.other_day
    return [] if days is None else [translate(language, OTHER_DAY, planned=days.planned, audited=days.audited)]


def _report(language: Language, report: OpenReport) -> ReportJson:
    checklist, draft = report.checklist, report.draft
    return ReportJson(
        audit_id=report.case.case_id,
        farm_id=report.case.farm_id,
        farm_name=report.case.farm_name,
        writes=report.writes,
        general=[_line(language, item, None) for item in checklist.general],
        modules=[_module(language, report, module) for module in checklist.modules],
        answers=[_answer(one) for one in draft.given.values()],
        photos=[_photo(photo) for photo in draft.photos],
        missing=[MissingJson(item=one.item, lack=one.lack) for one in report.missing],
        warnings=_warnings(language, report),
        score=report.score,
    )


def _module(language: Language, report: OpenReport, module: str) -> ModuleJson:
    checklist = report.checklist
    lines = [_line(language, item, checklist.line(item)) for item in checklist.items_of(module)]
    return ModuleJson(module=module, name=checklist.names[module].said_in(language), lines=lines)


def _line(language: Language, item: Item, line: Listed | None) -> LineJson:
    if line is None:
        return LineJson(item=item, kind=kind_of(item))
    text = line.text.said_in(language)
    return LineJson(item=item, kind=kind_of(item), grade=line.grade, visual=line.visual, text=text)


def _answer(one: Given) -> AnswerJson:
    return AnswerJson.model_validate(told(one))


def _photo(photo: Photo) -> PhotoJson:
    return PhotoJson(photo_id=photo.photo_id, item=photo.item, name=photo.name, href=f"/files/{photo.photo_id}")
