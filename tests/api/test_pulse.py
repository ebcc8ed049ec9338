"""Which parts answer, asked of real ones."""

import asyncio

from api.parts import Parts
from api.pulse import Part, Pulse
from tests.house import House


async def test_all_parts_are_up(house: House) -> None:
    """A look that is fresh is not taken again: nobody can hurry the parts."""
    parts = Parts(house.settings, house.sessions, house.client)
    # A worker is known to its queue a moment after it began.
    async with asyncio.timeout(20):
        while await Pulse().look(parts):  # noqa: ASYNC110  # Temporal tells nobody when a worker arrives
            await asyncio.sleep(0.2)
    pulse = Pulse()
    assert await pulse.look(parts) == frozenset()
    taken = pulse.looked_at
    assert await pulse.look(parts) == frozenset()
    assert pulse.looked_at == taken


async def test_nobody_works_on_a_queue_without_worker(house: House) -> None:
    """Which is another thing than Temporal being away."""
    settings = house.settings.model_copy(update={"task_queue": "nobody-here"})
    assert await Pulse().look(Parts(settings, house.sessions, house.client)) == {Part.WORKER}
