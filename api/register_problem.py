"""A line of the register that breaks a rule, as the JSON API answers it: one issue for each value (RFC 9457)."""

from collections.abc import Sequence
from enum import StrEnum

from fastapi import HTTPException
from pydantic.alias_generators import to_camel

from api.register_words import problem_said
from api.words import refusal as refusal_said
from scheme.errors import Refusal
from scheme.language import Language
from scheme.register_rule import Problem

TYPE = "urn:problem-type:ikm:column:"
RULE = "urn:problem-type:ikm:rule:"


class NotTakenError(HTTPException):
    """422 with its issues: which field, which rule, in words."""

    def __init__(self, issues: Sequence[dict[str, object]], code: str = "register-line") -> None:
        super().__init__(422, code)
        self.issues = tuple(issues)


def not_taken(language: Language, problems: Sequence[Problem]) -> NotTakenError:
    """The answer to a line with these problems."""
    return NotTakenError([issue(language, problem) for problem in problems])


def refused(
    language: Language, column: str, refusal: Refusal, code: str = "register-line", where: str = "body"
) -> NotTakenError:
    """The answer to one value that a rule of the scheme refuses; where: in which part of what was sent it stands."""
    detail = refusal_said(language, refusal)
    return NotTakenError(
        [{"type": RULE + _camel(refusal.rule), "in": where, "name": to_camel(column), "detail": detail}], code
    )


def issue(language: Language, problem: Problem) -> dict[str, object]:
    """One of them."""
    return {
        "type": TYPE + _camel(problem.rule),
        "in": "body",
        "name": to_camel(problem.column),
        "value": problem.value,
        "detail": problem_said(language, problem),
    }


def _camel(rule: StrEnum) -> str:
    first, *rest = rule.value.split("-")
    return first + "".join(part.capitalize() for part in rest)
