"""The certificate as it is read: by people, by a telephone, by a screen reader, by an archive, by who checks it."""

import hashlib
import io
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from parts.signing import with_practice_key
from press.certificate import Certificate, certificate_file, typeset_certificate
from press.signing import sign
from press.signing_key import NoSigningKeyError, SigningKey
from press.words import TEMPLATES
from scheme.language import Language
from settings import Settings

NL, FR, DE, EN = Language
WORDS = {
    "name": "Hoeve Ter Linde", "holder": "An Peeters", "street": "Dorp 1", "postcode": "2300", "city": "Turnhout",
    "country": "BE", "site_street": None, "site_postcode": None, "site_city": None,
    "enterprise_number": "0403019261", "establishment_unit": "2147812701", "herd_number": "BE90000001-0101",
    "language": "nl",
}  # fmt: skip
SMET = Certificate(
    number="IKM-2026-000123", version=1, words=WORDS, edition="12", valid_from=date(2026, 12, 2),
    valid_until=date(2029, 12, 1), case_id="certification:2026:F-000123", decided_on=date(2026, 11, 3),
    from_day=date(2026, 12, 2), dated=date(2026, 11, 3), site="https://ikm.example", practice=False,
)  # fmt: skip


def certificate(language: Language = NL, *, version: int = 1, practice: bool = False, **words: Any) -> Certificate:
    return replace(SMET, words={**WORDS, "language": language.value, **words}, version=version, practice=practice)


def page(of: Certificate) -> str:
    pdf = pypdfium2.PdfDocument(typeset_certificate(of))
    assert len(pdf) == 1
    return " ".join(pdf[0].get_textpage().get_text_range().split())


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    made = with_practice_key(Settings(var=tmp_path_factory.mktemp("var"), practice=True))
    return SigningKey(made.signing_key_file, made.signing_chain_file)


@pytest.fixture(scope="module")
def signed(key: SigningKey) -> bytes:
    return sign(typeset_certificate(SMET), key, "Handtekening")


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (NL, ["Certificaat", "Geldig vanaf 2 december 2026", "Geldig tot en met 1 december 2029", "uitgave 12", "gaat voor op dit papier", "OEFENING Dit is een oefening en geen certificaat."]),
        (FR, ["Certificat", "Valable à partir du 2 décembre 2026", "1er décembre 2029", "édition 12", "prévaut sur ce papier", "EXERCICE"]),
        (DE, ["Zertifikat", "Gültig ab 2. Dezember 2026", "1. Dezember 2029", "Ausgabe 12", "geht diesem Papier vor", "ÜBUNG"]),
        (EN, ["Certificate", "Valid from 2 December 2026", "1 December 2029", "edition 12", "prevails over this paper", "PRACTICE"]),
    ],
)  # fmt: skip
def test_each_language_says_all_of_it(language: Language, sentences: list[str]) -> None:
    said = page(certificate(language, practice=True))
    facts = [
        "IKM-2026-000123",
        "Hoeve Ter Linde",
        "An Peeters",
        "Dorp 1, 2300 Turnhout",
        "BE90000001-0101",
        "0403.019.261",
        "2.147.812.701",
        "certification:2026:F-000123",
        "IKM-Vlaanderen vzw",
    ]
    assert [one for one in (*sentences, *facts) if one not in said] == []


def test_all_languages_have_the_same_words_and_places() -> None:
    def places(language: Language) -> dict[str, set[str | None]]:
        words = tomllib.loads((TEMPLATES / "certificate" / "words" / f"{language}.toml").read_text())
        return {name: {place for _, place, _, _ in Formatter().parse(said)} for name, said in words.items()}

    assert all(places(language) == places(NL) for language in Language)


def test_what_is_unusual_still_fits_its_page() -> None:
    """A name as long as any, an address for post and another for milk, a farm abroad, no numbers."""
    long = certificate(
        name="Landbouwvennootschap " * 6,
        site_street="Molen 3",
        site_postcode="2310",
        site_city="Rijkevorsel",
        herd_number=None,
        enterprise_number=None,
        establishment_unit=None,
    )
    assert "Molen 3, 2310 Rijkevorsel" in page(long)
    assert "Ondernemingsnummer" not in page(long)
    assert "Dorp 1, 1234 AB Ossendrecht, Nederland" in page(
        certificate(country="NL", postcode="1234 AB", city="Ossendrecht")
    )
    assert "Versie 3 van 2 december 2026" in page(certificate(version=3))


def test_the_same_certificate_gives_the_same_bytes() -> None:
    first, again = (hashlib.sha256(typeset_certificate(certificate(FR))).hexdigest() for _ in range(2))
    assert first == again != hashlib.sha256(typeset_certificate(certificate(FR, version=2))).hexdigest()


