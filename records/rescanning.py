"""Files that the virus scanner has not seen: found when they are due again, and what it said noted (docs/files.md)."""

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from scheme.stored_file import Scan

# One at a time: a file is some megabytes. What a killed worker had taken is due again in half a minute.
_CLAIM = text("""
UPDATE stored_file SET next_scan_at = clock_timestamp() + interval '30 seconds'
WHERE sha256 = (SELECT sha256 FROM stored_file WHERE scan_state = 'unscanned' AND next_scan_at <= clock_timestamp()
                ORDER BY next_scan_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING sha256, content
""")
# A virus is not kept, not in backups either; its hash and who sent it are.
_NOTE = text("""
UPDATE stored_file SET scan_state = :state, scan_reply = :reply,
    scanned_at = CASE WHEN :state = 'unscanned' THEN NULL ELSE clock_timestamp() END,
    content = CASE WHEN :state = 'infected' THEN ''::bytea ELSE content END
WHERE sha256 = :sha256 AND scan_state = 'unscanned'
""")


async def next_unscanned(session: AsyncSession) -> tuple[str, bytes] | None:
    """The hash and content of a file that is due, taken for half a minute; None where none is."""
    row = (await session.execute(_CLAIM)).one_or_none()
    return None if row is None else (row.sha256, bytes(row.content))


async def note_scan(session: AsyncSession, sha256: str, scan: Scan) -> None:
    """What the scanner said; an infected file loses its content."""
    await session.execute(_NOTE, {"sha256": sha256, "state": scan.state.value, "reply": scan.reply})
