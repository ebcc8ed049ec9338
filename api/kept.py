"""A form that came when its session had ended: what was typed is kept for who typed it, in the page that says so."""

from http import HTTPStatus

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from api import csrf, kept_body
from api.door import Door
from api.kept_body import FORM, address_of, kind_of, seal_form
from api.page import page
from api.typist import Typist, form_token, typist

# What no page may hold; a form that asks for one is begun anew.
SECRET = frozenset({"password", "current", "again", "code"})
MOST_FIELDS = 200
MOST_CHARACTERS = 100_000


async def kept_form(request: Request, door: Door, status: int) -> Response | None:
    """The page that holds the form and sends it again at a press of its button; None where none can be kept.

    Only what our own page sent is kept, sealed, and it goes nowhere but to the same address. It keeps the token of
    the person who typed it: in their next session one press is enough, and nobody else can send or read it.
    """
    ours = csrf.is_from_our_page(request)
    if request.method != "POST" or kind_of(request.headers) != FORM or "hx-request" in request.headers or not ours:
        return None
    form = await request.form()
    fields = _fields(form)
    if fields is None:
        return None
    signed_out, token = status == HTTPStatus.UNAUTHORIZED, str(form.get(csrf.FIELD, ""))
    of_somebody = typist(door, token) is Typist.ANOTHER and (signed_out or door.actor is not None)
    fields.append((csrf.FIELD, token if of_somebody else form_token(door)))
    address = address_of(request)
    sealed = seal_form(door.settings, fields, address)
    shown = {"sealed": sealed, "action": address, "signed_out": signed_out, "anothers": of_somebody and not signed_out}
    return page(request, door, "kept.html", status=status, **shown)


def _fields(form: FormData) -> list[tuple[str, str]] | None:
    fields = [(name, value) for name, value in form.multi_items() if name != csrf.FIELD and isinstance(value, str)]
    size = sum(len(name) + len(value) for name, value in fields)
    unfit = any(name in SECRET or name == kept_body.FIELD for name, _ in fields)
    return None if unfit or len(fields) > MOST_FIELDS or size > MOST_CHARACTERS else fields
