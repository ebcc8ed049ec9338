"""A table as a file to keep."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from fastapi.responses import Response

from press.sheet import csv_bytes, xlsx_bytes


class SheetKind(StrEnum):
    """Kinds of files; the value is the ending of the name."""

    CSV = "csv"
    XLSX = "xlsx"


TYPES = {
    SheetKind.CSV: "text/csv; charset=utf-8",
    SheetKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FILE = {"schema": {"type": "string", "format": "binary"}}
# What a route's description says of the file it gives.
DESCRIBED: Mapping[int | str, dict[str, Any]] = {
    200: {"description": "The file", "content": {kind.partition(";")[0]: _FILE for kind in TYPES.values()}}
}


def sheet_response(name: str, header: Sequence[str], rows: Iterable[Sequence[object]], kind: SheetKind) -> Response:
    """The file as a download. name: without its ending."""
    content = csv_bytes(header, rows) if kind is SheetKind.CSV else xlsx_bytes(name, header, rows)
    kept = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}.{kind.value}",
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=TYPES[kind], headers=kept)
