"""The letters of a choice of inspection body, as one tagged A4 page (PDF/A-2a and PDF/UA-1)."""

import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import segno
import typst
from babel import Locale

from press import code128
from press.words import TEMPLATES, day, one_line, words
from scheme.farm_change import Change
from scheme.language import Language
from scheme.letter import LetterKind

HOUSE = "IKM-Vlaanderen vzw"
HOUSE_STREET = "Hagenbroeksesteenweg 167"
HOUSE_CITY = "2500 Lier"
PHONE = "078 15 47 10"
HOME_COUNTRY = "BE"

# Days and numbers are never broken over two lines; what a farmer must see at a glance is bold.
_WHOLE = frozenset({
    "answer_due", "audited_on", "certificate_until", "code", "due", "farm_id", "phone", "status_at", "valid_from",
    "valid_until", "visit_on", "visit_time",
})  # fmt: skip
_LOUD = frozenset({"answer_due", "default_body", "visit_on", "visit_time", "due", "valid_until"})
_LONGEST_WHOLE = 40
_PLACE = re.compile(r"\{(\w+)\}")
# "IKM-audit" is one word, also at the end of a line; a long run without blanks may be broken anywhere.
_PIECE = re.compile(r"(?P<box>(?:IKM|QFL|QMK)-[^\W\d_]+)|(?P<long>\S{25,})")
# The letter as a string of JSON: see letter.typ for why it is no sys_inputs.
_MAIN = '#import "/letter/{}.typ": page-of\n#page-of(json(bytes("{}")))\n'
# What the template says when the letter needs a smaller size.
_RUNS_OVER = "runs over"

# A piece of text: plain, or {"box": text}, {"long": text} or {"strong": pieces}; see set-text in parts.typ.
Pieces = list[str | dict[str, Any]]


class CannotTypesetError(ValueError):
    """A value that cannot be printed, such as a sign that no font of ours has.

    Typesetting it again gives the same: a person has to correct the value.
    """


@dataclass(frozen=True)
class Recipient:
    """Whom a letter goes to; country is an ISO 3166 code, "BE" or "NL"."""

    name: str
    street: str
    postcode: str
    city: str
    country: str


@dataclass(frozen=True)
class Letter:
    """All that a letter says.

    reference: the case and farm, "choice:2025:F-000123", printed small; ASCII.
    certificate_until: None for a farm without a certificate that applied for its audit.
    answer_due: the last allowed day.
    previous_body: last time's body by name, None when there was none.
    default_body: the body that silence will give, or has given in an assignment.
    bodies: names of the bodies to choose from; empty in an assignment is fine.
    lost_body: the body that may not be chosen any more, where the letter asks again because of it.
    link, code: empty in an assignment, where nothing is left to choose.
    enter_at: the page where number and code can be typed.
    practice: each page and subject is marked as an exercise.
    after: what made the audit necessary that it is about: a move, a merger or a split; None for any other audit.
    taken: it is about the audit of a farm that was taken over.
    """

    kind: LetterKind
    language: Language
    recipient: Recipient
    farm_id: str
    reference: str
    dated: date
    certificate_until: date | None
    answer_due: date
    previous_body: str | None
    default_body: str
    bodies: tuple[str, ...]
    link: str
    code: str
    enter_at: str
    practice: bool
    lost_body: str | None = None
    after: Change | None = None
    taken: bool = False


def typeset(letter: Letter) -> bytes:
    """The letter as PDF; the same letter gives the same bytes.

    Raises CannotTypesetError for a value that cannot be printed on one page.
    """
    return compiled("letter", _contents(letter), letter.dated, letter.reference)


def compiled(template: str, contents: Mapping[str, Any], dated: date, reference: str) -> bytes:
    """The page of templates/letter with these contents, carefully where it would run over.

    Raises CannotTypesetError, which names the reference.
    """
    try:
        try:
            return _compile(template, contents, dated, reference)
        except typst.TypstError as error:
            if _RUNS_OVER not in error.message:
                raise
            return _compile(template, {**contents, "careful": True}, dated, reference)
    except typst.TypstError as error:
        message = f"{reference}: {error.message}"
        raise CannotTypesetError(message) from error


def _compile(template: str, contents: Mapping[str, Any], dated: date, reference: str) -> bytes:
    # ASCII, so that only two signs could end the string or escape in it.
    data = json.dumps(contents, sort_keys=True).replace("\\", "\\\\").replace('"', '\\"')
    pdf = compiler().compile(
        input=_MAIN.format(template, data).encode(),
        format="pdf",
        pdf_standards=["a-2a", "ua-1"],
        timestamp=datetime(dated.year, dated.month, dated.day, tzinfo=UTC),
    )
    if not isinstance(pdf, bytes):
        message = f"{reference}: one PDF was expected"
        raise CannotTypesetError(message)
    return pdf


@cache
def compiler() -> typst.Compiler:
    """The compiler of this process: fonts and template are read once, and kept with what is alike in letters."""
    return typst.Compiler(
        root=TEMPLATES,
        font_paths=[TEMPLATES / "fonts"],
        ignore_system_fonts=True,
    )


def values(letter: Letter) -> dict[str, str]:
    """What stands in the `{places}` of the words, each on one line."""
    until = letter.certificate_until
    return {
        "answer_due": day(letter.answer_due, letter.language),
        "certificate_until": "" if until is None else day(until, letter.language),
        "code": one_line(letter.code),
        "default_body": one_line(letter.default_body),
        "enter_at": one_line(letter.enter_at).removeprefix("https://"),
        "farm_id": one_line(letter.farm_id),
        "house_address": f"{HOUSE}, {HOUSE_STREET}, {HOUSE_CITY}",
        "link": letter.link,
        "lost_body": one_line(letter.lost_body or ""),
        "phone": PHONE,
        "previous_body": one_line(letter.previous_body or ""),
        "reference": one_line(letter.reference),
    }


