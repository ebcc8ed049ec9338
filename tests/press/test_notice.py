"""Letters about an audit and its decision as they are read: on paper, by a screen reader, in a mail."""

import io
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp

from press.mail import compose
from press.notice import Notice, known_of
from press.said import typeset
from press.told import notice
from press.written import House, Ledger
from scheme.certificate_end import Stage
from scheme.language import Language
from scheme.letter import LetterKind
from tests.press.letters import SMET

NL, FR, DE, EN = Language
HOUSE = House("https://ikm.example", bytes(32), practice=False)
COOLING: dict[str, Any] = {
    "number": "C4", "grade": "A", "due": "2025-09-10",
    "text": {"nl": "De tank koelt tot 6 °C", "fr": "Le tank refroidit à 6 °C", "de": "", "en": ""},
}  # fmt: skip
TAKEN = {"first": True, "taken": True}
ADVICE = COOLING | {"number": "F3", "grade": "C", "due": None}
WORDS: dict[str, Any] = {
    "name": SMET.name, "street": SMET.street, "postcode": SMET.postcode, "city": SMET.city, "country": SMET.country,
    "certificate_until": None, "dated": "2025-06-12", "audit": "periodic-audit:2025:F-000123", "audited_on": "2025-06-10",
    "body": "CKCert", "auditor": "Lotte Peeters", "visit_at": "2025-06-10T07:30:00+00:00", "occasion": "visit",
    "findings": [COOLING, ADVICE], "reason": "Op de foto is niets te zien.\nStuur een andere. 😀", "appeal_days": 60, "appeal_until": "2025-07-14",
    "certificate_number": "IKM-2025-000001", "valid_from": "2025-12-02", "valid_until": "2028-12-01", "left": True,
    "wanted": "suspend", "suspended_until": "2025-12-12",
    "stage": "visit", "day": "2025-06-10", "extension": "E-001", "back": False, "cause": "epidemic", "valid_until_before": "2025-03-13", "suspended": False,
}  # fmt: skip
KINDS = [kind for kind in LetterKind if kind.about_audit]


def told(kind: LetterKind, language: Language = NL, **changes: object) -> Notice:
    """The letter of farm F-000123, as its row in the ledger says it."""
    case = WORDS["audit"] if kind.passes or kind is LetterKind.REPORT else "certification:2025:F-000123"
    return notice(Ledger(kind, language, case, "F-000123", 1, WORDS | changes), HOUSE)


def text_of(letter: Notice) -> str:
    """All that is printed, blanks and line ends alike."""
    pages = pypdfium2.PdfDocument(typeset(letter))
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())


def mail_of(letter: Notice, kind: str) -> str:
    """The mail as plain text or HTML."""
    sent_at = datetime(2025, 6, 12, 9, tzinfo=UTC)
    sent = compose(
        letter, b"%PDF-", sender="ikm@ikm.example", to="a@b.example", message_id="<1@ikm.example>", sent_at=sent_at
    )
    part = sent.get_body((kind,))
    assert isinstance(part, EmailMessage)
    return f"{sent['Subject']}\n{part.get_content()}"


