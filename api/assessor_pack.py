"""The pack of a farm's file: PDF, certificates, letters, proofs and photographs in one zip, with the hash of each."""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import IO

from fastapi import HTTPException

from api.assessor_path import certificate_path, file_path, letter_path
from api.door import Door
from api.rendering import pdf_of
from api.sight import actor_of
from records.queries.assessor_file import Held, KeptFile, content_of
from records.queries.certificate import signed_pdf
from records.scanner import scanner_of
from scheme.people import Action, may
from scheme.stored_file import ScanState

# The first day that a zip can name: the bytes must not tell when they were packed.
_NO_DAY = (1980, 1, 1, 0, 0, 0)
# Beyond this it lies on disk while it is packed.
_IN_MEMORY = 8_000_000


@dataclass
class _Pack:
    """What was packed so far, and what was left out and why."""

    archive: zipfile.ZipFile
    files: list[dict[str, str | int]] = field(default_factory=list)
    left_out: list[dict[str, str | None]] = field(default_factory=list)

    def add(self, path: str, content: bytes) -> None:
        sha256 = hashlib.sha256(content).hexdigest()
        self.write(path, content)
        self.files.append({"path": path, "sha256": sha256, "size": len(content)})

    def leave_out(self, path: str, sha256: str | None, why: str) -> None:
        self.left_out.append({"path": path, "sha256": sha256, "why": why})

    def write(self, path: str, content: bytes) -> None:
        # Stored, not packed tighter: the bytes are then the same under every zlib, and PDFs and pictures gain nothing.
        self.archive.writestr(zipfile.ZipInfo(path, _NO_DAY), content, zipfile.ZIP_STORED)


async def packed(door: Door, held: Held, pdf: bytes) -> IO[bytes]:
    """The zip, open at its beginning; the same file on the same day gives the same bytes."""
    out = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # closed when it was sent
    with zipfile.ZipFile(out, "w") as archive:
        pack = _Pack(archive)
        pack.add("file.pdf", pdf)
        await _add_certificates(door, held, pack)
        await _add_letters(door, held, pack)
        async for file, why, content in _files(door, held):
            if why is None:
                pack.add(file_path(file), content)
            else:
                pack.leave_out(file_path(file), file.sha256, why)
        manifest = {
            "farmId": held.farm.farm_id,
            "asOf": held.day.isoformat(),
            "trail": {"entries": held.chain.entries, "sha256": held.chain.sha256, "holds": held.chain.holds},
            "files": pack.files,
            "leftOut": pack.left_out,
        }
        pack.add("manifest.json", (json.dumps(manifest, indent=2) + "\n").encode())
        sums = "".join(f"{one['sha256']}  {one['path']}\n" for one in pack.files)
        pack.write("SHA256SUMS", sums.encode())
    out.seek(0)
    return out


async def _add_certificates(door: Door, held: Held, pack: _Pack) -> None:
    for one in held.certificates:
        for version in one.versions if one.number is not None else ():
            path = certificate_path(held.farm.language, one.number or "", version.version)
            async with door.sessions() as session:
                row = await signed_pdf(session, one.number or "", version.version)
            if row is None or row.signed is None:
                pack.leave_out(path, None, "not-made")
            else:
                pack.add(path, row.signed)


async def _add_letters(door: Door, held: Held, pack: _Pack) -> None:
    """Written again from the ledger; one that does not come out as it went is left out and said so."""
    for row in held.letters:
        path = letter_path(row)
        if not may(actor_of(door), Action.SEE_LETTERS):
            pack.leave_out(path, row.sha256, "not-for-this-reader")
        elif row.sha256 is None:
            pack.leave_out(path, None, "not-made")
        else:
            try:
                pdf = await pdf_of(door, row)
            except HTTPException:
                pack.leave_out(path, row.sha256, "cannot-be-made-again")
                continue
            if hashlib.sha256(pdf).hexdigest() == row.sha256:
                pack.add(path, pdf)
            else:
                pack.leave_out(path, row.sha256, "comes-out-otherwise")


async def _files(door: Door, held: Held) -> AsyncIterator[tuple[KeptFile, str | None, bytes]]:
    for file in held.files:
        why, content = _left_out(door, file), b""
        if why is None:
            async with door.sessions() as session:
                content = await content_of(session, file.sha256)
        yield file, why, content


def _left_out(door: Door, file: KeptFile) -> str | None:
    """Why this file is not for this reader, or not yet; where the house has no scanner, all files are shown."""
    if not may(actor_of(door), Action.SEE_FILES):
        return "not-for-this-reader"
    if file.scan_state is ScanState.INFECTED:
        return "infected"
    if file.scan_state is ScanState.UNSCANNED and scanner_of(door.settings) is not None:
        return "not-scanned"
    return None
