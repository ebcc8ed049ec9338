"""The daily mail that lists what waits, in plain text and HTML (records/digest.py says for whom and when)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from functools import cache
from types import MappingProxyType
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from press.mail import addressed
from press.words import TEMPLATES, day, one_line
from scheme.language import Language


@dataclass(frozen=True)
class DigestMail:
    """A mail as it was planned; words as records/digest.py wrote them."""

    message_id: str
    day: date
    words: Mapping[str, Any]
    practice: bool

    @property
    def language(self) -> Language:
        """The person's language when it was planned."""
        return Language(self.words["language"])

    @property
    def total(self) -> int:
        """How many tasks wait."""
        return int(self.words["mine"]["total"] + self.words["free"]["total"])

    @property
    def late(self) -> int:
        """How many of those shown are late."""
        shown = [*self.words["mine"]["tasks"], *self.words["free"]["tasks"]]
        return sum(task["days_left"] < 0 for task in shown)


@cache
def digest_words(language: Language) -> Mapping[str, Any]:
    """The mail's words; `one|many` where a number stands in them."""
    text = (TEMPLATES / "digest" / "words" / f"{language}.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


def compose_digest(mail: DigestMail, *, sender: str, site: str, sent_at: datetime) -> EmailMessage:
    """The mail, ready to be handed over. site: what stands before the links. Raises ValueError as press.mail does."""
    context = _context(mail, site)
    message = addressed(sender=sender, to=mail.words["address"], message_id=mail.message_id, sent_at=sent_at)
    message["Subject"] = context["subject"]
    message.set_content(_environment().get_template("mail.txt").render(context), cte="quoted-printable")
    html = _environment().get_template("mail.html").render(context)
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = str(mail.language)
    return message


def _context(mail: DigestMail, site: str) -> dict[str, Any]:
    said = digest_words(mail.language)
    suffix = "_late" if mail.late else ""
    values = {"total": mail.total, "late": mail.late, "day": day(mail.day, mail.language)}
    lists = [_list(mail, name, site) for name in ("mine", "free") if mail.words[name]["total"]]
    return {
        "words": said,
        "language": mail.language,
        "practice": mail.practice,
        "greeting": said["greeting"].format(name=one_line(mail.words["name"])),
        "subject": one_line(_many(said[f"subject{suffix}"], mail.total).format(**values)),
        "summary": _many(said[f"summary{suffix}"], mail.total).format(**values),
        "lists": lists,
        "tasks_link": f"{site}/tasks",
        "account_link": f"{site}/account",
    }


def _list(mail: DigestMail, name: str, site: str) -> dict[str, Any]:
    said, held = digest_words(mail.language), mail.words[name]
    more = held["total"] - len(held["tasks"])
    return {
        "title": said[name],
        "tasks": [_task(task, mail.language, site) for task in held["tasks"]],
        "more": said["more"].format(count=more) if more else "",
    }


def _task(task: Mapping[str, Any], language: Language, site: str) -> dict[str, Any]:
    said, left = digest_words(language), task["days_left"]
    written = day(date.fromisoformat(task["due_on"]), language)
    sentence = said["due_today"] if not left else _many(said["late" if left < 0 else "due"], abs(left))
    return {
        "what": said["task"][task["kind"]],
        "farm": one_line(f"{task['farm']} ({task['farm_id']})") if task["farm"] else "",
        "until": sentence.format(day=written, days=abs(left)),
        "late": left < 0,
        "link": f"{site}/tasks/{task['task_id']}",
    }


def _many(sentence: str, number: int) -> str:
    one, _, many = sentence.partition("|")
    return one if number == 1 else many


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES / "digest"),
        autoescape=select_autoescape(enabled_extensions=("html",)),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
