"""A round as a file: a row per farm, for the spreadsheet of the secretariat."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from api.access import allowed
from api.asked_round import asked_round
from api.door import Door
from api.sheet_response import DESCRIBED, SheetKind, sheet_response
from api.sight import sight
from api.typed import Year
from api.words import noted, said, translate
from records.queries.round_sheet import RoundRowOfSheet, round_sheet
from scheme.days import local_day
from scheme.language import Language
from scheme.people import Action

router = APIRouter()
Reader = Annotated[Door, allowed(Action.SEE_ROUNDS)]

HEADS = (
    noted("Number"),
    noted("Name"),
    noted("Place"),
    noted("Body before"),
    noted("Inspection body"),
    noted("Where it stands"),
    noted("How"),
    noted("Letter of"),
    noted("Reminder of"),
    noted("Answered on"),
    noted("Ended on"),
    noted("Letters"),
    noted("Kept out by"),
)


@router.get("/choice-rounds/{year}/farms.{kind}", include_in_schema=False)
async def export_round(year: Year, kind: SheetKind, door: Reader) -> Response:
    """Every farm of the round, as a file to keep."""
    return await _sheet(year, kind, door)


@router.get(
    "/api/v1/choice-rounds/{year}/farms.{kind}",
    operation_id="exportChoiceRound",
    tags=["choice rounds"],
    response_class=Response,
    responses=dict(DESCRIBED),
)
async def export_round_file(year: Year, kind: SheetKind, door: Reader) -> Response:
    """The same file: CSV (`;`, UTF-8 with its mark) or a workbook; words in the caller's language."""
    return await _sheet(year, kind, door)


async def _sheet(year: Year, kind: SheetKind, door: Door) -> Response:
    round_id = await asked_round(door, year)
    async with door.sessions() as session:
        rows = await round_sheet(session, sight(door), round_id)
    header = [translate(door.language, head) for head in HEADS]
    name = translate(door.language, noted("Choice round %(year)s"), year=str(year))
    return sheet_response(name, header, (_values(door.language, row) for row in rows), kind)


def _values(language: Language, row: RoundRowOfSheet) -> list[object]:
    letters = [f"{said(language, kind)}: {said(language, state)}" for kind, state in row.letters]
    return [
        row.farm_id,
        row.name,
        row.city,
        row.body_before,
        row.body,
        None if row.state is None else said(language, row.state),
        None if row.channel is None else said(language, row.channel),
        _day(row.asked_at),
        _day(row.reminded_at),
        _day(row.answered_at),
        _day(row.closed_at),
        "; ".join(letters),
        None if row.refused is None else said(language, row.refused),
    ]


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else local_day(moment)
