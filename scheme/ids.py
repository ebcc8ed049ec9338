"""Identifiers: what they look like, and nothing a person could be known by.

Everything that enters a workflow is one of these, a date, a number or an enum; `PATTERNS` says
what each may look like, and a test holds every stored payload against it.
"""

import re
from typing import NewType

FarmId = NewType("FarmId", str)
BodyId = NewType("BodyId", str)
CaseId = NewType("CaseId", str)
PersonId = NewType("PersonId", str)
SubmissionId = NewType("SubmissionId", str)
NewsId = NewType("NewsId", str)
LetterKey = NewType("LetterKey", str)
CertificateNumber = NewType("CertificateNumber", str)
ListId = NewType("ListId", str)
ExtensionId = NewType("ExtensionId", str)
RequirementNumber = NewType("RequirementNumber", str)
# An edition of the lastenboek, such as 11.1; of those the house knows by itself see scheme/edition.py.
EditionCode = NewType("EditionCode", str)

# [0-9], for \d takes the digits of every script.
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_CASE = (
    r"(farmer:F-[0-9]{6}|choice-round:[0-9]{4}|choice:[0-9]{4}:F-[0-9]{6}(:[0-9]+)?|"
    r"(periodic-audit|certification|status-change|farm-change):[0-9]{4}:F-[0-9]{6}(:[0-9]+)?|matter:F-[0-9]{6}:[0-9]+|calendar|post)"
)
PATTERNS: dict[str, str] = {
    "FarmId": r"F-[0-9]{6}",
    "BodyId": r"B-[0-9]{2}",
    "CaseId": _CASE,
    "PersonId": r"(P-[0-9]{4}|F-[0-9]{6}|house)",
    "SubmissionId": _UUID,
    "NewsId": _CASE + r"(>" + _CASE + r")?#[a-z0-9:-]+",
    # A list of requirements, the code of its edition, and a requirement's number: 12.1, A21, B4.2a.
    "ListId": r"L-[0-9]{3}",
    # A collective extension of certificates, or the way back from one.
    "ExtensionId": r"E-[0-9]{3}",
    "EditionCode": r"[0-9]{1,2}(\.[0-9]{1,2}){0,2}",
    "RequirementNumber": r"[A-Z][0-9]{1,3}(\.[0-9]{1,2}){0,2}[a-z]?",
    # The copy of a letter that had gone to a wrong address carries its number after a hyphen.
    "LetterKey": _CASE + r":[a-z]+(:[0-9]+)?(-[0-9]+)?",
    # Of the certificates that this house issued; older ones carry what the register says.
    "CertificateNumber": r"IKM-[0-9]{4}-[0-9]{6}",
}

CALENDAR = CaseId("calendar")
POST = CaseId("post")
HOUSE = PersonId("house")


def farm_id(text: str) -> FarmId:
    """The farm's id if `text` is one (any case, blanks around it forgiven).

    Raises ValueError otherwise.
    """
    tidy = text.strip().upper()
    if re.fullmatch(PATTERNS["FarmId"], tidy) is None:
        message = f"{text!r} is not a farm number: it looks like F-000123"
        raise ValueError(message)
    return FarmId(tidy)


def farmer_case(farm: FarmId) -> CaseId:
    """Id of the farm's own workflow."""
    return CaseId(f"farmer:{farm}")


def round_case(year: int) -> CaseId:
    """Id of the choice round of a year."""
    return CaseId(f"choice-round:{year}")


def code_case(case: CaseId) -> CaseId:
    """The case that codes in letters are made for: the year's first, so that a letter in hand opens the latest too."""
    return CaseId(":".join(case.split(":")[:3]))


def choice_case(year: int, farm: FarmId, number: int = 1) -> CaseId:
    """Id of a farm's choice in a year; a reopened one carries a number from 2 on."""
    return CaseId(f"choice:{year}:{farm}" if number == 1 else f"choice:{year}:{farm}:{number}")


def year_of(case: CaseId) -> int:
    """The year of a farm's choice or audit."""
    return int(case.split(":")[1])


def is_choice(case: CaseId) -> bool:
    """Whether the case is a farm's choice of inspection body."""
    return case.startswith("choice:")


def is_choice_of(case: CaseId, farm: FarmId) -> bool:
    """Whether the case is a choice of this farm."""
    return is_choice(case) and case.split(":")[2:3] == [farm]


def farm_of(case: CaseId) -> FarmId | None:
    """The farm that the case is about; None for one of the house."""
    return next((FarmId(part) for part in case.split(":") if re.fullmatch(PATTERNS["FarmId"], part)), None)


def matter_case(farm: FarmId, number: int) -> CaseId:
    """Id of a farm's matter that ran before the house began; they are numbered farm by farm."""
    return CaseId(f"matter:{farm}:{number}")


def audit_case(year: int, farm: FarmId, number: int = 1) -> CaseId:
    """Id of a farm's periodic audit, by the year in which it opened; a later one of that year carries a number."""
    return CaseId(f"periodic-audit:{year}:{farm}" if number == 1 else f"periodic-audit:{year}:{farm}:{number}")


def certification_case(year: int, farm: FarmId, number: int = 1) -> CaseId:
    """Id of what is decided about a farm's certificate, by the year in which it opened, numbered as audits are."""
    return CaseId(f"certification:{year}:{farm}" if number == 1 else f"certification:{year}:{farm}:{number}")


def status_case(year: int, farm: FarmId, number: int = 1) -> CaseId:
    """Id of what is asked of a farm's certificate, by the year in which it was asked, numbered as audits are."""
    return CaseId(f"status-change:{year}:{farm}" if number == 1 else f"status-change:{year}:{farm}:{number}")


def change_case(year: int, farm: FarmId, number: int = 1) -> CaseId:
    """Id of what happened to a farm, by the year in which it was recorded, numbered as audits are."""
    return CaseId(f"farm-change:{year}:{farm}" if number == 1 else f"farm-change:{year}:{farm}:{number}")
