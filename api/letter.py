"""The ledger of letters, mail and paper alike: what went out, what waits, what failed (design.md §8)."""

import uuid
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BeforeValidator

from api.access import allowed
from api.door import Door
from api.farm_json import LetterJson, letter_json
from api.listing import AskedPage, Collection, collection, neighbours
from api.page import page
from api.rendering import pdf_of
from api.sight import actor_of, sight
from api.typed import Year
from records.filters import FilterPath, saved_filters
from records.letter import LetterChannel, LetterState
from records.queries.hold import held
from records.queries.letter import Sieve, letter, letters, to_print
from scheme.letter import LetterKind
from scheme.people import Action

router = APIRouter()
Reader = Annotated[Door, allowed(Action.SEE_LETTERS)]
SafeName = str.maketrans({":": "-"})


def _unset(given: object) -> object:
    return None if given == "" else given


def asked_sieve(
    state: Annotated[list[LetterState | Literal[""]], Query()] = [],  # noqa: B006  # FastAPI copies it
    kind: LetterKind | Literal[""] = "",
    year: Annotated[Year | None, BeforeValidator(_unset)] = None,
    channel: LetterChannel | Literal[""] = "",
    farm: Annotated[str, Query(max_length=20)] = "",
    refused: bool = False,  # noqa: FBT001, FBT002  # a query parameter
    counted: bool = False,  # noqa: FBT001, FBT002
) -> Sieve:
    """What the address asks for; `state` may be given more than once, and empty, as forms do."""
    states = tuple(one for one in state if one)
    return Sieve(states, kind or None, year, channel or None, farm.strip().upper() or None, refused, counted)


Asked = Annotated[Sieve, Depends(asked_sieve)]


@router.get("/letters", include_in_schema=False)
async def list_letters(request: Request, door: Reader, paging: AskedPage, sieve: Asked) -> HTMLResponse:
    """The ledger, newest first, with what is held and what waits for the printer."""
    async with door.sessions() as session:
        listing = await letters(session, sight(door), sieve, paging)
        holds, waiting = await held(session), await to_print(session)
        filters = await saved_filters(session, actor_of(door).person, FilterPath.LETTERS)
    shown: dict[str, Any] = {
        "listing": listing,
        "sieve": sieve,
        "holds": holds,
        "to_print": waiting,
        "filters": filters,
        "filter_key": uuid.uuid4(),
    }
    words: dict[str, Any] = {"states": tuple(LetterState), "kinds": tuple(LetterKind), "channels": tuple(LetterChannel)}
    return page(request, door, "letter/list.html", **shown, **words, to=neighbours(request, listing))


@router.get("/letters/{letter_key}/pdf", include_in_schema=False)
async def show_pdf(letter_key: str, door: Reader) -> Response:
    """The letter as it goes out."""
    async with door.sessions() as session:
        row = await letter(session, sight(door), letter_key)
    if row is None:
        raise HTTPException(404, "not-found")
    return pdf(await pdf_of(door, row), letter_key)


@router.get("/api/v1/letters", operation_id="listLetters", tags=["letters"], response_model_exclude_none=True)
async def list_letters_json(request: Request, door: Reader, paging: AskedPage, sieve: Asked) -> Collection[LetterJson]:
    """The ledger, newest first; `state` may be given more than once."""
    async with door.sessions() as session:
        return collection(request, await letters(session, sight(door), sieve, paging), letter_json)


def pdf(content: bytes, name: str) -> Response:
    """A PDF that the browser shows and no cache keeps."""
    headers = {
        "Content-Disposition": f'inline; filename="{name.translate(SafeName)}.pdf"',
        "Cache-Control": "no-store",
    }
    return Response(content, media_type="application/pdf", headers=headers)
