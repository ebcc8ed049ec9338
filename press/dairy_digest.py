"""The daily mail to a dairy: what changed for its suppliers' certificates (records/dairy_digest.py says when)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from functools import cache
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from press.mail import addressed
from press.words import TEMPLATES, day, one_line
from scheme.certificate import Status
from scheme.language import Language

_DAYS = ("since", "until", "moved")


@dataclass(frozen=True)
class DairyDigest:
    """A mail as it was planned; words as records/dairy_digest.py wrote them."""

    message_id: str
    day: date
    words: Mapping[str, Any]
    practice: bool

    @property
    def language(self) -> Language:
        """The dairy's language when it was planned."""
        return Language(self.words["language"])


@cache
def dairy_words(language: Language) -> Mapping[str, Any]:
    """The mail's words; `one|many` where a number stands in them."""
    text = (TEMPLATES / "dairy_digest" / "words" / f"{language}.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


def compose_dairy_digest(mail: DairyDigest, *, sender: str, site: str, sent_at: datetime) -> EmailMessage:
    """The mail, ready to be handed over. site: what stands before the links. Raises ValueError as press.mail does."""
    said, lines, total = dairy_words(mail.language), mail.words["lines"], mail.words["total"]
    values, more = {"count": total}, total - len(lines)
    subject = one_line(_many(said["subject"], total).format(**values))
    context = {
        "words": said,
        "language": mail.language,
        "practice": mail.practice,
        "subject": subject,
        "greeting": said["greeting"].format(name=one_line(mail.words["name"])),
        "summary": _many(said["summary"], total).format(**values),
        "more": said["more"].format(count=more) if more else "",
        "lines": [_line(line, mail.language, site) for line in lines],
        "directory": f"{site}/directory",
    }
    message = addressed(sender=sender, to=mail.words["address"], message_id=mail.message_id, sent_at=sent_at)
    message["Subject"] = f"[{said['practice_mark']}] {subject}" if mail.practice else subject
    message.set_content(_environment().get_template("mail.txt").render(context), cte="quoted-printable")
    html = _environment().get_template("mail.html").render(context)
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = str(mail.language)
    return message


def _line(line: Mapping[str, Any], language: Language, site: str) -> dict[str, Any]:
    said = dairy_words(language)
    known = said["supplier"].format(number=one_line(line["supplier_number"])) if line["supplier_number"] else ""
    known_days = {name: day(date.fromisoformat(line[name]), language) for name in _DAYS if line.get(name)}
    days = dict.fromkeys(_DAYS, "") | known_days
    return {
        "farm": one_line(f"{line['farm']}, {line['city']}"),
        "supplier": known,
        "number": line["number"] or "",
        "link": f"{site}/c/{quote(line['number'])}" if line["number"] else "",
        "said": said["status"][_sentence(line)].format(**days),
        "bad": line["status"] != "valid",
    }


def _sentence(line: Mapping[str, Any]) -> str:
    """Which one: a valid certificate's says since when, or when its last day was changed; older mails knew neither."""
    status: str = line["status"] or "none"
    if status != Status.VALID.value or not line["since"]:
        return status
    return "valid-moved" if line.get("moved") else "valid-since"


def _many(sentence: str, number: int) -> str:
    one, _, many = sentence.partition("|")
    return one if number == 1 else many


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES / "dairy_digest"),
        autoescape=select_autoescape(enabled_extensions=("html",)),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