@pytest.mark.parametrize(
    ("kind", "language", "changes", "sentences"),
    [
        (LetterKind.VISIT, NL, {"findings": []}, ["dinsdag 10 juni 2025 om 9.30 uur", "Lotte Peeters", "Leg dit vooraf"]),
        (LetterKind.VISIT, NL, {"findings": [], "first": True}, ["voert de IKM-audit uit die u aanvroeg", "etiketten van voeder"]),
        (LetterKind.REPORT, DE, {"findings": [], "first": True}, ["das von Ihnen beantragte QMK-Audit durchgeführt"]),
        (LetterKind.VISIT, NL, {"findings": [], **TAKEN}, ["voert de IKM-audit uit van het bedrijf dat u overnam."]),
        (LetterKind.REPORT, FR, {"findings": [], **TAKEN}, ["a réalisé l’audit QFL de l’exploitation que vous avez reprise."]),
        (LetterKind.STATUS, NL, {"wanted": "takeover_passed", "certificate_number": ""}, ["beslist dat het certificaat met het"]),
        (LetterKind.VISIT, FR, {"findings": []}, ["le mardi 10 juin 2025 à 9 h 30", "Préparez à l’avance"]),
        (LetterKind.VISIT, DE, {"occasion": "moved", "findings": []}, ["eänderter Termin", "10. Juni 2025 um 9.30 Uhr"]),
        (LetterKind.VISIT, EN, {"occasion": "followup"}, ["upplementary audit on", "10 June 2025 at 9:30", "C4"]),
        (LetterKind.REPORT, NL, {}, ["erslag van uw ", "C4", "koelt tot 6 °C", "10 september 2025", "aanbeveling"]),
        (LetterKind.REPORT, FR, {}, ["refroidit à 6 °C", "recommandation"]),
        (LetterKind.REPORT, DE, {"findings": [ADVICE]}, ["nur Empfehlungen", "De tank koelt"]),
        (LetterKind.REPORT, EN, {"findings": []}, ["found nothing that you have to put right"]),
        (LetterKind.REPORT_BACK, NL, {}, ["verslag van 10 juni 2025 dat wij u stuurden, ging over een ander bedrijf", "CKCert blijft"]),
        (LetterKind.REPORT_BACK, FR, {}, ["concernait une autre exploitation"]),
        (LetterKind.RETURNED, NL, {}, ["unt C4 is nog niet in orde", "niets te zien. Stuur een andere. □"]),
        (LetterKind.RETURNED, FR, {"dated": "2025-09-11"}, ["le 10 septembre 2025, est passé"]),
        (LetterKind.DUE, NL, {}, ["10 september 2025", "noteerd als niet in orde"]),
        (LetterKind.CERTIFICATE, NL, {}, ["IKM-2025-000001", "1 december 2028", "ikm.example/c/IKM-2025-000001", "nog openstaan"]),
        (LetterKind.EXTENSION, NL, {"valid_until": "2025-05-31"}, ["van 13 maart 2025 naar 31 mei 2025", "wegens een epidemie"]),
        (LetterKind.EXTENSION, FR, {"suspended": True}, ["Votre certificat est suspendu et le reste", "en raison d’une épidémie"]),
        (LetterKind.EXTENSION, DE, {"back": True, "valid_until": "2025-03-13"}, ["sondern wieder der 13. März 2025"]),
        (LetterKind.EXTENSION, EN, {"cause": "other", "certificate_number": None}, ["this is a case of force majeure"]),
        (LetterKind.STATUS, NL, {}, ["IKM-2025-000001 te schorsen, om deze reden: Op de foto is", "12 december 2025", "niets te zien", "binnen 60 dagen"]),
        (LetterKind.STATUS, FR, {"wanted": "lift", "suspended_until": None}, ["de lever la suspension"]),
        (LetterKind.STATUS, DE, {"wanted": "withdraw", "suspended_until": None}, ["zu entziehen, aus folgendem Grund: Op de foto is", "innerhalb von 60 Tagen"]),
        (LetterKind.EXPIRY, NL, {}, ["geldig tot en met 1 december 2028", "CKCert komt op 10 juni 2025"]),
        (LetterKind.EXPIRY, FR, {"stage": "choice", "body": None}, ["expire le", "vous choisissez un organisme d’inspection"]),
        (LetterKind.EXPIRY, EN, {"stage": "nothing", "body": None, "certificate_number": None}, ["Please telephone our secretariat"]),
        (LetterKind.ENDED, DE, {"stage": "decision"}, ["abgelaufen", "entscheiden über ein neues Zertifikat"]),
        (LetterKind.ENDED, NL, {"stage": "proof"}, ["nu niet meer gecertificeerd", "niveau A"]),
        (LetterKind.STATUS, NL, {"wanted": "takeover_passed", "suspended_until": None}, ["IKM-2025-000001 met het bedrijf op u", "niets te zien"]),
        (LetterKind.STATUS, DE, {"wanted": "takeover_new_audit", "suspended_until": None, "certificate_number": ""}, ["nicht auf Sie übergeht", "ikm.example/directory"]),
        (LetterKind.STATUS, FR, {"wanted": "move_passed", "suspended_until": None}, ["reste valable", "sur un autre site"]),
        (LetterKind.STATUS, EN, {"wanted": "move_new_audit", "suspended_until": None}, ["an audit is needed", "your certificate runs on"]),
        (LetterKind.STATUS, DE, {"wanted": "merger_passed", "suspended_until": None}, ["mit Ihrem zusammengelegt wurde", "Nummer und letzter Tag"]),
        (LetterKind.STATUS, NL, {"wanted": "split_passed", "suspended_until": None}, ["een bedrijf op zich is geworden", "dat u voortzet"]),
        (LetterKind.STATUS, FR, {"wanted": "split_new_audit", "suspended_until": None}, ["une exploitation à part", "que vous poursuivez"]),
        (LetterKind.STATUS, NL, {"wanted": "merger_new_audit", "suspended_until": None}, ["met het uwe is samengevoegd", "zoals het nu is"]),
        (LetterKind.REFUSAL, NL, {}, ["niets te zien", "binnen 60 dagen", "ten laatste op 14 juli 2025 bereiken"]),
        (LetterKind.REFUSAL, FR, {"reason": ""}, ["ne permet pas d’accorder un certificat"]),
    ],
)  # fmt: skip
def test_each_letter_says_its_sentences(
    kind: LetterKind, language: Language, changes: dict[str, Any], sentences: list[str]
) -> None:
    letter = told(kind, language, **changes)
    page, plain = text_of(letter), " ".join(mail_of(letter, "plain").replace("> ", "").split())
    for said in sentences:
        assert said in page
        assert said.replace("□", "😀") in plain


