"""The letters as they are read: on paper, by a telephone, by a screen reader, by an archive."""

import hashlib
import io
import tomllib
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from functools import cache
from multiprocessing import get_context
from string import Formatter

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp

from press.letter import CannotTypesetError, Letter, Recipient, paragraphs, typeset
from press.words import TEMPLATES, day, one_line
from press.written import House, Ledger, written
from scheme.farm_change import Change
from scheme.language import Language
from scheme.letter import LetterKind
from tests.press.letters import ATTACK, BODIES, SMET, letter_to_smet

NL, FR, DE, EN = Language
CHOICE, REMINDER, ASSIGNMENT, AGAIN, CORRECTION = OF_CHOICES = [kind for kind in LetterKind if kind.about_choice]


@cache
def page(letter: Letter) -> str:
    """The one page's text, blanks and line ends alike."""
    pdf = pypdfium2.PdfDocument(typeset(letter))
    assert len(pdf) == 1
    return " ".join(pdf[0].get_textpage().get_text_range().split())


def codes(letter: Letter) -> dict[str, str]:
    """What a scanner finds on the printed page, by kind of code."""
    picture = pypdfium2.PdfDocument(typeset(letter))[0].render(scale=3).to_pil()
    return {code.format.name: code.text for code in zxingcpp.read_barcodes(picture)}


@pytest.mark.parametrize(
    ("kind", "language", "sentences"),
    [
        (
            CHOICE,
            NL,
            ["Kies uw inspectie-instelling uiterlijk op 1 april 2025", "vervalt op 14 december 2025", "Antwoordstrook"],
        ),
        (CHOICE, FR, ["Choisissez votre organisme d’inspection", "au plus tard le 1er avril 2025", "Talon-réponse"]),
        (CHOICE, DE, ["Wählen Sie Ihre Inspektionsstelle", "läuft am 14. Dezember 2025 ab", "Antwortabschnitt"]),
        (CHOICE, EN, ["Choose your inspection body by 1 April 2025", "expires on 14 December 2025", "Reply slip"]),
        (REMINDER, NL, ["Herinnering: kies", "Wij hebben van u nog geen antwoord ontvangen.", "Antwoordstrook"]),
        (REMINDER, FR, ["Rappel : choisissez", "jusqu’au 1er avril 2025 inclus"]),
        (REMINDER, DE, ["Erinnerung: Wählen Sie", "bis einschließlich 1. April 2025"]),
        (REMINDER, EN, ["Reminder: choose", "up to and including 1 April 2025"]),
        (ASSIGNMENT, NL, ["CKCert voert uw volgende IKM-audit uit", "CKCert belt u op om een afspraak te maken"]),
        (ASSIGNMENT, FR, ["CKCert réalisera votre prochain audit QFL", "vous téléphonera"]),
        (ASSIGNMENT, DE, ["CKCert führt Ihr nächstes QMK-Audit durch", "ruft Sie an"]),
        (AGAIN, NL, ["Kies opnieuw", "CARAH mag geen IKM-audits meer uitvoeren", "7K2M-9QWX-4TBZ"]),
        (AGAIN, FR, ["Choisissez à nouveau", "CARAH ne peut plus réaliser"]),
        (AGAIN, DE, ["Wählen Sie Ihre Inspektionsstelle neu", "CARAH darf keine QMK-Audits"]),
        (AGAIN, EN, ["Choose your inspection body again", "CARAH may no longer carry out"]),
        (ASSIGNMENT, EN, ["CKCert will carry out your next IKM audit", "will telephone you"]),
        (
            CORRECTION,
            NL,
            ["Rechtzetting: CKCert voert uw volgende IKM-audit uit", "een vergissing van ons secretariaat"],
        ),
        (
            CORRECTION,
            FR,
            ["Rectification : CKCert réalisera votre prochain audit QFL", "une erreur de notre secrétariat"],
        ),
        (CORRECTION, DE, ["Berichtigung: CKCert führt Ihr nächstes QMK-Audit durch", "ein Versehen"]),
        (CORRECTION, EN, ["Correction: CKCert will carry out your next IKM audit", "a mistake of our secretariat"]),
    ],
)
def test_each_letter_says_its_sentences_to_the_farmer(
    kind: LetterKind, language: Language, sentences: list[str]
) -> None:
    letter = letter_to_smet(kind=kind, language=language)
    text = page(letter)
    for said in [*sentences, SMET.name, "9850 Deinze", "F-000123", "choice:2025:F-000123", "078 15 47 10"]:
        assert said in text
    pdf = pikepdf.open(io.BytesIO(typeset(letter)))
    assert str(pdf.Root.Lang)[:2] == language


