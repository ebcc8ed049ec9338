"""What no client of good will sends, to every operation of the API: the answer is a problem, and never ours."""

import json
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.openapi import describe
from parts.postgres import Running
from scheme.people import Role
from settings import Settings
from tests.api.served import serving, session_of

DESCRIBED = describe(create_app(Settings()))
SCHEMAS = DESCRIBED["components"]["schemas"]
KNOWN = {"farmId": "F-000001", "year": "2025", "personId": "P-0003", "bodyId": "B-01", "of": "farms", "kind": "csv"}
OPERATIONS = tuple(
    (path, method.upper(), operation)
    for path, methods in DESCRIBED["paths"].items()
    for method, operation in methods.items()
)
WRITING = tuple(one for one in OPERATIONS if "requestBody" in one[2])
METHODS = frozenset({"GET", "POST", "BREW"})
JSON = "application/json"
MANY = pytest.mark.proof


@pytest.fixture(scope="module")
def caller(cluster: Running, shared: str) -> Iterator[httpx.Client]:
    """Somebody of the secretariat whose program is broken."""
    url = cluster.url("ikm_app", shared)
    with (
        serving(url) as address,
        httpx.Client(base_url=address, headers=session_of(url, Role.SECRETARIAT), timeout=60) as client,
    ):
        yield client


def refused(answer: httpx.Response, *statuses: int) -> None:
    """It is the caller's mistake, and says so in the one shape."""
    asked = (answer.request.method, answer.request.url.path, answer.status_code, answer.text[:200])
    assert 400 <= answer.status_code < 500, asked
    assert not statuses or answer.status_code in statuses, asked
    assert answer.request.method == "HEAD" or answer.headers["content-type"] == "application/problem+json", asked
    assert answer.request.method == "HEAD" or answer.json()["status"] == answer.status_code


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        pytest.param(JSON, b"", id="nothing", marks=MANY),
        pytest.param(JSON, b"{", id="half an object", marks=MANY),
        pytest.param(JSON, b"[]", id="a list", marks=MANY),
        pytest.param(JSON, b"\xff\xfe{}", id="not UTF-8", marks=MANY),
        pytest.param(JSON, b'{"\\ud800": "\\udfff"}', id="half characters"),
        pytest.param(JSON, b"[" * 100_000, id="nested without end"),
        pytest.param(JSON, b'{"year": ' + b"9" * 5_000 + b"}", id="five thousand digits"),
        pytest.param(JSON, b'{"year": 1e999, "day": NaN}', id="no number", marks=MANY),
        pytest.param("application/xml", b"<a/>", id="XML"),
        pytest.param("text/plain", b"{}", id="text", marks=MANY),
        pytest.param("", b"{}", id="empty type"),
        pytest.param(None, b"{", id="no type"),
        pytest.param(None, b"\xff\xfe{}", id="no type, not UTF-8", marks=MANY),
        pytest.param(None, b"[" * 100_000, id="no type, nested without end"),
        pytest.param(None, b"9" * 5_000, id="no type, five thousand digits"),
        pytest.param("multipart/form-data", b"--x", id="parts without a boundary", marks=MANY),
        pytest.param("multipart/form-data; boundary=x", b"--x\r\nA: b", id="half a part"),
        pytest.param("application/json; charset=no-such", b"{}", id="unknown letters", marks=MANY),
    ],
)
def test_a_body_that_is_none(caller: httpx.Client, kind: str | None, content: bytes) -> None:
    """Under a key of the caller's: what came is hashed before anybody takes it for JSON."""
    headers = {"Idempotency-Key": str(uuid.uuid4())} | ({} if kind is None else {"Content-Type": kind})
    for path, method, _ in WRITING:
        refused(caller.request(method, _filled(path), content=content, headers=headers))


def test_a_body_nested_as_deep_as_can_be_read(caller: httpx.Client) -> None:
    """What can be read and not be written again is refused as well."""
    for depth in range(860, 1_000, 4):
        content, headers = b"[" * depth + b"]" * depth, {"Idempotency-Key": str(uuid.uuid4())}
        refused(caller.post("/api/v1/dairies", content=content, headers=headers))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("\0", -1, id="NUL"),
        pytest.param("\ud800", 10**4_000, id="half a character"),
        pytest.param("\u202e\ufffe'\"<>%s\r\n\t", 2**63, id="signs"),
        pytest.param("é" * 100_000, 2**31, id="long"),
        pytest.param("9999-12-31", 0, id="the last day"),
    ],
)
def test_values_that_nobody_types(caller: httpx.Client, text: str, number: int) -> None:
    """Not every such text is refused everywhere; none breaks anything."""
    for path, method, operation in WRITING:
        body = operation["requestBody"]["content"].get(JSON)
        if body is not None and "/session" not in path:
            content = json.dumps(_value(body["schema"], text, number)).encode()
            answer = caller.request(
                method, _filled(path), content=content, headers={"Content-Type": JSON, "If-Match": '"1"'}
            )
            assert answer.status_code < 300 or not refused(answer), path


