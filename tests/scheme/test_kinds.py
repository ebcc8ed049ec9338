"""What is read back is told apart by its kind, and by that alone (scheme/kinds.py)."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any, get_args, get_type_hints

import pytest
from pydantic import TypeAdapter, ValidationError

from activities.case import Cases
from scheme.ids import CaseId, NewsId
from scheme.inbox import AnyCase, Facts
from scheme.kinds import BY_KIND
from scheme.news import CaseOpened, LettersWait, News, What
from workflows.desk import Desk

UNIONS = [AnyCase, Facts, What]


def schemas(schema: Any, wanted: str) -> list[dict[str, Any]]:
    """The parts of a schema that are of this type."""
    if isinstance(schema, dict):
        here = [schema] if schema.get("type") == wanted else []
        return here + [part for inner in schema.values() for part in schemas(inner, wanted)]
    return [part for inner in schema for part in schemas(inner, wanted)] if isinstance(schema, list) else []


@pytest.mark.parametrize("union", UNIONS)
def test_no_two_of_them_are_of_one_kind(union: Any) -> None:
    kinds = [member.kind for member in get_args(union)]

    assert len(set(kinds)) == len(kinds)


@pytest.mark.parametrize(
    ("asked", "union"),
    [
        (get_type_hints(Cases.record)["step"], AnyCase),
        (get_type_hints(Desk.hand_in)["submission"], Facts),
        (get_type_hints(Desk.hear)["news"], What),
    ],
)
def test_what_temporal_carries_is_chosen_by_kind(asked: Any, union: Any) -> None:
    """As the SDK sees the type: without the marks that stand on the argument itself."""
    chosen = schemas(TypeAdapter(asked).core_schema, "tagged-union")

    assert {member.kind for member in get_args(union)} in [set(one["choices"]) for one in chosen]


def test_a_kind_nobody_knows_is_said_and_not_taken_for_another() -> None:
    news = News(NewsId("x#1#y"), CaseId("post"), datetime(2026, 1, 1, tzinfo=UTC), LettersWait())
    adapter = TypeAdapter(News)
    assert adapter.validate_json(adapter.dump_json(news)) == news
    stored = adapter.dump_python(news, mode="json") | {"what": {"kind": "letters-wait-no-more"}}

    with pytest.raises(ValidationError, match="letters-wait-no-more"):
        adapter.validate_json(json.dumps(stored))


def test_what_has_no_kind_is_read_as_ever() -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(Annotated[int | CaseOpened, BY_KIND])

    assert adapter.validate_python(3) == 3
