"""How the process is, for machines: /livez, /readyz, and /health as the Belgian REST guide has it."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from api.access import allowed_to_machines
from api.openapi import describe
from api.parts import parts_of
from api.pulse import Part, Pulse

router = APIRouter(dependencies=[allowed_to_machines()], include_in_schema=False)


@router.get("/livez")
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "UP"}


@router.get("/readyz")
async def ready(request: Request) -> JSONResponse:
    """Whether to send visitors here: without a database there is no page to show."""
    down = await _look(request)
    return JSONResponse({"status": "DOWN"}, 503) if Part.DATABASE in down else JSONResponse({"status": "UP"})


@router.get("/health")
async def health(request: Request) -> JSONResponse:
    """UP, DEGRADED when something handed in has to wait, 503 DOWN when nothing can be handed in."""
    down = await _look(request)
    if Part.DATABASE in down:
        return JSONResponse({"status": "DOWN"}, 503)
    return JSONResponse({"status": "DEGRADED" if down else "UP"})


@router.get("/openapi.json")
async def openapi(request: Request) -> JSONResponse:
    """The JSON API's description."""
    return JSONResponse(describe(request.app))


async def _look(request: Request) -> frozenset[Part]:
    pulse: Pulse = request.app.state.pulse
    return await pulse.look(parts_of(request))