@pytest.mark.parametrize("kind", OF_CHOICES)
@pytest.mark.parametrize("language", Language)
def test_a_farm_that_applied_has_no_certificate_to_speak_of(kind: LetterKind, language: Language) -> None:
    said = page(letter_to_smet(kind=kind, language=language, certificate_until=None))
    ends = {NL: "certificaat vervalt", FR: "certificat QFL", DE: "QMK-Zertifikat", EN: "certificate expires"}
    assert ends[language] not in said
    assert ends[language] in page(letter_to_smet(kind=kind, language=language))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (NL, ("uw nieuwe locatie", "na de samenvoeging", "na de splitsing")),
        (FR, ("votre nouveau site", "après la fusion", "après la scission")),
        (DE, ("Ihres neuen Standorts", "nach der Zusammenlegung", "nach der Teilung")),
        (EN, ("your new site", "after the merger", "after the split")),
    ],
)
def test_where_the_body_of_an_audit_after_a_change_is_lost_the_letter_speaks_of_that_audit(
    language: Language, said: tuple[str, ...]
) -> None:
    for after, words in zip((Change.MOVE, Change.MERGER, Change.SPLIT), said, strict=True):
        again = letter_to_smet(kind=AGAIN, after=after, certificate_until=None, language=language)
        assert words in paragraphs(again)[0]
        told = {paragraphs(replace(again, kind=kind))[0] for kind in OF_CHOICES}
        assert told.isdisjoint(paragraphs(replace(again, kind=kind, after=None))[0] for kind in OF_CHOICES)


@pytest.mark.parametrize(
    ("told", "after"),
    [
        pytest.param({"moved": True}, Change.MOVE, id="planned when only moves were told of"),
        pytest.param({"moved": False}, None, id="the same of any other audit"),
        pytest.param({"after": "split"}, Change.SPLIT, id="a split"),
        pytest.param({"after": None}, None, id="any other audit"),
    ],
)
def test_a_letter_knows_what_made_its_audit_necessary(told: dict[str, object], after: Change | None) -> None:
    whom = dict.fromkeys(("name", "street", "postcode", "city", "country", "previous_body", "default_body"), "x")
    words = {**whom, "dated": "2025-01-20", "answer_due": "2025-02-20", "bodies": [], "first": True, **told}
    row = Ledger(AGAIN, NL, "choice:2025:F-000001", "F-000001", 1, words)
    assert written(row, House("https://ikm.example", bytes(32), practice=True)).after is after


@pytest.mark.parametrize("kind", [LetterKind.CHOICE, LetterKind.REMINDER, AGAIN])
@pytest.mark.parametrize(
    ("language", "said"), [(NL, "overnam"), (FR, "reprise"), (DE, "übernommen"), (EN, "took over")]
)
def test_who_took_a_farm_over_applied_for_nothing(kind: LetterKind, language: Language, said: str) -> None:
    taken = letter_to_smet(kind=kind, taken=True, after=Change.MERGER, certificate_until=None, language=language)
    opening, silence, _ = paragraphs(taken)
    assert said in opening
    assert silence != paragraphs(replace(taken, taken=False))[1]


def test_a_farmer_can_answer_by_telephone_by_typing_or_on_paper() -> None:
    letter = letter_to_smet()
    assert codes(letter) == {"QRCode": letter.link, "Code128": letter.reference}
    for said in ["7K2M-9QWX-4TBZ", "ikm.example/choices", *BODIES]:
        assert said in page(letter)


def test_an_address_that_is_printed_can_be_copied() -> None:
    """Longer than a line holds without a blank: no sign that nobody sees lies between those of the address."""
    where = "https://ikm.example/choices/ofahousewithalongname"
    said = page(letter_to_smet(enter_at=where))
    assert (where.removeprefix("https://") in said.replace(" ", ""), "\u200b" in said) == (True, False)


def test_an_assignment_leaves_nothing_to_choose() -> None:
    letter = letter_to_smet(kind=ASSIGNMENT)
    assert codes(letter) == {}
    assert "Antwoordstrook" not in page(letter)
    assert "FoodChain ID" not in page(letter)


@pytest.mark.parametrize(
    ("previous", "default", "sentence"),
    [
        ("CKCert", "CKCert", "geen antwoord, dan voert CKCert ook uw volgende audit uit."),
        ("CKCert", "FoodChain ID", "dan wijzen wij u FoodChain ID toe."),
        ("CARAH", "FoodChain ID", "De vorige keer was CARAH uw inspectie-instelling; die staat niet meer op de lijst."),
        (None, "FoodChain ID", "Van u is ons nog geen eerdere keuze bekend."),
    ],
)
def test_what_silence_gives(previous: str | None, default: str, sentence: str) -> None:
    assert sentence in page(letter_to_smet(previous_body=previous, default_body=default))


def test_the_page_is_an_archive_copy_that_can_be_read_aloud() -> None:
    pdf = pikepdf.open(io.BytesIO(typeset(letter_to_smet())))
    meta = pdf.open_metadata()
    assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("2", "A")
    assert meta["pdfuaid:part"] == "1"
    assert meta["dc:title"] == "Kies uw inspectie-instelling uiterlijk op 1 april 2025"
    assert pdf.Root.MarkInfo.Marked
    assert "/StructTreeRoot" in pdf.Root
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert [float(side) for side in pdf.pages[0].mediabox] == pytest.approx([0, 0, 595.28, 841.89], abs=0.01)