def paragraphs(letter: Letter) -> list[str]:
    """The letter's paragraphs in order, with their `{places}` still open."""
    own, first = words(letter.language)[letter.kind], letter.certificate_until is None
    opening, following = (
        _of_change(own, key, letter) or of_first(own, key, first=first, taken=letter.taken)
        for key in ("opening", "next")
    )
    return [opening, _silence(letter), following] if letter.kind.asks else [opening, following, own["objection"]]


def _of_change(section: Mapping[str, str], key: str, letter: Letter) -> str | None:
    """The paragraph that speaks of the audit that a change of the farm made necessary, if the letter is about one.

    Whoever took the farm over reads of that: what happened to it before was another holder's.
    """
    return None if letter.after is None or letter.taken else section.get(f"{key}_{letter.after.value}")


def of_first(section: Mapping[str, str], key: str, *, first: bool, taken: bool) -> str:
    """The paragraph of that key; where the farm applied for its audit, the one that says so, if there is one.

    taken: nobody applied, the farm was taken over; the paragraph that says so comes first.
    """
    if taken and f"{key}_taken" in section:
        return section[f"{key}_taken"]
    return section.get(f"{key}_first", section[key]) if first else section[key]


def _silence(letter: Letter) -> str:
    """Last time's body, of the holder of before where the farm was taken over; and what happens without an answer."""
    said = words(letter.language)["silence"]
    if letter.previous_body is None:
        before = "previous_none"
    elif letter.previous_body in letter.bodies:
        before = "previous_known"
    else:
        before = "previous_gone"
    after = "kept" if letter.previous_body == letter.default_body else "given"
    return " ".join(of_first(said, key, first=False, taken=letter.taken) for key in (before, after))


def _contents(letter: Letter) -> Mapping[str, Any]:
    """What the template is given: pieces of text and drawings, never markup."""
    said = words(letter.language)
    known = values(letter)
    asks = letter.kind.asks
    return {
        "careful": False,
        "language": letter.language,
        "dated": [letter.dated.year, letter.dated.month, letter.dated.day],
        "dated_written": day(letter.dated, letter.language),
        "words": cut_words(letter.language),
        "author": HOUSE,
        "house": [cut(HOUSE), HOUSE_STREET, HOUSE_CITY, PHONE],
        "address": [cut(line) for line in address_lines(letter.recipient, letter.language)],
        "title": said[letter.kind]["subject"].format_map(known),
        "subject": fill(said[letter.kind]["subject"], known),
        "paragraphs": [fill(paragraph, known) for paragraph in paragraphs(letter)],
        "type": fill(said["answer"]["type"], known),
        "instruction": fill(said["slip"]["instruction"], known),
        "farm_id": cut(known["farm_id"]),
        "farm_id_whole": known["farm_id"],
        "code": known["code"],
        "link": known["link"],
        "reference": known["reference"],
        "name": cut(one_line(letter.recipient.name)),
        "bodies": [cut(one_line(body)) for body in letter.bodies],
        "practice": letter.practice,
        "asks": asks,
        "qr": qr(letter.link) if asks else "",
        "qr_alt": said["answer"]["qr_alt"].replace("{link}", known["link"]),
        "barcode": code128.svg(known["reference"]) if asks else "",
        "barcode_alt": said["slip"]["barcode_alt"].replace("{reference}", known["reference"]),
    }


@cache
def cut_words(language: Language) -> Mapping[str, Mapping[str, Pieces | str]]:
    """The words without {places}; those that are running text are cut."""
    plain = {
        "house": ("scheme_full", "scheme", "role", "practice"),
        "letter": ("dated", "farm_id", "reference", "questions"),
        "answer": ("code",),
        "slip": ("farm", "dated", "signed"),
    }
    return {
        section: {
            key: text if key in plain[section] else cut(text)
            for key, text in words(language)[section].items()
            if not _PLACE.search(text)
        }
        for section in plain
    }


def cut(text: str) -> Pieces:
    """The text with its unbreakable words and its overlong runs apart."""
    pieces: Pieces = []
    at = 0
    for found in _PIECE.finditer(text):
        pieces += [text[at : found.start()], {str(found.lastgroup): found.group()}]
        at = found.end()
    return [piece for piece in (*pieces, text[at:]) if piece]


def fill(sentence: str, known: Mapping[str, str]) -> Pieces:
    """The sentence with its {places} filled; KeyError where a value is missing."""
    return list(_filled(sentence, known))


def _filled(sentence: str, known: Mapping[str, str]) -> Iterator[str | dict[str, Any]]:
    for place, text in enumerate(_PLACE.split(sentence)):
        if place % 2 == 0:
            yield from cut(text)
            continue
        value = known[text]
        whole = text in _WHOLE and len(value.encode()) < _LONGEST_WHOLE
        shown: Pieces = [{"box": value}] if whole else cut(value)
        if text in _LOUD:
            yield {"strong": shown}
        else:
            yield from shown


def address_lines(to: Recipient, language: Language) -> list[str]:
    """The lines of the envelope's window; the country only where it is another."""
    lines = [one_line(to.name), one_line(to.street), one_line(f"{to.postcode} {to.city}")]
    if to.country == HOME_COUNTRY:
        return lines
    country = Locale(str(language)).territories.get(to.country, to.country)
    return [*lines, one_line(country).upper()]


def qr(link: str) -> str:
    """The link as SVG: level M, quiet zone of four modules."""
    drawing = io.BytesIO()
    segno.make_qr(link, error="m", boost_error=False).save(drawing, kind="svg", border=4, xmldecl=False, light="#fff")
    return drawing.getvalue().decode()
