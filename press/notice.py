"""Letters about audits and certificates, as tagged A4 pages (PDF/A-2a and PDF/UA-1)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from press.letter import (
    HOUSE,
    HOUSE_CITY,
    HOUSE_STREET,
    PHONE,
    Recipient,
    address_lines,
    compiled,
    cut,
    cut_words,
    fill,
    of_first,
    qr,
)
from press.words import LONGEST_SENTENCE, day, lines, one_line, words
from scheme.language import Language
from scheme.letter import LetterKind
from scheme.writable import printable

# A place with the blank before it: where nothing is to be said there, such as a number, neither is printed.
_NAMED = re.compile(r" \{(\w+)\}")
# The farmer may hand something in: the letter says so, and how.
_PROVES = frozenset({"report", "returned", "due"})
_PREPARES = frozenset({"visit", "moved"})
_BEFORE, _AFTER = ("opening", "act"), ("left", "next", "term", "objection")
# The ways to what its link leads to.
_STEPS = {"": ("scan", "type"), "_proof": ("scan", "type", "post"), "_status": ("scan", "type_status")}
_PREPARED = ("one", "two", "three", "four", "five")


@dataclass(frozen=True)
class Point:
    """A requirement that was not met. text: in the farmer's language; due: None for a recommendation."""

    number: str
    text: str
    grade: str
    due: date | None


@dataclass(frozen=True)
class Notice:
    """All that such a letter says.

    section: of the words, such as "moved" for a visit on another day. known: what stands in their `{places}`, beside
    what every letter knows. facts: keys of `known` that are set apart. points: what was found; quote: a person's words.
    without: paragraphs of the section that do not apply. first: the farm, without a certificate, applied for the audit,
    or, taken, needs it since it was taken over.
    """

    kind: LetterKind
    section: str
    language: Language
    recipient: Recipient
    farm_id: str
    reference: str
    dated: date
    link: str
    code: str
    enter_at: str
    practice: bool
    known: Mapping[str, str] = field(default_factory=dict)
    facts: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()
    quote: str = ""
    without: frozenset[str] = frozenset()
    first: bool = False
    taken: bool = False

    @property
    def proves(self) -> bool:
        """Whether the farmer is to hand something in."""
        return self.section in _PROVES

    @property
    def opens(self) -> str:
        """Where its link leads: to the audit's page, there to hand in a proof, or to what everybody sees."""
        if not self.code:
            return "_status"
        return "_proof" if self.proves else ""


def typeset_notice(notice: Notice) -> bytes:
    """The letter as PDF; the same letter gives the same bytes. Raises CannotTypesetError."""
    return compiled("notice", _contents(notice), notice.dated, notice.reference)


def known_of(notice: Notice) -> dict[str, str]:
    """What stands in the `{places}` of the words, each on one line."""
    own = {key: one_line(printable(text), LONGEST_SENTENCE) for key, text in notice.known.items()}
    return own | {
        "code": one_line(notice.code),
        "enter_at": one_line(notice.enter_at).removeprefix("https://"),
        "farm_id": one_line(notice.farm_id),
        "house_address": f"{HOUSE}, {HOUSE_STREET}, {HOUSE_CITY}",
        "link": notice.link,
        "phone": PHONE,
        "reference": one_line(notice.reference),
    }


def before(notice: Notice) -> list[str]:
    """The paragraphs above what is set apart, with their `{places}` still open."""
    return list(_said(notice, _BEFORE))


def after(notice: Notice) -> list[str]:
    """The paragraphs below it."""
    prepared = [words(notice.language)["prepare"]["listed"]] if notice.section in _PREPARES else []
    return [*prepared, *_said(notice, _AFTER)]


def prepared(notice: Notice) -> list[str]:
    """What the farmer should have ready; there is no report of an audit before the first."""
    said = words(notice.language)["prepare"]
    ready = _PREPARED[:-1] if notice.first else _PREPARED
    return [said[key] for key in ready] if notice.section in _PREPARES else []


def quoted(notice: Notice) -> list[str]:
    """What a person wrote, line by line; where nobody wrote a reason, the letter's own."""
    own = words(notice.language)[notice.section].get("unsaid", "")
    return lines(notice.quote or own)


def due_of(point: Point, language: Language) -> str:
    """Its last day, or that it is a recommendation."""
    return words(language)["points"]["advice"] if point.due is None else day(point.due, language)


def _said(notice: Notice, keys: tuple[str, ...]) -> Iterator[str]:
    section = words(notice.language)[notice.section]
    said = (key for key in keys if key in section and key not in notice.without)
    texts = (of_first(section, key, first=notice.first, taken=notice.taken) for key in said)
    return (_NAMED.sub(lambda place: "" if notice.known.get(place[1]) == "" else place[0], text) for text in texts)


def _contents(notice: Notice) -> Mapping[str, Any]:
    said, known = words(notice.language), known_of(notice)
    section, opens = said[notice.section], said["open"]
    steps = _STEPS[notice.opens]
    return {
        "careful": False,
        "language": notice.language,
        "dated": [notice.dated.year, notice.dated.month, notice.dated.day],
        "dated_written": day(notice.dated, notice.language),
        "words": cut_words(notice.language),
        "author": HOUSE,
        "house": [cut(HOUSE), HOUSE_STREET, HOUSE_CITY, PHONE],
        "address": [cut(line) for line in address_lines(notice.recipient, notice.language)],
        "title": section["subject"].format_map(known),
        "subject": fill(section["subject"], known),
        "before": [fill(paragraph, known) for paragraph in before(notice)],
        "after": [fill(paragraph, known) for paragraph in after(notice)],
        "facts": [[said["facts"][key], fill(f"{{{key}}}", known)] for key in notice.facts],
        "prepare": said["prepare"]["title"],
        "prepared": [cut(one) for one in prepared(notice)],
        "quote": [cut(printable(line)) for line in quoted(notice)],
        "heads": [said["points"][key] for key in ("number", "requirement", "grade", "due")],
        "points": [_row(point, notice.language) for point in notice.points],
        "open": opens[f"title{notice.opens}"],
        "steps": [fill(opens[step], known) for step in steps],
        "page": re.split(r"\{pages?\}", opens["page"]),
        "farm_id": cut(known["farm_id"]),
        "farm_id_whole": known["farm_id"],
        "code": known["code"],
        "link": notice.link,
        "reference": known["reference"],
        "practice": notice.practice,
        "qr": qr(notice.link),
        "qr_alt": opens["qr_alt" if notice.code else "qr_alt_status"].replace("{link}", notice.link),
    }


def _row(point: Point, language: Language) -> list[Any]:
    text = " ".join(printable(line) for line in lines(point.text))
    return [point.number, cut(text), point.grade, due_of(point, language)]
