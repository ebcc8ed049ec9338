"""The round that an address asks for."""

from fastapi import HTTPException

from api.door import Door
from records.queries.choice_round import round_id_of
from scheme.ids import CaseId


async def asked_round(door: Door, year: int) -> CaseId:
    """Id of the round of `year`; HTTPException 404 where there is none."""
    async with door.sessions() as session:
        found = await round_id_of(session, year)
    if found is None:
        raise HTTPException(404, "not-found")
    return CaseId(found)
