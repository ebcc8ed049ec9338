"""Files that people send: what is taken, what for, and why one is not (docs/files.md)."""

from dataclasses import dataclass
from enum import StrEnum


class MediaType(StrEnum):
    """The kinds of file that are taken, told by their content and never by their name."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"


class Purpose(StrEnum):
    """What a file was sent for."""

    REPORT_PHOTO = "report-photo"
    PROOF = "proof"


class ScanState(StrEnum):
    """What the virus scanner says of a file; unscanned: it has not looked yet."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNSCANNED = "unscanned"


class WhyNot(StrEnum):
    """Why a file is not taken; its sentence says what to do."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    TOO_MANY_PIXELS = "too-many-pixels"
    HEIC = "heic"
    UNKNOWN_TYPE = "unknown-type"
    NOT_A_PICTURE = "not-a-picture"
    DAMAGED = "damaged"
    PASSWORD = "password"  # noqa: S105  # the file has one
    INFECTED = "infected"


class FileRefusedError(Exception):
    """Raised for a file that is not taken; nothing of it is kept. limit: what the rule sets, if it sets something."""

    def __init__(self, why: WhyNot, limit: int | None = None) -> None:
        super().__init__(why.value)
        self.why = why
        self.limit = limit


@dataclass(frozen=True)
class FileLimits:
    """largest: bytes; pixels: of a picture."""

    largest: int
    pixels: int


@dataclass(frozen=True)
class Content:
    """A file as it is kept. sent_sha256: of the bytes as they came, which a picture's are not any more."""

    content: bytes
    media_type: MediaType
    sent_sha256: str


@dataclass(frozen=True)
class Scan:
    """What the scanner said; reply: its own words, None where it was not reached."""

    state: ScanState
    reply: str | None = None


@dataclass(frozen=True)
class ScannedFile:
    """A file that may be kept: what it is, and what the scanner said of it."""

    content: Content
    scan: Scan
