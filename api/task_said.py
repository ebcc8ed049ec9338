"""Why something about a task was not done, in the visitor's language, for the page it was asked on."""

from fastapi import HTTPException

from api.problem_kind import ADVICE, KINDS
from api.words import translate
from scheme.language import Language


def said_why(language: Language, refused: HTTPException) -> str:
    """The sentence of the refusal's code, else that of its status."""
    advice = ADVICE.get(refused.detail, KINDS.get(refused.status_code, KINDS[422]).advice)
    return translate(language, advice, **getattr(refused, "values", {}))
