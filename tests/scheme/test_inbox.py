"""What enters Temporal holds no words of people: every type of it is walked to its leaves (design.md §4)."""

import inspect
import types
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Literal, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

import pytest

from activities.case import Cases
from activities.post import Letters
from scheme import ids
from scheme.inbox import TAKES, WORKFLOWS, AnyCase, AnyStep, AnySubmission, Carried, Facts, Look, Opened, OpenRequest
from scheme.news import News, What
from scheme.post import Sent
from scheme.step import Dealt, Outcome, Step, Submission
from worker import WORKFLOWS as CLASSES
from workflows.desk import Desk

LEAVES = (bool, int, date, datetime, type(None))
ID_TYPES = [named for named in vars(ids).values() if isinstance(named, NewType)]
NAMED = [AnyCase, AnySubmission, AnyStep, Carried, News, OpenRequest, Opened, Look, Sent, Outcome, tuple[Dealt, ...]]


def wrong(kind: Any, seen: frozenset[Any] = frozenset(), where: str = "") -> Iterator[str]:
    """Places below this type that may hold anything else than ids, enums, literals, dates and numbers."""
    origin, inner = get_origin(kind), get_args(kind)
    bare = origin or kind
    if kind in ID_TYPES or kind in LEAVES or origin is Literal or kind in seen or kind is Ellipsis:
        return
    if isinstance(bare, type) and issubclass(bare, Enum):
        return
    if is_dataclass(bare):
        filled = dict(zip(getattr(bare, "__parameters__", ()), inner, strict=bool(inner)))
        hints = get_type_hints(bare)
        for field in fields(bare):
            below = filled.get(hints[field.name], hints[field.name])
            yield from wrong(below, seen | {kind}, f"{where}{bare.__name__}.{field.name} ")
    elif bare in {Union, types.UnionType, tuple, list}:
        for below in inner:
            yield from wrong(below, seen | {kind}, where)
    elif isinstance(kind, TypeVar):
        # Whatever stands for it is walked where it stands: the bound, or the cases themselves.
        yield from wrong(kind.__bound__ or AnyCase, seen | {kind}, where)
    else:
        yield f"{where}{kind}"


def handed_over(function: Any) -> Iterator[tuple[str, Any]]:
    """Each argument's type and the result's, of a workflow, a handler or an activity."""
    hints = get_type_hints(function)
    names = [name for name in inspect.signature(function).parameters if name != "self"]
    assert set(names) <= set(hints), f"{function} has an argument without a type"
    for name in (*names, "return"):
        yield f"{function.__qualname__}({name})", hints[name]


def entrances() -> Iterator[tuple[str, Any]]:
    """All that Temporal keeps: inputs, updates and signals of workflows, activities with their results."""
    for named in NAMED:
        yield str(named), named
    for workflow in CLASSES:
        for function in vars(workflow).values():
            if hasattr(function, "__temporal_workflow_run") or hasattr(function, "__temporal_signal_definition"):
                yield from handed_over(function)
    for handler in (Desk.hand_in, Desk.hear, Desk.wake):
        yield from handed_over(handler)
    for activities in (Cases, Letters):
        for function in vars(activities).values():
            if hasattr(function, "__temporal_activity_definition"):
                yield from handed_over(function)


@pytest.mark.parametrize(("entrance", "kind"), [pytest.param(e, k, id=e) for e, k in entrances()])
def test_no_words_enter_temporal(entrance: str, kind: Any) -> None:
    assert list(wrong(kind)) == []


def test_the_walk_finds_a_bare_str_however_deep() -> None:
    assert list(wrong(tuple[str, ...])) == ["<class 'str'>"]
    assert list(wrong(Submission[str])) == ["Submission.facts <class 'str'>"]
    assert list(wrong(list[Step[dict[str, int]] | None])) == ["Step.case dict[str, int]"]


def test_the_walk_meets_every_activity_and_every_workflow() -> None:
    met = {entrance.split("(")[0] for entrance, _ in entrances()}
    assert {f"Cases.{name}" for name in ("record", "look", "turn_away", "open_case")} <= met
    assert {"Letters.send_letters", "Desk.hand_in", "Desk.hear", "Desk.wake", "PostWorkflow.hear"} <= met
    assert {f"{workflow.__name__}.run" for workflow in CLASSES} <= met


def test_every_kind_of_case_has_its_workflow() -> None:
    kinds = {get_args(get_type_hints(case)["kind"])[0] for case in get_args(AnyCase)}
    assert kinds == set(WORKFLOWS)
    assert set(TAKES) <= kinds
    assert {facts for taken in TAKES.values() for facts in taken} == set(get_args(Facts))


@pytest.mark.parametrize("union", [AnyCase, Facts, What])
def test_members_of_a_union_are_told_apart_by_their_kind(union: Any) -> None:
    kinds = [get_type_hints(member)["kind"] for member in get_args(union)]
    assert len(set(kinds)) == len(get_args(union))
