"""Whatever is sent to any operation of the API: the answer is as described, an error is a problem and never ours."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from api.app import create_app
from api.openapi import describe
from parts.postgres import Running
from scheme.people import Role
from settings import Settings
from tests.api.served import serving, session_of
from tests.api.tasks import REFUSED

DESCRIBED = describe(create_app(Settings()))
SCHEMA = schemathesis.openapi.from_dict(DESCRIBED)
OPERATIONS = tuple(
    pytest.param(path, method.upper(), id=operation["operationId"])
    for path, methods in DESCRIBED["paths"].items()
    for method, operation in methods.items()
)
# What there is, so that not every request ends at a number that nobody has.
KNOWN: Mapping[str, object] = {
    "farmId": "F-000001", "year": 2025, "bodyId": "B-01", "personId": "P-0003", "holdId": "choice-round:2025",
    "dairyId": "D-01", "letterKey": "choice:2025:F-000001:choice", "taskId": REFUSED,
    "name": "choice-answer-days", "if-match": '"1"', "of": "farms", "kind": "csv",
}  # fmt: skip
FEW, MANY = 3, 50


@dataclass(frozen=True)
class Served:
    """The application's address, and the database behind it."""

    address: str
    database: str


@pytest.fixture(scope="module")
def served(cluster: Running, shared: str) -> Iterator[Served]:
    url = cluster.url("ikm_app", shared)
    with serving(url) as address:
        yield Served(address, url)


def is_a_problem(_context: object, response: Response, _case: Case) -> None:
    """Every error has the one shape, and says the status it came with."""
    if response.status_code >= 400:
        assert response.headers["content-type"] == ["application/problem+json"]
        assert response.json()["status"] == response.status_code


CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, is_a_problem]


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_any_request_is_answered_as_described(served: Served, path: str, method: str) -> None:
    _ask(served, path, method, FEW)


@pytest.mark.proof
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_many_requests_are_answered_as_described(served: Served, path: str, method: str) -> None:
    _ask(served, path, method, MANY)


def _ask(served: Served, path: str, method: str, times: int) -> None:
    """Ask by turns what the description allows and what it forbids, of what there is and of anything."""
    role = Role.ADMINISTRATOR if "/people" in path else Role.SECRETARIAT
    operation = SCHEMA[path][method]
    right, wrong = operation.as_strategy(), operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    headers = session_of(served.database, role)

    @settings(
        max_examples=times, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.one_of(right, right, wrong), st.booleans())
    def ask(case: Case, known: bool) -> None:
        nonlocal headers
        if known:
            _of_what_there_is(case, operation.definition.raw)
        answer = case.call_and_validate(served.address, headers=headers, checks=CHECKS)
        if answer.status_code == 401:
            headers = session_of(served.database, role)

    ask()


def _of_what_there_is(case: Case, described: Mapping[str, Any]) -> None:
    for parameter in described.get("parameters", []):
        if parameter["name"] in KNOWN:
            given = {parameter["name"]: KNOWN[parameter["name"]]}
            if parameter["in"] == "path":
                case.path_parameters = {**case.path_parameters, **given}
            elif parameter["in"] == "header":
                case.headers = {**(case.headers or {}), **given}
