"""Where each document stands in an assessor's pack."""

from collections.abc import Mapping

from press.certificate import certificate_file
from records.letter import LetterRow
from records.queries.assessor_file import KeptFile
from scheme.language import Language
from scheme.stored_file import MediaType

ENDINGS: Mapping[MediaType, str] = {
    MediaType.PDF: "pdf", MediaType.JPEG: "jpg", MediaType.PNG: "png", MediaType.WEBP: "webp",
}  # fmt: skip


def letter_path(row: LetterRow) -> str:
    """Where a letter stands in the pack."""
    return f"letters/{row.letter_key.replace(':', '-')}.pdf"


def file_path(file: KeptFile) -> str:
    """Where a file stands in the pack."""
    return f"files/{file.file_id}.{ENDINGS[file.media_type]}"


def certificate_path(language: str, number: str, version: int) -> str:
    """Where a version of a certificate stands in the pack; the language of its words does not name it."""
    return f"certificates/{certificate_file(Language(language), number, version)}"
