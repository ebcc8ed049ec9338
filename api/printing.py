"""The print button: every letter that waits for the printer becomes one batch."""

from api.door import Door
from records.printing import Batch, print_waiting
from scheme.people import THE_HOUSE


async def print_batch(door: Door) -> Batch | None:
    """A new batch, or None when nothing waits."""
    async with door.sessions.begin() as session:
        return await print_waiting(session, door.actor or THE_HOUSE)
