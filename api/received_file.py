"""A file that a person sends: read, recognised, shown to the virus scanner; what is not taken is said beside it."""

import asyncio

from fastapi import HTTPException, UploadFile

from api import words
from api.door import Door
from press.file_in import file_in
from records.scanner import scanner_of
from scheme.language import Language
from scheme.stored_file import FileLimits, FileRefusedError, MediaType, Scan, ScannedFile, ScanState, WhyNot

LONGEST_NAME = 200
TYPE = "urn:problem-type:ikm:file:"


class FileNotTakenError(HTTPException):
    """422 that names the field, the rule and the remedy; refused: what a page says beside the field."""

    def __init__(self, language: Language, field: str, refused: FileRefusedError) -> None:
        super().__init__(422, "file-refused")
        self.refused = why(language, refused)
        self.issues = ({"type": TYPE + refused.why.value, "in": "body", "name": field, "detail": self.refused},)


def why(language: Language, refused: FileRefusedError) -> str:
    """Why it is not taken and what to do, in one sentence."""
    return words.said(language, refused.why, limit=refused.limit)


async def received(
    door: Door, file: UploadFile, field: str = "file", only: frozenset[MediaType] = frozenset(MediaType)
) -> ScannedFile:
    """The file as it may be kept; to be stored by records.storing.store. Raises FileNotTakenError."""
    try:
        return await _received(door, file, only)
    except FileRefusedError as refused:
        raise FileNotTakenError(door.language, field, refused) from refused


async def _received(door: Door, file: UploadFile, only: frozenset[MediaType]) -> ScannedFile:
    limits = FileLimits(door.settings.largest_file, door.settings.most_pixels)
    sent = await file.read(limits.largest + 1)
    content = await asyncio.to_thread(file_in, sent, limits)
    if content.media_type not in only:
        raise FileRefusedError(WhyNot.NOT_A_PICTURE)
    scanner = scanner_of(door.settings)
    # What came is looked at, not what is left of it: a virus may hide in what a picture loses.
    scan = Scan(ScanState.UNSCANNED) if scanner is None else await scanner.scan(sent)
    if scan.state is ScanState.INFECTED:
        raise FileRefusedError(WhyNot.INFECTED)
    return ScannedFile(content, scan)


def name_of(file: UploadFile) -> str:
    """The file's name as it is shown: without a path, what cannot be printed left out."""
    bare = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    return "".join(char for char in bare if char.isprintable())[:LONGEST_NAME] or "file"