def test_the_same_letter_gives_the_same_bytes() -> None:
    first, again = typeset(letter_to_smet()), typeset(letter_to_smet())
    assert hashlib.sha256(first).hexdigest() == hashlib.sha256(again).hexdigest()
    assert typeset(letter_to_smet(code="7K2M-9QWX-4TBA")) != first


def test_a_letter_has_the_same_bytes_after_others_and_in_another_process() -> None:
    """Typst remembers parts of earlier letters; the address tells which of two sizes a letter needs."""
    letters = [
        letter_to_smet(recipient=replace(SMET, name=name), language=language)
        for name in (SMET.name, "W" * 120)
        for language in Language
    ]
    here = [hashlib.sha256(typeset(letter)).hexdigest() for letter in reversed(letters)]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
        there = [hashlib.sha256(pdf).hexdigest() for pdf in other.map(typeset, letters)]
    assert here == there[::-1]


def test_a_value_cannot_leave_its_string() -> None:
    name = r'\" ") #panic() \\" \u{41} {} {{'
    assert name in page(letter_to_smet(recipient=replace(SMET, name=name)))


@pytest.mark.parametrize(("language", "mark"), [(NL, "OEFENING"), (FR, "EXERCICE"), (DE, "ÜBUNG"), (EN, "PRACTICE")])
def test_practice_is_marked(language: Language, mark: str) -> None:
    assert mark in page(letter_to_smet(language=language, practice=True))
    assert mark not in page(letter_to_smet(language=language))


def test_the_practice_mark_does_not_hide_the_code() -> None:
    letter = letter_to_smet(practice=True)
    assert codes(letter)["QRCode"] == letter.link


def test_the_address_stands_in_the_window_of_the_envelope() -> None:
    """112 to 188 mm from the left, 50 to 79 mm from above, also for long lines."""
    to = Recipient("Landbouwvennootschap Van den Broucke-Vandecasteele & Zonen", "W" * 300, "8650", "x" * 300, "NL")
    sheet = pypdfium2.PdfDocument(typeset(letter_to_smet(recipient=to)))[0]
    reader = sheet.get_textpage()
    found = reader.search("Landbouwvennootschap").get_next()
    assert found is not None
    end = reader.search("NEDERLAND").get_next()
    assert end is not None
    left, _, _, top = reader.get_charbox(found[0])
    _, bottom, _, _ = reader.get_charbox(end[0])
    millimetre = 72 / 25.4
    assert left / millimetre >= 112
    assert (sheet.get_height() - top) / millimetre >= 50
    assert (sheet.get_height() - bottom) / millimetre <= 79


@pytest.mark.parametrize("kind", OF_CHOICES)
def test_values_are_text_and_never_markup(kind: LetterKind) -> None:
    to = Recipient(ATTACK, "Weg\r\nBcc: x@example.be\x00", "9000", "very long " * 300, "BE")
    text = page(letter_to_smet(kind=kind, recipient=to, default_body=ATTACK, previous_body=ATTACK))
    assert ATTACK in text
    assert "Weg Bcc: x@example.be" in text


def test_a_letter_stays_one_page_with_many_long_names() -> None:
    bodies = tuple(f"Onafhankelijke Inspectie-instelling voor de Landbouw nr. {number}" for number in range(8))
    for language in Language:
        letter = letter_to_smet(
            language=language, bodies=bodies, previous_body=bodies[0], default_body=bodies[1], practice=True
        )
        assert bodies[7] in page(letter)
        assert codes(letter)["QRCode"] == letter.link


def test_a_sign_without_a_glyph_is_refused_by_name() -> None:
    to = Recipient("Hoeve 😀", "Weg 1", "9000", "Gent", "BE")
    with pytest.raises(CannotTypesetError, match=r"choice:2025:F-000123.*😀"):
        typeset(letter_to_smet(recipient=to))


@pytest.mark.parametrize("language", [FR, DE, EN])
def test_every_language_has_every_word_and_place(language: Language) -> None:
    """A key or a {place} that one language lacks would be found by a farmer first."""
    assert _places(language) == _places(NL)


def _places(language: Language) -> dict[str, set[str | None]]:
    sections = tomllib.loads((TEMPLATES / "letter" / "words" / f"{language}.toml").read_text(encoding="utf-8"))
    return {
        f"{section}.{key}": {place for _, place, _, _ in Formatter().parse(text) if place is not None}
        for section, texts in sections.items()
        for key, text in texts.items()
        if text.strip()
    }


@pytest.mark.parametrize(
    ("language", "written"),
    [(NL, "1 maart 2026"), (FR, "1er mars 2026"), (DE, "1. März 2026"), (EN, "1 March 2026")],
)
def test_days_are_written_out(language: Language, written: str) -> None:
    assert day(date(2026, 3, 1), language) == written


def test_lines_lose_what_cannot_be_seen() -> None:
    assert one_line("a\r\n\tb\x00 \u202ec\u200b") == "a b c"
    assert len(one_line("x" * 300)) == 120
