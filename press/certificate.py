"""The certificate, as one tagged A4 page (PDF/A-2a and PDF/UA-1); its signature comes after (press/signing.py)."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from types import MappingProxyType
from typing import Any

import typst
from babel import Locale

from press.letter import HOME_COUNTRY, HOUSE, HOUSE_CITY, HOUSE_STREET, PHONE, CannotTypesetError, compiler, qr
from press.words import TEMPLATES, day, one_line
from scheme.language import Language

# The certificate as a string of JSON: see letter.typ for why it is no sys_inputs.
_MAIN = '#import "/certificate/certificate.typ": page-of\n#page-of(json(bytes("{}")))\n'
_TEN_DIGITS = re.compile(r"([01][0-9]{3})([0-9]{3})([0-9]{3})|([2-8])([0-9]{3})([0-9]{3})([0-9]{3})")
_MARKS = "IKM · QFL · QMK"


@dataclass(frozen=True)
class Certificate:
    """All that a version of a certificate says.

    words: of the register, as records/issuing.py kept them. case_id: the decision, printed as its reference.
    dated: the day the version was written, from_day the first on which it holds. site: what stands before /c/.
    """

    number: str
    version: int
    words: Mapping[str, Any]
    edition: str
    valid_from: date
    valid_until: date
    case_id: str
    decided_on: date
    from_day: date
    dated: date
    site: str
    practice: bool

    @property
    def language(self) -> Language:
        """The farm's language when the version was written."""
        return Language(self.words["language"])

    @property
    def link(self) -> str:
        """The public page of its status."""
        return f"{self.site}/c/{self.number}"


@cache
def certificate_words(language: Language) -> Mapping[str, str]:
    """The words of the certificate; sentences carry their places as `{day}`."""
    text = (TEMPLATES / "certificate" / "words" / f"{language}.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


def typeset_certificate(certificate: Certificate) -> bytes:
    """The page as PDF, not signed; the same certificate gives the same bytes.

    Raises CannotTypesetError for a value that cannot be printed, such as a sign that no font of ours has.
    """
    # ASCII, so that only two signs could end the string or escape in it.
    data = json.dumps(_contents(certificate), sort_keys=True).replace("\\", "\\\\").replace('"', '\\"')
    dated = certificate.dated
    try:
        pdf = compiler().compile(
            input=_MAIN.format(data).encode(),
            format="pdf",
            pdf_standards=["a-2a", "ua-1"],
            timestamp=datetime(dated.year, dated.month, dated.day, tzinfo=UTC),
        )
    except typst.TypstError as error:
        message = f"{certificate.number}: {error.message}"
        raise CannotTypesetError(message) from error
    if not isinstance(pdf, bytes):
        message = f"{certificate.number}: one page was expected"
        raise CannotTypesetError(message)
    return pdf


def certificate_file(language: Language, number: str, version: int) -> str:
    """The file's name in the farm's language, as "certificaat-IKM-2026-000123-1.pdf"."""
    return f"{certificate_words(language)['file']}-{re.sub(r'[^A-Za-z0-9-]', '', number)}-{version}.pdf"


def _contents(certificate: Certificate) -> dict[str, Any]:
    """What the template is given: text and a drawing, never markup."""
    said, language = certificate_words(certificate.language), certificate.language
    name, shown = one_line(certificate.words["name"]), certificate.link.removeprefix("https://")
    dated = certificate.dated
    return {
        "words": dict(said),
        "language": language,
        "title": said["document"].format(number=certificate.number, name=name),
        "dated": [dated.year, dated.month, dated.day],
        "house": [HOUSE, HOUSE_STREET, HOUSE_CITY, PHONE],
        "marks": _MARKS,
        "number": certificate.number,
        "name": name,
        "meets": said["meets"].format(edition=certificate.edition),
        "days": [
            [said["valid_from"], day(certificate.valid_from, language)],
            [said["valid_until"], day(certificate.valid_until, language)],
        ],
        "facts": _facts(certificate),
        "version": _version(certificate),
        "live": _around(said["live"], shown),
        "link": certificate.link,
        "qr": qr(certificate.link),
        "qr_alt": said["qr_alt"].format(link=certificate.link),
        "practice": certificate.practice,
    }


def _facts(certificate: Certificate) -> list[tuple[str, list[str]]]:
    """Holder, addresses, numbers, scope and decision, each with its label; what is not known is left out."""
    said, words = certificate_words(certificate.language), certificate.words
    home = _lines(certificate, words["street"], words["postcode"], words["city"])
    apart = words["site_city"] is not None
    site = _lines(certificate, words["site_street"] or "", words["site_postcode"] or "", words["site_city"] or "")
    numbers = ("herd", "herd_number"), ("enterprise", "enterprise_number"), ("establishment", "establishment_unit")
    held = [(said[name], [_dotted(one_line(words[column]))]) for name, column in numbers if words[column]]
    decided = said["decision_said"].format(
        case=certificate.case_id, day=day(certificate.decided_on, certificate.language)
    )
    return [
        (said["holder"], [one_line(words["holder"])]),
        (said["address"], home),
        (said["site"], site if apart else [said["same_site"]]),
        *held,
        (said["scope"], [said["scope_said"]]),
        (said["decision"], [decided]),
    ]


def _lines(certificate: Certificate, street: str, postcode: str, city: str) -> list[str]:
    lines = [one_line(line) for line in (street, f"{postcode} {city}") if line.strip()]
    country = certificate.words["country"]
    if country == HOME_COUNTRY:
        return [", ".join(lines)]
    return [", ".join([*lines, Locale(str(certificate.language)).territories.get(country, country)])]


def _dotted(number: str) -> str:
    """Ten digits as Belgium writes them: 0403.019.261 and 2.147.812.701; anything else as it stands."""
    found = _TEN_DIGITS.fullmatch(number)
    return number if found is None else ".".join(group for group in found.groups() if group)


def _around(sentence: str, link: str) -> list[str]:
    """The sentence in three: what stands before the link, the link, and what comes after."""
    before, _, after = sentence.partition("{link}")
    return [before, link, after]


def _version(certificate: Certificate) -> str:
    said = certificate_words(certificate.language)
    if certificate.version == 1:
        return said["version_first"].format(version=1)
    return said["version"].format(version=certificate.version, day=day(certificate.from_day, certificate.language))
