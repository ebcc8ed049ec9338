"""What can be done at an address, for whoever tried something else."""

from fastapi import FastAPI, Request
from fastapi.routing import APIRoute


def keep(app: FastAPI, routes: list[APIRoute]) -> None:
    """Let `known_at` find these routes."""
    app.state.routes = tuple(routes)


def known_at(request: Request) -> str:
    """The methods of every route at this address, as the header Allow says them; HEAD stands beside GET."""
    known = {method for route in _at(request) for method in route.methods or ()}
    return ", ".join(sorted(known | ({"HEAD"} if "GET" in known else set())))


def _at(request: Request) -> list[APIRoute]:
    return [route for route in request.app.state.routes if route.path_regex.match(request.url.path)]
