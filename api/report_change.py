"""Changing a report, from a page or the JSON API: one answer, or one photograph."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from fastapi import HTTPException, UploadFile

from api.door import Door
from api.problem_issue import SAID, issue
from api.received_file import name_of, received
from api.report_case import known, writable
from api.sight import actor_of
from api.words import noted, refusal, translate
from records import clock
from records.audit_report import Given
from records.audit_reporting import Change, ChangedElsewhereError, add_photo, change_answer, lock_report, remove_photo
from records.receiving import KeyReusedError
from records.storing import Use
from scheme.audit_check import check_audited_on
from scheme.audit_report import HIGHEST_SCORE, Answer, Assessment, ItemKind, kind_of, value_in
from scheme.days import local_day
from scheme.errors import Refusal, RuleViolationError
from scheme.ids import CaseId
from scheme.language import Language
from scheme.lastenboek.outcome import Surroundings
from scheme.stored_file import MediaType, Purpose

WRONG: Mapping[ItemKind, Mapping[str, Any]] = {
    ItemKind.ASSESSMENT: {"type": "enum", "ctx": {"expected": ", ".join(f"'{one.value}'" for one in Assessment)}},
    ItemKind.SURROUNDINGS: {"type": "enum", "ctx": {"expected": ", ".join(f"'{one.value}'" for one in Surroundings)}},
    ItemKind.DAY: {"type": "date_parsing"},
}
NO_SCORE = noted("Score: write a whole number from 0 to %(most)s.")


class MetError(HTTPException):
    """409: another device was first. theirs: what stands there, and under which revision; yours: what was sent."""

    def __init__(self, theirs: Given, yours: Answer) -> None:
        super().__init__(409, "report-met")
        self.theirs = theirs
        self.members = {"theirs": told(theirs), "yours": {"value": yours.value, "words": yours.words}}


class WrongValueError(HTTPException):
    """422 that names what the item takes."""

    def __init__(self, language: Language, kind: ItemKind, refused: Refusal | None = None) -> None:
        super().__init__(422)
        no_score = {"type": SAID, "msg": translate(language, NO_SCORE, most=HIGHEST_SCORE)}
        wrong = no_score if kind is ItemKind.SCORE else WRONG[kind]
        if refused is not None:
            wrong = {"type": SAID, "msg": refusal(language, refused)}
        self.issues = (issue(language, {**wrong, "loc": ("body", "value")}),)


async def change(door: Door, audit_id: str, sent: Change) -> Given:
    """Write the answer and tell what then stands there.

    HTTPException: 404 for an audit or item that is not there, 409 where another device was first or the report is
    handed in, 422 for what the item does not take or a key that stands for something else.
    """
    try:
        value = value_in(kind_of(sent.item), sent.answer.value)
    except ValueError as error:
        raise WrongValueError(door.language, kind_of(sent.item)) from error
    asked = replace(sent, answer=Answer(value, sent.answer.words.strip()))
    try:
        async with door.sessions.begin() as session:
            await lock_report(session, CaseId(audit_id))
            case = await writable(session, door, audit_id)
            known(case, sent.item)
            if kind_of(sent.item) is ItemKind.DAY and value:
                now = await clock.now(session)
                check_audited_on(date.fromisoformat(value), local_day(case.opened_at), local_day(now))
            return await change_answer(session, case.case_id, asked, actor_of(door))
    except RuleViolationError as violation:
        raise WrongValueError(door.language, kind_of(sent.item), violation.refusal) from violation
    except ChangedElsewhereError as met:
        raise MetError(met.theirs, asked.answer) from met
    except KeyReusedError as error:
        raise HTTPException(422, "key-reused") from error


def told(one: Given) -> dict[str, object]:
    """An answer as the API tells it."""
    return {
        "item": one.item,
        "value": one.answer.value,
        "words": one.answer.words,
        "revision": one.revision,
        "person": one.person,
        "changedAt": one.changed_at.isoformat(),
    }


async def photograph(door: Door, audit_id: str, item: str, photo_id: uuid.UUID, file: UploadFile, field: str) -> str:
    """Keep the photograph beside its item and return its name; HTTPException as above, and 422 for one not taken."""
    async with door.sessions() as session:
        known(await writable(session, door, audit_id), item)
    picture = await received(door, file, field, only=frozenset(MediaType) - {MediaType.PDF})
    try:
        async with door.sessions.begin() as session:
            await lock_report(session, CaseId(audit_id))
            case = await writable(session, door, audit_id)
            use = Use(str(photo_id), case.case_id, case.farm_id, Purpose.REPORT_PHOTO, name_of(file))
            await add_photo(session, picture, use, known(case, item), actor_of(door))
            return use.name
    except KeyReusedError as error:
        raise HTTPException(422, "key-reused") from error


async def take_out(door: Door, audit_id: str, photo_id: uuid.UUID | str) -> None:
    """Take the photograph out of the draft; HTTPException 404 or 409 as above."""
    async with door.sessions.begin() as session:
        await lock_report(session, CaseId(audit_id))
        case = await writable(session, door, audit_id)
        if not await remove_photo(session, case.case_id, photo_id, actor_of(door)):
            raise HTTPException(404, "not-found")
