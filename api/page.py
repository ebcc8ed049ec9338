"""Render a page: the words of the visitor's language, the formats, and what every page shows."""

from enum import StrEnum
from functools import cache, partial
from pathlib import Path
from uuid import uuid4

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api import csrf, words, written
from api.door import Door
from api.place import places
from api.register_words import label, shown
from api.smtp_said import said_hold, said_reply
from api.static import static
from api.typist import form_token
from scheme.language import Language
from scheme.people import Action, may

TEMPLATES = Path(__file__).parent.parent / "templates"


def page(request: Request, door: Door, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """The page of templates/<template>, never kept by a cache: what one person sees is for nobody else."""
    shared = _shared(request, door)
    text = environment(door.language).get_template(template).render(shared | values)
    response = HTMLResponse(text, status, headers={"Cache-Control": "no-store"})
    csrf.keep(request, response, door.settings)
    return response


@cache
def environment(language: Language) -> Environment:
    """Templates in one language; a name that is not given is an error, not an empty place."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["ext.i18n.trimmed"] = True
    catalogue = words.words(language)
    made.install_gettext_callables(catalogue.gettext, catalogue.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.filters.update(written.filters(language))
    made.globals.update(
        static=static,
        said=partial(words.said, language),
        said_reply=partial(said_reply, language),
        said_hold=partial(said_hold, language),
        language=language,
        new_key=uuid4,
        colon="\N{NO-BREAK SPACE}:" if language is Language.FR else ":",
        column_label=partial(label, language),
        column_value=partial(shown, language),
    )
    return made


def _shared(request: Request, door: Door) -> dict[str, object]:
    def allows(action: str) -> bool:
        return door.actor is not None and may(door.actor, Action(action))

    languages: list[StrEnum] = list(Language)
    return {
        "door": door,
        "csrf": form_token(door),
        "practice": door.settings.practice,
        "clock": getattr(request.state, "clock", None),
        "down": request.app.state.pulse.down,
        "may": allows,
        "places": places(door),
        "here": request.url.path,
        "back": _back(request),
        "languages": languages,
    }


def _back(request: Request) -> str:
    """The address of this page with its query, for forms that come back to it."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
