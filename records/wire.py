"""Scheme dataclasses to JSON and back, the same shapes that travel through Temporal."""

import hashlib
import json
from typing import Annotated, Any, cast

from pydantic import TypeAdapter

from scheme.errors import Refusal
from scheme.inbox import AnyCase, AnySubmission, Facts
from scheme.kinds import BY_KIND
from scheme.news import News

_CASE: TypeAdapter[AnyCase] = TypeAdapter(Annotated[AnyCase, BY_KIND])
_NEWS: TypeAdapter[News] = TypeAdapter(News)
_FACTS: TypeAdapter[Facts] = TypeAdapter(Annotated[Facts, BY_KIND])
_SUBMISSION: TypeAdapter[AnySubmission] = TypeAdapter(AnySubmission)
_REFUSAL: TypeAdapter[Refusal] = TypeAdapter(Refusal)


def case_json(case: AnyCase) -> dict[str, Any]:
    """A case's state as a JSON object."""
    return cast("dict[str, Any]", _CASE.dump_python(case, mode="json"))


def case_from(value: dict[str, Any]) -> AnyCase:
    """The case that `case_json` wrote."""
    return _CASE.validate_python(value)


def news_json(news: News) -> dict[str, Any]:
    """News as a JSON object."""
    return cast("dict[str, Any]", _NEWS.dump_python(news, mode="json"))


def news_from(value: dict[str, Any]) -> News:
    """The news that `news_json` wrote."""
    return _NEWS.validate_python(value)


def facts_json(facts: Facts) -> dict[str, Any]:
    """What was handed in, as a JSON object."""
    return cast("dict[str, Any]", _FACTS.dump_python(facts, mode="json"))


def submission_from(value: dict[str, Any]) -> AnySubmission:
    """A submission from its parts."""
    return _SUBMISSION.validate_python(value)


def refusal_json(refusal: Refusal | None) -> dict[str, Any] | None:
    """A refusal as a JSON object, None where there is none."""
    return None if refusal is None else cast("dict[str, Any]", _REFUSAL.dump_python(refusal, mode="json"))


def refusal_from(value: dict[str, Any] | None) -> Refusal | None:
    """The refusal that `refusal_json` wrote."""
    return None if value is None else _REFUSAL.validate_python(value)


def digest(*parts: object) -> str:
    """sha256 over the parts as canonical JSON."""
    canonical = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
