"""The tables that audits went by stay as they are: one that changed is a new edition or a new list."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass

import pytest

from scheme.edition import EDITIONS
from scheme.lastenboek.grade import GRADES
from scheme.lastenboek.module import MODULES
from scheme.lastenboek.outcome import HYGIENE_REFUSES_FROM, OUTCOMES
from scheme.lastenboek.validity import TERMS
from scheme.requirement_example import example_lists
from scheme.rules import EARLIER

LISTS = {f"list {one.head.edition}": one for one in example_lists()}
TABLES: Mapping[str, object] = {
    "editions": EDITIONS,
    "modules": MODULES,
    "grades": GRADES,
    "outcomes": [(row.number, row.result, row.applies.__name__, row.source) for row in OUTCOMES],
    "hygiene refuses from": HYGIENE_REFUSES_FROM,
    "earlier defaults": EARLIER,
    "terms": TERMS,
    **LISTS,
}
SEALS: Mapping[str, str] = {
    "editions": "1a6e69459a430ed9",
    "modules": "3b2834cf14aad345",
    "grades": "adb3516f72f44a77",
    "outcomes": "c56daddafbbbf028",
    "hygiene refuses from": "7f1979444c6ea872",
    "earlier defaults": "c8cdd40aa1a93467",
    "terms": "3b3205e61272c714",
    "list 11.1": "927c857cccecf7e6",
    "list 12": "9bd01eba93860b02",
}
WHAT_TO_DO = (
    "The table of {table} changed, and audits may have gone by it: what ran must stay as it was judged. "
    "Leave its rows, and add: a new edition in scheme/edition.py, a new requirement list on the page of the lastenboek, "
    "a value on the page of parameters, or a rule that holds from its own day on. Only a table that no house ever went by "
    "may be sealed anew here: {seal}."
)


@pytest.mark.parametrize("table", TABLES)
def test_a_table_that_audits_went_by_is_frozen(table: str) -> None:
    seal = seal_of(TABLES[table])
    assert SEALS.get(table) == seal, WHAT_TO_DO.format(table=table, seal=seal)


def test_every_seal_has_its_table() -> None:
    assert list(SEALS) == list(TABLES)


def seal_of(table: object) -> str:
    return hashlib.sha256(json.dumps(plain(table), ensure_ascii=False).encode()).hexdigest()[:16]


def plain(value: object) -> object:
    """The value as JSON can hold it, in the order it has."""
    if isinstance(value, Mapping):
        return [[str(key), plain(one)] for key, one in value.items()]
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value if isinstance(value, bool | int | None) else str(value)