@pytest.mark.parametrize("kind", KINDS)
def test_each_is_an_archive_copy_with_the_way_to_the_audit(kind: LetterKind) -> None:
    letter = told(kind)
    sheet = typeset(letter)
    assert sheet == typeset(letter)
    with pikepdf.open(io.BytesIO(sheet)).open_metadata() as meta:
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"], meta["pdfuaid:part"]) == ("2", "A", "1")
    (found,) = zxingcpp.read_barcodes(pypdfium2.PdfDocument(sheet)[0].render(scale=3).to_pil())
    assert found.text == letter.link == told(LetterKind.VISIT).link
    assert letter.link.startswith("https://ikm.example/audit/2025/F-000123/")
    for said in (letter.code, "ikm.example/audit", letter.reference, SMET.name):
        assert said in text_of(letter)
    for way in ("plain", "html"):
        assert letter.link in mail_of(letter, way)
        assert "{" not in mail_of(letter, way).split("<main")[-1]


def test_a_letter_about_an_extension_has_nothing_to_type_and_leads_to_what_everybody_sees() -> None:
    letter = told(LetterKind.EXTENSION)
    (found,) = zxingcpp.read_barcodes(pypdfium2.PdfDocument(typeset(letter))[0].render(scale=3).to_pil())
    assert found.text == letter.link == "https://ikm.example/c/IKM-2025-000001"
    assert told(LetterKind.EXTENSION, certificate_number=None).link == "https://ikm.example/directory"
    assert ("E-001:F-000123" in text_of(letter), "uw code" in mail_of(letter, "html")) == (True, False)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("stage", Stage)
def test_how_far_the_farm_is_has_a_sentence_in_every_language(stage: Stage, language: Language) -> None:
    said = known_of(told(LetterKind.EXPIRY, language, stage=stage.value))["stage"]
    assert said.endswith(".")
    assert "{" not in said


def test_a_refusal_of_before_there_was_a_term_says_none() -> None:
    assert "ten laatste op" not in text_of(told(LetterKind.REFUSAL, appeal_until=None))


def test_a_long_list_goes_on_overleaf_under_its_heads() -> None:
    letter = told(LetterKind.REPORT, findings=[COOLING | {"number": f"C{n}"} for n in range(1, 41)])
    pages = pypdfium2.PdfDocument(typeset(letter))
    overleaf = pages[1].get_textpage().get_text_range()
    assert (len(pages), "In orde uiterlijk op" in overleaf, "Blad 2 van" in overleaf) == (2, True, True)


def test_words_of_people_are_text_and_never_markup() -> None:
    attack = '<b>#sys.inputs *x*</b> \\" $x$ {code}\x00\r\nBcc: x@y.example'
    letter = told(LetterKind.REFUSAL, reason=attack)
    assert "<b>#sys.inputs *x*</b>" in text_of(letter)
    assert "<b>#" not in mail_of(letter, "html")
    assert "{code}" in mail_of(letter, "plain")
