"""How the columns of a file are read: as they were the last time a file had this header, else as their names say."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from records.clock import now
from records.register_upload import MappingRow
from scheme.column_name import guessed, kind_of, normal
from scheme.register import KINDS, FileKind


async def kind_for(session: AsyncSession, header: Sequence[str]) -> FileKind:
    """The kind of the file: as the last one with this header was read, else as its columns say."""
    remembered = await session.get(MappingRow, header_sha256(header))
    return kind_of(header) if remembered is None else FileKind(remembered.kind)


async def mapping_for(session: AsyncSession, word: FileKind, header: Sequence[str]) -> dict[str, str]:
    """Our column for each name of the header that is known; empty for one that is left out."""
    remembered = await session.get(MappingRow, header_sha256(header))
    if remembered is not None and remembered.kind == word:
        return dict(remembered.mapping)
    return guessed(KINDS[word], header)


async def remember(session: AsyncSession, word: FileKind, header: Sequence[str], mapping: Mapping[str, str]) -> None:
    """Read the next file with this header in the same way."""
    values = {
        "header_sha256": header_sha256(header),
        "kind": word.value,
        "mapping": dict(mapping),
        "used_at": await now(session),
    }
    upsert = insert(MappingRow).values(values)
    await session.execute(upsert.on_conflict_do_update(index_elements=["header_sha256"], set_=values))


def header_sha256(header: Sequence[str]) -> str:
    """The header's fingerprint: its names, whatever their order and signs."""
    return hashlib.sha256(json.dumps(sorted(map(normal, header))).encode()).hexdigest()
