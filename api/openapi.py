"""The JSON API's description, whole: who may call, and what an error looks like."""

import json
from typing import Any

from fastapi import FastAPI

from api.access import SESSION_COOKIE

ABOUT = (
    "Follows the Belgian government's REST guide: lowerCamelCase, lists in pages, no nulls, errors as "
    "application/problem+json (RFC 9457). Sign in with `POST /session`; the session is a cookie, and what changes "
    "something carries its `csrf` value in the header `X-CSRF-Token`. The same `Idempotency-Key` hands in once."
)
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri", "example": "urn:problem-type:belgif:resourceNotFound"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri"},
        "issues": {"type": "array", "items": {"type": "object"}},
    },
}


def describe(app: FastAPI) -> dict[str, Any]:
    """The description of every route under /api, with the session's cookie and the one shape of errors."""
    described: dict[str, Any] = json.loads(json.dumps(app.openapi()))
    described["info"]["description"] = ABOUT
    parts = described.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = _PROBLEM
    parts["securitySchemes"] = {"session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE}}
    for operations in described["paths"].values():
        for operation in operations.values():
            _complete(operation)
    return described


def _complete(operation: dict[str, Any]) -> None:
    """The session where one is needed, and the problem in place of the framework's own shape of an error."""
    if operation["operationId"] != "signIn":
        operation["security"] = [{"session": []}]
    answers = operation["responses"]
    answers.pop("422", None)
    schema = {"$ref": "#/components/schemas/Problem"}
    answers["default"] = {"description": "What went wrong", "content": {"application/problem+json": {"schema": schema}}}
