"""One letter: where it is, what the mail server said, and how it looked as paper and as mail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, Response

from api.access import allowed
from api.door import Door
from api.farm_json import LetterJson
from api.page import page
from api.rendering import letter_of
from api.sight import sight
from api.smtp_said import said_reply
from press.letter import CannotTypesetError
from press.mail import MailText, mail_text
from records.letter import LetterChannel, LetterRow
from records.queries.failed_letter import FailedLetter, failed_letter
from records.queries.in_house import waits_for
from records.queries.letter import LetterLine, letter, letter_line, replaced_by
from records.queries.withdrawal import Withdrawal, why_withdrawn
from scheme.choice import Choice
from scheme.people import Action

router = APIRouter()
Reader = Annotated[Door, allowed(Action.SEE_LETTERS)]
# The mail carries its own style and nothing else: no script, no picture from elsewhere.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"


@dataclass(frozen=True)
class LetterFile:
    """A letter with all that is known of it. mail: as it goes or went out, None on paper or where it cannot be made.

    withdrawn: why it does not go out any more. failed: why it did not go out, and whether it may be tried again.
    choice: the one whose days begin when this letter leaves.
    """

    row: LetterRow
    line: LetterLine
    replaced_by: str | None
    mail: MailText | None
    withdrawn: Withdrawal | None = None
    failed: FailedLetter | None = None
    choice: Choice | None = None


class LetterPageJson(LetterJson):
    """A letter whole. smtpReply: raw; meaning: what it says, in your language; replacedBy: the letter after this.

    withdrawn: why it does not go out any more. unsentSince: the days to answer stand still since then, until it leaves.
    """

    case_id: str
    language: str
    planned_at: datetime
    handed_over_at: datetime | None = None
    printed_at: datetime | None = None
    attempts: int
    message_id: str
    smtp_reply: str | None = None
    meaning: str | None = None
    replaced_by: str | None = None
    withdrawn: Withdrawal | None = None
    unsent_since: datetime | None = None


@router.get("/letters/{letter_key}", include_in_schema=False)
async def show_letter(request: Request, letter_key: str, door: Reader) -> HTMLResponse:
    """The letter's page."""
    file = await _file(door, letter_key)
    return page(request, door, "letter/page.html", file=file)


@router.get("/letters/{letter_key}/mail", include_in_schema=False)
async def show_mail(letter_key: str, door: Reader) -> Response:
    """The mail as its reader sees it, for a frame of the letter's page."""
    file = await _file(door, letter_key)
    if file.mail is None:
        raise HTTPException(404, "not-found")
    headers = {"Content-Security-Policy": MAIL_POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(file.mail.html, headers=headers)


@router.get(
    "/api/v1/letters/{letterKey}", operation_id="readLetter", tags=["letters"], response_model_exclude_none=True
)
async def show_letter_json(letterKey: str, door: Reader) -> LetterPageJson:  # noqa: N803  # the API's name
    """One letter."""
    file = await _file(door, letterKey)
    known = file.row.model_dump() | {name: getattr(file.line, name) for name in LetterJson.model_fields}
    fields = {name: value for name, value in known.items() if name in LetterPageJson.model_fields}
    fields["unsent_since"] = None if file.choice is None else file.choice.unsent_since
    meaning = _meaning(door, file.row)
    return LetterPageJson(**fields, replaced_by=file.replaced_by, withdrawn=file.withdrawn, meaning=meaning)


async def _file(door: Door, letter_key: str) -> LetterFile:
    async with door.sessions() as session:
        row = await letter(session, sight(door), letter_key)
        line = await letter_line(session, sight(door), letter_key)
        if row is None or line is None:
            raise HTTPException(404, "not-found")
        after, withdrawn = await replaced_by(session, letter_key), await why_withdrawn(session, row)
        failed, choice = await failed_letter(session, sight(door), letter_key), await waits_for(session, row)
    return LetterFile(row, line, after, _mail(door, row), withdrawn, failed, choice)


def _mail(door: Door, row: LetterRow) -> MailText | None:
    if row.channel != LetterChannel.MAIL.value:
        return None
    try:
        return mail_text(letter_of(door, row))
    except CannotTypesetError:
        return None


def _meaning(door: Door, row: LetterRow) -> str | None:
    return None if row.smtp_reply is None else said_reply(door.language, row.smtp_reply)
