"""The short mail that carries a letter: plain text, HTML and the PDF (RFC 3834, ecosystem.md D4)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageDefect, NonASCIILocalPartDefect
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from typing import Any

from email_validator import validate_email
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from press.letter import HOUSE, HOUSE_CITY, HOUSE_STREET, PHONE
from press.said import AnyLetter, said_of
from press.words import TEMPLATES, one_line, words
from scheme.language import Language

# Bold in the HTML, as in the letter.
_LOUD = ("answer_due", "default_body", "code", "farm_id", "visit_on", "visit_time", "due", "valid_until")
_STRONG = '<strong style="white-space:nowrap">{}</strong>'


def compose(letter: AnyLetter, pdf: bytes, *, sender: str, to: str, message_id: str, sent_at: datetime) -> EmailMessage:
    """The mail to one address, ready to be handed over.

    sender: an address, also with a name ("IKM-Vlaanderen <ikm@…>"); answers go there.
    message_id: whole, with its angle brackets; the same when the mail goes out again.
    sent_at: an aware datetime.
    Raises ValueError for a line break in any header, or not exactly one address.
    The address is written in ASCII as far as it can be: its domain always, what stands before the @ as it is.
    """
    message = addressed(sender=sender, to=to, message_id=message_id, sent_at=sent_at)
    message["Subject"] = subject(letter)
    message.set_content(_render(letter, "mail.txt", rich=False), cte="quoted-printable")
    message.add_alternative(_render(letter, "mail.html", rich=True), subtype="html", cte="quoted-printable")
    message.add_attachment(pdf, maintype="application", subtype="pdf", filename=file_name(letter))
    # Last, because setting the content clears every header that begins with Content-.
    message["Content-Language"] = str(letter.language)
    return message


@dataclass(frozen=True)
class MailText:
    """A mail as its reader sees it, without its attachment."""

    subject: str
    text: str
    html: str


def mail_text(letter: AnyLetter) -> MailText:
    """The mail that carries the letter, for somebody who looks it up."""
    plain, rich = _render(letter, "mail.txt", rich=False), _render(letter, "mail.html", rich=True)
    return MailText(subject(letter), plain, rich)


def addressed(*, sender: str, to: str, message_id: str, sent_at: datetime) -> EmailMessage:
    """A mail of the house without subject and content; raises ValueError as `compose` does."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = to if to.isascii() else _domain_in_ascii(to)
    message["Reply-To"] = sender
    for header in ("From", "To"):
        if len(message[header].addresses) != 1 or any(map(_is_wrong, message[header].defects)):
            error = f"{header}: one mail address was expected"
            raise ValueError(error)
    if sent_at.tzinfo is None:
        error = "sent_at has no time zone"
        raise ValueError(error)
    message["Date"] = sent_at
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    return message


def _domain_in_ascii(address: str) -> str:
    """The address as every mail server understands its domain (RFC 5890); raises ValueError where it has none."""
    known = validate_email(address, check_deliverability=False)
    return f"{known.local_part}@{known.ascii_domain}"


def _is_wrong(defect: MessageDefect) -> bool:
    # A letter beyond ASCII before the @ is no mistake (RFC 6531); the counter asks whether the server takes it.
    return not isinstance(defect, NonASCIILocalPartDefect)


def subject(letter: AnyLetter) -> str:
    """The subject on one line, marked when it is an exercise."""
    said = said_of(letter)
    line = said.subject.format_map(said.known)
    return f"[{words(letter.language)['house']['practice']}] {line}" if letter.practice else line


def file_name(letter: AnyLetter) -> str:
    """The attachment's name in the farmer's language, as "keuzebrief-F-000123.pdf"."""
    farm = re.sub(r"[^A-Za-z0-9-]", "", letter.farm_id)
    return f"{said_of(letter).file}-{one_line(farm)}.pdf"


def _render(letter: AnyLetter, template: str, *, rich: bool) -> str:
    house, said = words(letter.language), said_of(letter)

    def filled(sentence: str) -> str:
        return _fill_rich(sentence, said.known) if rich else sentence.format_map(said.known)

    context: dict[str, Any] = {
        **{section: house[section] for section in ("house", "letter", "mail")},
        "said": said,
        "language": letter.language,
        # French sets a blank before it that does not break.
        "colon": "\u00a0:" if letter.language is Language.FR else ":",
        "subject": subject(letter),
        "title": said.title.format_map(said.known),
        "before": [filled(paragraph) for paragraph in said.before],
        "after": [filled(paragraph) for paragraph in said.after],
        "type": filled(house["mail"]["type" if rich else "type_plain"]) if letter.code else "",
        "link": letter.link,
        "practice": letter.practice,
        "reference": said.known["reference"],
        "sender_lines": [HOUSE, HOUSE_STREET, HOUSE_CITY, PHONE],
    }
    return _environment().get_template(template).render(context)


def _fill_rich(sentence: str, known: Mapping[str, str]) -> Markup:
    """The sentence as HTML; every value is escaped."""
    strong = Markup(_STRONG)  # noqa: S704 - our own constant; format escapes what is put in
    shown = {key: strong.format(text) if key in _LOUD else text for key, text in known.items()}
    return escape(sentence).format_map(shown)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES / "letter"),
        autoescape=select_autoescape(enabled_extensions=("html",)),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
