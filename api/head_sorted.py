"""Heads of a table that sort it: the address of the list turned by that column."""

from enum import StrEnum

from fastapi import Request

from api.farm_list import Head


def sorted_head(request: Request, label: str, by: StrEnum | None, sort: str) -> Head:
    """The head of a column; by: None where the list cannot be sorted by it. sort: as the address has it."""
    if by is None:
        return Head(label, None, None)
    turned = {by.value: "ascending", f"-{by.value}": "descending"}.get(sort)
    wanted = f"-{by.value}" if turned == "ascending" else by.value
    url = request.url.remove_query_params("page").include_query_params(sort=wanted)
    return Head(label, f"{url.path}?{url.query}", turned)