@pytest.mark.parametrize(
    "place",
    [
        pytest.param("%00", id="NUL"),
        pytest.param("9" * 400, id="digits"),
        pytest.param("%ED%A0%80", id="half a character"),
        pytest.param("%FF", id="not UTF-8", marks=MANY),
        pytest.param("..%2F..", id="up", marks=MANY),
        pytest.param("a%0D%0Ab", id="lines", marks=MANY),
    ],
)
def test_places_that_are_none(caller: httpx.Client, place: str) -> None:
    for path, method, _ in OPERATIONS:
        if "{" in path:
            refused(caller.request(method, _filled(path, place), json={}, headers={"If-Match": '"1"'}))


@pytest.mark.parametrize(
    "query", ["page=0", "pageSize=-1", "page=99999999999999999999", "pageSize=1e9", "page=", "page=1&page=x"]
)
def test_pages_that_are_none(caller: httpx.Client, query: str) -> None:
    for path, method, operation in OPERATIONS:
        if "/people" not in path and any(parameter["name"] == "page" for parameter in operation.get("parameters", [])):
            refused(caller.request(method, f"{_filled(path)}?{query}"), 400)


@pytest.mark.parametrize(
    "query", ["q=%00", "q=%FF", "q=" + "a" * 20_000, "q=%27%29--", "q=%ED%A0%80", "&&==%", "q[]=1"]
)
def test_searches_that_nobody_types(caller: httpx.Client, query: str) -> None:
    for path in ("/api/v1/farms", "/api/v1/tasks", "/api/v1/letters", "/api/v1/people"):
        answer = caller.get(f"{path}?{query}")
        assert answer.status_code == 200 or not refused(answer), path


def test_a_method_it_does_not_have(caller: httpx.Client) -> None:
    for path, methods in DESCRIBED["paths"].items():
        known = {method.upper() for method in methods} | ({"HEAD"} if "get" in methods else set())
        for method in METHODS - known:
            answer = caller.request(method, _filled(path))
            refused(answer, 405)
            assert set(answer.headers["allow"].split(", ")) == known


def test_headers_that_are_none(caller: httpx.Client) -> None:
    """Whatever stands there, the answer is none of ours."""
    odd = {
        "Idempotency-Key": "é" * 5_000, "If-Match": '"' + "9" * 400 + '"', "Accept": "image/png", "Host": "elsewhere",
        "Accept-Language": "x" * 5_000 + ";q=9,*;q=é", "Sec-Fetch-Site": "none, none", "X-CSRF-Token": "é",
    }  # fmt: skip
    for path, method, _ in OPERATIONS:
        answer = caller.request(method, _filled(path), headers={name: odd[name].encode() for name in odd}, json={})
        assert answer.status_code < 300 or not refused(answer), path
    broken = {"Cookie": "ikm_session=é; ikm_visitor=.; =; ;;".encode()}
    refused(caller.get("/api/v1/farms", headers=broken), 401)


def _filled(path: str, place: str | None = None) -> str:
    """The path with what there is in its places, or with the same odd thing in each."""
    for part in path.split("/"):
        for name in (piece.rstrip("}") for whole in part.split(".") for piece in whole.split("{")[1:]):
            path = path.replace(f"{{{name}}}", place or KNOWN.get(name, "x-1"))
    return path


def _value(schema: Mapping[str, Any], text: str, number: int) -> Any:  # noqa: PLR0911  # one way out for each type
    """A value of this shape, made of the odd text and number."""
    if "$ref" in schema:
        return _value(SCHEMAS[schema["$ref"].rpartition("/")[2]], text, number)
    if "anyOf" in schema:
        return _value(schema["anyOf"][0], text, number)
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            return {name: _value(one, text, number) for name, one in schema.get("properties", {}).items()}
        case "array":
            return [_value(schema["items"], text, number)]
        case "integer" | "number":
            return number
        case "boolean":
            return True
        case _:
            return text
