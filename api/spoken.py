"""In which language to answer somebody whose language we do not know."""

from babel import negotiate_locale
from fastapi import Request

from scheme.language import Language

COOKIE = "ikm_language"


def spoken(request: Request) -> Language | None:
    """The language chosen on our pages before, else the browser's first that the house speaks; None without any."""
    chosen = request.cookies.get(COOKIE)
    if chosen in set(Language):
        return Language(chosen)
    asked = [part.partition(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]
    found = negotiate_locale(asked, [language.value for language in Language], sep="-")
    return None if found is None else Language(found)
