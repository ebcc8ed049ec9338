"""The ledger of letters, mail and paper alike: what went out, what waits, what failed (design.md §8)."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.access import allowed
from api.door import Door
from api.farm_json import LetterJson, letter_json
from api.listing import AskedPage, Collection, collection, neighbours
from api.page import page
from api.rendering import pdf_of
from api.sight import sight
from records.letter import LetterState
from records.queries.hold import held
from records.queries.letter import Sieve, letter, letters, to_print
from scheme.letter import LetterKind
from scheme.people import Action

router = APIRouter()
Reader = Annotated[Door, allowed(Action.SEE_LETTERS)]
SafeName = str.maketrans({":": "-"})


def asked_sieve(
    state: Annotated[list[LetterState | Literal[""]], Query()] = [],  # noqa: B006  # FastAPI copies it
    kind: LetterKind | Literal[""] = "",
    year: int | None = None,
) -> Sieve:
    """What the address asks for; `state` may be given more than once, and empty, as forms do."""
    return Sieve(tuple(one for one in state if one), kind or None, year)


Asked = Annotated[Sieve, Depends(asked_sieve)]


@router.get("/letters", include_in_schema=False)
async def list_letters(request: Request, door: Reader, paging: AskedPage, sieve: Asked) -> HTMLResponse:
    """The ledger, newest first, with what is held and what waits for the printer."""
    async with door.sessions() as session:
        listing = await letters(session, sight(door), sieve, paging)
        holds, waiting = await held(session), await to_print(session)
    shown: dict[str, Any] = {"listing": listing, "sieve": sieve, "holds": holds, "to_print": waiting}
    words: dict[str, Any] = {"states": tuple(LetterState), "kinds": tuple(LetterKind)}
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
