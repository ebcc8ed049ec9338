"""The register as a file in the import's own columns: imported again it changes nothing."""

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from api.access import allowed
from api.door import Door
from api.sheet_response import DESCRIBED, SheetKind, sheet_response
from api.words import said
from records.intake import HOLDERS
from scheme.people import Action
from scheme.register import FileKind

router = APIRouter()
Reader = Annotated[Door, allowed(Action.SEE_REGISTER)]


@router.get("/register-files/{of}.{kind}", include_in_schema=False)
async def export_register(of: FileKind, kind: SheetKind, door: Reader) -> Response:
    """Everything of that kind."""
    return await _file(door, of, kind)


@router.get(
    "/api/v1/register-files/{of}.{kind}",
    operation_id="exportRegister",
    tags=["register"],
    response_class=Response,
    responses=dict(DESCRIBED),
)
async def export_register_json(of: FileKind, kind: SheetKind, door: Reader) -> Response:
    """Farms, inspection bodies, dairies or running cases as CSV or XLSX, in the columns of the import."""
    return await _file(door, of, kind)


async def _file(door: Door, of: FileKind, kind: SheetKind) -> Response:
    holder = HOLDERS[of]
    async with door.sessions() as session:
        lines = (await holder.there(session)).values()
    names = holder.kind.names
    rows = ([getattr(line, name) for name in names] for line in lines)
    return sheet_response(said(door.language, of), names, rows, kind)
