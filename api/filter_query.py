"""Whether a saved filter can work: its list must take the query as the list's own address would."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from fastapi.dependencies.utils import get_dependant
from fastapi.exceptions import RequestValidationError

from api.farm_list import sieve
from api.letter import asked_sieve
from api.task_list import asked_tasks
from records.filters import FilterPath

SIEVES: Mapping[FilterPath, Callable[..., object]] = {
    FilterPath.FARMS: sieve,
    FilterPath.LETTERS: asked_sieve,
    FilterPath.TASKS: asked_tasks,
}


def check_query(path: FilterPath, query: str) -> None:
    """Raise RequestValidationError for a value that the list would refuse, or that no text can hold."""
    given = dict(parse_qsl(query))
    wrong = [_unreadable(name) for name, value in given.items() if not (name + value).isprintable()]
    for field in get_dependant(path="/", call=SIEVES[path]).query_params:
        if field.alias in given:
            _, errors = field.validate(given[field.alias], {}, loc=("body", "query", field.alias))
            wrong += errors
    if wrong:
        raise RequestValidationError(wrong)


def _unreadable(name: str) -> dict[str, Any]:
    shown = "".join(char for char in name if char.isprintable())
    return {"type": "value_error", "loc": ("body", "query", shown), "msg": "Value holds what is no text"}
