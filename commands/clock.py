"""`ikm clock`: the same `step` as the banner's buttons."""

from datetime import UTC, datetime, timedelta

from api.parts import Parts
from api.pulse import Part, Pulse
from api.stepping import ClockBusyError, NotPracticeError, move_alone, step
from commands.open import Open, opened
from commands.say import fail, say, stdout, tell
from records.clock import practice_clock
from records.quiet import waiting
from scheme.days import ZONE

NOT_PRACTICE = "This house runs for real: its clock is not moved."


async def show(*, json: bool) -> None:
    """Where the clock stands and what the machine still has to do."""
    async with opened() as house, house.sessions() as session:
        clock = await practice_clock(session)
        if clock is None:
            fail(NOT_PRACTICE)
        left = await waiting(session)
    local = clock.now.astimezone(ZONE)
    if json:
        tell({"now": local.isoformat(), "paused": clock.paused, "waiting": left})
        return
    stdout.print(f"{local:%Y-%m-%d %H:%M}; " + (f"waiting: {left}" if left else "quiet"))


async def to(moment: datetime, *, outage: bool) -> None:
    """Move the clock event by event, or with `outage` its row alone."""
    async with opened() as house:
        try:
            if outage:
                moved = await move_alone(house.sessions, moment.astimezone(UTC))
                say(f"Only the clock's row was moved, to {moved.astimezone(ZONE):%Y-%m-%d %H:%M}.")
                return
            await _forward(house, moment.astimezone(UTC))
        except NotPracticeError:
            fail(NOT_PRACTICE)
        except ClockBusyError as busy:
            fail(f"{busy.player or 'Somebody else'} is moving the clock: wait until that is done.")


async def _forward(house: Open, until: datetime) -> None:
    async with house.sessions() as session:
        clock = await practice_clock(session)
    if clock is not None and until < clock.now:
        fail(f"The clock stands at {clock.now.astimezone(ZONE):%Y-%m-%d %H:%M} and never goes back.")
    await through(house, until)


async def play(days: int) -> None:
    """Play so many days from where the clock stands."""
    async with opened() as house:
        async with house.sessions() as session:
            clock = await practice_clock(session)
        if clock is None:
            fail(NOT_PRACTICE)
        await through(house, clock.now + timedelta(days=days))


async def through(house: Open, until: datetime) -> None:
    """Step until the moment is reached; says why where nothing moves any more, and ends with status 1."""
    before = None
    while not (stepped := await step(house, until)).reached:
        waits = "; not quiet yet: " + ", ".join(stepped.waiting) if stepped.waiting else ""
        say(f"{stepped.now.astimezone(ZONE):%Y-%m-%d %H:%M}{waits}")
        if stepped.waiting and stepped == before:
            fail(await _why_stuck(house))
        before = stepped
    say(f"{stepped.now.astimezone(ZONE):%Y-%m-%d %H:%M}: quiet.")


async def _why_stuck(house: Open) -> str:
    """What keeps the house from being quiet, as far as it can be seen from here."""
    down = await Pulse().look(Parts(house.settings, house.sessions, house.client))
    if Part.TEMPORAL in down:
        return f"The Temporal server at {house.settings.temporal_address} cannot be reached: start it, then go on."
    if Part.WORKER in down:
        return "No worker is at work: start one, then go on."
    return "Nothing moves: see `ikm clock show` and the logs in var/log."
