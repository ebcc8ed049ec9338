"""What the pages and the JSON of a register upload share: keeping a file, finding it, confirming its report."""

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import HTTPException, UploadFile

from api.compared import Compared, compared_as
from api.door import Door
from api.practice import people_of_bodies
from api.sight import actor_of
from press.sheet_in import LARGEST_FILE_BYTES, table_in
from records import clock
from records.receiving import KeyReusedError
from records.register_upload import UploadRow
from records.uploading import Ended, commit_upload, keep_upload, not_begun, planned_upload, seal
from scheme.reconciliation import Discrepancy, reconciled
from scheme.register import FileKind
from scheme.register_report import Effect
from scheme.register_rule import OF_THE_HEADER

LONGEST_NAME = 200
COMPARED = Compared()
NOTHING: Mapping[str, Any] = {
    "counts": {}, "lines": [], "problems": [], "mistakes": 0, "left_out": [], "read_as": [], "otherwise": 0,
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """An upload as pages tell it. header: the file's own columns; waiting: what its workflows still have to take in."""

    row: UploadRow
    kind: FileKind
    seal: str
    header: tuple[str, ...]
    waiting: int

    @property
    def counts(self) -> dict[Effect, int]:
        """How many lines come to what."""
        return {effect: self.report["counts"].get(effect.value, 0) for effect in Effect}

    @property
    def report(self) -> dict[str, Any]:
        """The report as it is kept."""
        return {**NOTHING, **(self.row.report or {})}

    @property
    def misread(self) -> bool:
        """Whether its columns must be told before its lines can be judged."""
        return any(problem["rule"] in OF_THE_HEADER for problem in self.report["problems"])

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do: no mistake, and no line that changes anything."""
        return not self.report["lines"] and not self.report["mistakes"]

    @property
    def ready(self) -> bool:
        """Whether it may be imported."""
        return self.row.committed_at is None and not self.report["mistakes"] and not self.idle


async def keep(door: Door, file: UploadFile, of: FileKind | None, key: uuid.UUID) -> str:
    """Keep the file under its key; HTTPException 422 when the key was used for another one."""
    content = await file.read(LARGEST_FILE_BYTES + 1)
    found = await asyncio.to_thread(table_in, content)
    async with door.sessions.begin() as session:
        try:
            row = await keep_upload(
                session, upload_id=str(key), name=_name(file), content=content, found=found, of=of,
                actor=actor_of(door), at=await clock.now(session),
            )  # fmt: skip
        except KeyReusedError as error:
            raise HTTPException(422, "key-reused") from error
        return row.upload_id


async def shown(door: Door, upload_id: uuid.UUID) -> Shown:
    """The upload; HTTPException 404 when there is none."""
    async with door.sessions() as session:
        row = await session.get(UploadRow, str(upload_id))
        if row is None:
            raise HTTPException(404, "not-found")
        header = await _header(row)
        return Shown(row, FileKind(row.kind), seal(row), header, await not_begun(session))


async def _header(row: UploadRow) -> tuple[str, ...]:
    """The file's own columns, as they were read when it came; a file of before that was kept is read once more."""
    kept = (row.report or {}).get("header")
    return (await asyncio.to_thread(table_in, row.content)).header if kept is None else tuple(kept)


async def confirm(door: Door, upload_id: uuid.UUID, seen: str) -> Ended:
    """Import it as its report was seen."""
    async with door.sessions.begin() as session:
        if await session.get(UploadRow, str(upload_id)) is None:
            raise HTTPException(404, "not-found")
        practice = door.settings.practice
        ended = await commit_upload(session, str(upload_id), seen, actor_of(door), table_in, practice=practice)
    await people_of_bodies(door)
    return ended


async def discrepancies(door: Door, upload_id: uuid.UUID) -> Sequence[Discrepancy]:
    """Where the file and the register differ now."""
    async with door.sessions() as session:
        row = await session.get(UploadRow, str(upload_id))
        if row is None:
            raise HTTPException(404, "not-found")
        key = await compared_as(session, row)
        if (known := COMPARED.found(key)) is not None:
            return known
        planned = await planned_upload(session, row, table_in)
    found = reconciled(planned.holder.kind, planned.read, planned.before)
    COMPARED.keep(key, found)
    return found


def _name(file: UploadFile) -> str:
    """The file's name as it is shown: without a path, what cannot be printed left out."""
    bare = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    return "".join(char for char in bare if char.isprintable())[:LONGEST_NAME] or "file"
