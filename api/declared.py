"""What an operation of the API takes in its address: anything else is a slip that must not look like success."""

from collections.abc import Iterator

from fastapi import HTTPException, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

TYPE = "urn:problem-type:belgif:input-validation:unknownParameter"


class NotTakenHereError(HTTPException):
    """400 that names the parameters which the operation does not take."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(400, "not-taken-here")
        self.values = {"names": ", ".join(names)}
        self.issues = tuple({"type": TYPE, "in": "query", "name": name} for name in names)


def check(request: Request) -> None:
    """Raise HTTPException 400 for a parameter of the address that this operation of the API would ignore."""
    route = request.scope.get("route")
    if not request.query_params or not isinstance(route, APIRoute) or not request.url.path.startswith("/api/"):
        return
    known = {field.alias for one in _all(route.dependant) for field in one.query_params}
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        raise NotTakenHereError(unknown)


def _all(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for one in dependant.dependencies:
        yield from _all(one)