def test_a_telephone_finds_the_public_page(signed: bytes) -> None:
    (code,) = zxingcpp.read_barcodes(pypdfium2.PdfDocument(signed)[0].render(scale=3).to_pil())
    assert (code.format.name, code.text) == ("QRCode", "https://ikm.example/c/IKM-2026-000123")


def test_the_signature_is_valid_and_covers_the_whole_file(signed: bytes, key: SigningKey) -> None:
    (own,) = load_certs_from_pemder([str(key.chain_file)])
    (found,) = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    status = validate_pdf_signature(found, ValidationContext(trust_roots=[own]))
    assert status.bottom_line
    assert (found.sig_object["/SubFilter"], status.coverage.name, status.docmdp_ok) == (
        "/ETSI.CAdES.detached",
        "ENTIRE_FILE",
        True,
    )


def test_a_sign_that_was_changed_is_found(signed: bytes, key: SigningKey) -> None:
    forged = bytearray(signed)
    forged[1000] ^= 1
    (own,) = load_certs_from_pemder([str(key.chain_file)])
    (found,) = PdfFileReader(io.BytesIO(bytes(forged))).embedded_signatures
    assert not validate_pdf_signature(found, ValidationContext(trust_roots=[own])).bottom_line


def test_signing_adds_after_the_page_and_keeps_what_archive_and_screen_reader_need(signed: bytes) -> None:
    before = typeset_certificate(SMET)
    assert signed.startswith(before)
    with pikepdf.open(io.BytesIO(before)) as plain, pikepdf.open(io.BytesIO(signed)) as pdf:
        assert pdf.Root.Metadata.read_bytes() == plain.Root.Metadata.read_bytes()
        marks = pdf.open_metadata()
        assert (marks.pdfa_status, marks["{http://www.aiim.org/pdfua/ns/id/}part"]) == ("2A", "1")
        assert (bool(pdf.Root.MarkInfo.Marked), str(pdf.Root.Lang), str(marks["dc:title"])) == (
            True,
            "nl-BE",
            "Certificaat IKM-2026-000123 van Hoeve Ter Linde",
        )
        roles = set(tags(pdf.Root.StructTreeRoot))
        assert {"/H1", "/P", "/Figure", "/Link"} <= roles
        (field,) = pdf.Root.AcroForm.Fields
        # Printable, named, without size and beside the page: what PDF/A and PDF/UA ask of a field that is not shown.
        assert (int(field.F) & 4, str(field.TU), [int(side) for side in field.Rect]) == (
            4,
            "Handtekening",
            [-1, -1, -1, -1],
        )
        assert str(pdf.pages[0].obj.Tabs) == "/S"


def tags(node: Any) -> Iterator[str]:
    """The roles below a node of the structure."""
    if isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield str(node.S)
        if "/K" in node:
            yield from tags(node.K)
    elif isinstance(node, pikepdf.Array):
        for inner in node:
            yield from tags(inner)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        pytest.param(None, "no-key", id="no key"),
        pytest.param("", "key-unreadable", id="nobody has put it there yet"),
        pytest.param(
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "key-unreadable", id="not a key"
        ),
    ],
)
def test_without_a_key_that_opens_nothing_is_signed(
    tmp_path: Path, key: SigningKey, written: str | None, why: str
) -> None:
    file = tmp_path / "key.pem"
    if written is not None:
        file.write_text(written)
    given = SigningKey(None if written is None else file, None if written is None else key.chain_file)
    with pytest.raises(NoSigningKeyError, match=why):
        sign(b"", given, "")


def test_a_key_that_is_not_its_certificates_is_found_before_anybody_gets_the_document(
    tmp_path: Path, key: SigningKey
) -> None:
    other = with_practice_key(Settings(var=tmp_path, practice=True))
    with pytest.raises(NoSigningKeyError, match="key-mismatch"):
        sign(typeset_certificate(SMET), SigningKey(other.signing_key_file, key.chain_file), "")


def test_the_practice_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    first, again = (with_practice_key(Settings(var=tmp_path, practice=True)) for _ in range(2))
    assert first.signing_key_file is not None
    assert first.signing_key_file.stat().st_mode & 0o777 == 0o600
    assert (first.signing_key_file, first.signing_key_file.read_bytes()) == (
        again.signing_key_file,
        again.signing_key_file.read_bytes(),
    )  # type: ignore[union-attr]
    assert with_practice_key(Settings(var=tmp_path)).signing_key_file is None


def test_the_file_is_named_in_the_farms_language() -> None:
    assert certificate_file(DE, "IKM-2026-000123", 2) == "zertifikat-IKM-2026-000123-2.pdf"
