"""The last comparisons of files with the register: who turns the pages of one does not read both anew at each."""

import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlmodel.ext.asyncio.session import AsyncSession

from records.queries.register_stamp import register_stamp
from records.register_upload import UploadRow
from scheme.reconciliation import Discrepancy
from scheme.register import FileKind

MOST = 4
Key = tuple[str, ...]


@dataclass
class Compared:
    """What was found, by file and state of the register; the oldest is forgotten first."""

    _found: OrderedDict[Key, Sequence[Discrepancy]] = field(default_factory=OrderedDict)

    def found(self, key: Key | None) -> Sequence[Discrepancy] | None:
        """What was found at the same file and register; None where nobody asked."""
        return None if key is None else self._found.get(key)

    def keep(self, key: Key | None, found: Sequence[Discrepancy]) -> None:
        """Keep it for the next page."""
        if key is None:
            return
        self._found[key] = found
        while len(self._found) > MOST:
            self._found.popitem(last=False)


async def compared_as(session: AsyncSession, row: UploadRow) -> Key | None:
    """What both are at this moment; None for a file of what runs: cases change without the register."""
    if row.kind == FileKind.RUNNING:
        return None
    read_as = json.dumps([row.kind, row.mapping], sort_keys=True)
    return (row.upload_id, row.sha256, read_as, *await register_stamp(session))
