"""Who visits, and what they may see: what every query of a page begins with."""

from fastapi import HTTPException
from sqlalchemy import ColumnElement

from api.door import Door
from records.queries.access import visible_to
from scheme.people import Actor


def actor_of(door: Door) -> Actor:
    """The person who signed in; HTTPException 401 for nobody."""
    if door.actor is None:
        raise HTTPException(401, "not-signed-in")
    return door.actor


def sight(door: Door) -> ColumnElement[bool]:
    """The condition on farms that narrows this visitor's queries."""
    return visible_to(actor_of(door).role, door.body_id)
