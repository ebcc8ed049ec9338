"""A register file that was uploaded: kept as a row, looked at, and imported exactly as its report was shown."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, func
from sqlalchemy import select as sql_select
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.intake import Plan, commit, plan
from records.mapping import kind_for, mapping_for, remember
from records.receiving import KeyReusedError
from records.register_upload import UploadRow
from records.register_work import begin
from records.submission import OutboxRow
from scheme.people import Actor
from scheme.register import FileKind
from scheme.register_file import Table
from scheme.register_report import Effect, Report
from scheme.register_rule import Problem

# A file in which everything is wrong says enough with its first mistakes.
MOST_TOLD = 1_000
ReadTable = Callable[[bytes], Table]


@dataclass(frozen=True)
class UploadLine:
    """An upload as the list has it. idle: as it was last read it changes nothing and has no mistake."""

    upload_id: str
    kind: str
    name: str
    uploaded_at: datetime
    committed_at: datetime | None
    idle: bool


class Ended(StrEnum):
    """How confirming an upload ended."""

    IMPORTED = "imported"
    ALREADY = "already"
    CHANGED = "changed"
    WRONG = "wrong"


async def keep_upload(  # what a row is made of
    session: AsyncSession,
    *,
    upload_id: str,
    name: str,
    content: bytes,
    found: Table,
    of: FileKind | None,
    actor: Actor,
    at: datetime,
) -> UploadRow:
    """Keep the file with the report of what it would do; the same again under its id keeps nothing new.

    Raises KeyReusedError when another file was kept under this id.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    there = await session.get(UploadRow, upload_id)
    if there is not None:
        if there.sha256 != sha256 or there.uploaded_by != actor.person:
            raise KeyReusedError(upload_id)
        return there
    word = of or await kind_for(session, found.header)
    mapping = await mapping_for(session, word, found.header)
    planned = await plan(session, word, found, mapping)
    row = UploadRow(
        upload_id=upload_id,
        kind=word.value,
        name=name,
        sha256=sha256,
        content=content,
        mapping=mapping,
        report=report_kept(planned.report, found.header),
        uploaded_by=actor.person,
        uploaded_at=at,
    )
    session.add(row)
    await session.flush()
    return row


async def map_columns(
    session: AsyncSession, row: UploadRow, word: FileKind, mapping: Mapping[str, str], table_in: ReadTable
) -> None:
    """Read the file's columns in another way, and so the next file with its header; its report is made anew."""
    found = table_in(row.content)
    planned = await plan(session, word, found, mapping)
    await remember(session, word, found.header, mapping)
    row.kind, row.mapping, row.report = word.value, dict(mapping), report_kept(planned.report, found.header)
    session.add(row)
    await session.flush()


async def planned_upload(session: AsyncSession, row: UploadRow, table_in: ReadTable) -> Plan[Any]:
    """What the file would do to the register as it stands now."""
    return await plan(session, FileKind(row.kind), table_in(row.content), row.mapping)


async def commit_upload(
    session: AsyncSession, upload_id: str, seen: str, actor: Actor, table_in: ReadTable, *, practice: bool
) -> Ended:
    """Import the file if it still does what `seen`, the seal of the report that was shown, says.

    Otherwise nothing is written but the new report.
    """
    work = await begin(session, actor, practice=practice)
    row = await session.get_one(UploadRow, upload_id, with_for_update=True)
    if row.committed_at is not None:
        return Ended.ALREADY
    found = table_in(row.content)
    planned = await plan(session, FileKind(row.kind), found, row.mapping)
    row.report = report_kept(planned.report, found.header)
    if planned.report.problems or seen != seal(row):
        await session.flush()
        return Ended.WRONG if planned.report.problems else Ended.CHANGED
    row.committed_at, row.committed_by = work.at, actor.person
    await session.flush()
    await remember(session, FileKind(row.kind), found.header, row.mapping)
    await commit(work, planned)
    return Ended.IMPORTED


def seal(row: UploadRow) -> str:
    """One figure for the whole report: who confirms says which one was seen."""
    return hashlib.sha256(json.dumps([row.kind, row.report], sort_keys=True).encode()).hexdigest()


def report_kept(report: Report, header: Sequence[str]) -> dict[str, Any]:
    """The report as its row keeps it, without the lines that change nothing. header: the file's own columns."""
    return {
        "header": list(header),
        "counts": {effect.value: report.count(effect) for effect in Effect},
        "lines": [asdict(one) for one in report.entries if one.effect is not Effect.UNCHANGED],
        "problems": [_kept(problem) for problem in report.problems[:MOST_TOLD]],
        "mistakes": len(report.problems),
        "left_out": list(report.left_out),
        "read_as": [asdict(one) for one in report.read_as[:MOST_TOLD]],
        "otherwise": len(report.read_as),
    }


def _kept(problem: Problem) -> dict[str, object]:
    """The problem as a row can hold it: a NUL is written out."""
    return {name: _written_out(value) for name, value in asdict(problem).items()}


def _written_out(value: object) -> object:
    return value.replace("\0", "\\x00") if isinstance(value, str) else value


async def uploads(session: AsyncSession, most: int) -> list[UploadLine]:
    """The latest uploads, latest first; the files themselves and their reports stay in the database."""
    report = col(UploadRow.report)
    mistakes = func.coalesce(report["mistakes"].as_integer(), 0)
    nothing = and_(func.coalesce(func.jsonb_array_length(report["lines"]), 0) == 0, mistakes == 0)
    shown = (UploadRow.upload_id, UploadRow.kind, UploadRow.name, UploadRow.uploaded_at, UploadRow.committed_at)
    latest = sql_select(*(col(column) for column in shown), nothing.label("idle"))
    ordered = latest.order_by(col(UploadRow.uploaded_at).desc(), col(UploadRow.upload_id)).limit(most)
    return [UploadLine(**row) for row in (await session.execute(ordered)).mappings()]


async def not_begun(session: AsyncSession) -> int:
    """How many cases and pieces of news wait in the outbox for their workflow."""
    waiting = select(func.count()).select_from(OutboxRow).where(col(OutboxRow.settled_at).is_(None))
    return (await session.exec(waiting)).one()
