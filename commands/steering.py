"""`ikm choice-round hold, release, retry, cancel`: the same functions as the pages and the API."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import HTTPException

from api.cancellation import EffectJson, cancel, effect_of
from api.door import Door
from api.failed_letter import RetriedJson, retry_letter, retry_round
from api.handing import received_json
from api.hold import HoldJson, found_hold, hold_now, release_now
from commands.acting import acting, why
from commands.say import fail, say, stdout, tell
from scheme.errors import RuleViolationError
from scheme.ids import round_case
from scheme.people import Action

LONGEST_REASON = 500


async def hold(year: int, reason: str, sign_in_name: str, *, json: bool) -> None:
    """Hold the letters of the round from now on."""
    _check(reason)
    async with _steering(sign_in_name, Action.STEER_LETTERS, year) as door:
        await hold_now(door, round_case(year), reason, uuid.uuid4())
        await _tell_hold(door, year, json=json)


async def release(year: int, sign_in_name: str, *, json: bool) -> None:
    """Let the letters of the round go."""
    async with _steering(sign_in_name, Action.RELEASE_LETTERS, year) as door:
        await found_hold(door, round_case(year))
        await release_now(door, round_case(year))
        await _tell_hold(door, year, json=json)


async def retry(year: int, letter: str | None, sign_in_name: str, *, json: bool) -> None:
    """Try again one letter, or all of the round that are mended."""
    async with _steering(sign_in_name, Action.STEER_LETTERS, year) as door:
        done = RetriedJson.model_validate(
            await (retry_round(door, year) if letter is None else retry_letter(door, letter))
        )
    if json:
        tell(done.model_dump(by_alias=True))
    say(f"{done.letters} go out again, {done.same_address} still have the address that was refused.")


async def end(year: int, reason: str, sign_in_name: str, *, sure: bool, json: bool) -> None:
    """Cancel the round; unless one is `sure`, only say what that would mean."""
    _check(reason)
    async with _steering(sign_in_name, Action.STEER_ROUND, year) as door:
        meant = EffectJson.model_validate((await effect_of(door, year))[0])
        if not sure:
            _say_effect(meant, json=json)
            return
        received = received_json(await cancel(door, year, reason, uuid.uuid4()))
    if json:
        tell(received.model_dump(by_alias=True))
    say(f"The round of {year} is cancelled." if received.settled else "Received, not yet processed.")


@asynccontextmanager
async def _steering(sign_in_name: str, action: Action, year: int) -> AsyncIterator[Door]:
    try:
        async with acting(sign_in_name, action) as door:
            yield door
    except HTTPException:
        fail(f"There is no round of {year}, or no such letter in it.")
    except RuleViolationError as violation:
        fail(why(violation.refusal))


def _check(reason: str) -> None:
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        fail(f"--reason says why, in {LONGEST_REASON} signs at most: everybody who meets it reads it.")


async def _tell_hold(door: Door, year: int, *, json: bool) -> None:
    shown = HoldJson.model_validate(await found_hold(door, round_case(year)))
    if json:
        tell(shown.model_dump(mode="json", by_alias=True, exclude_none=True))
    held = "held" if shown.held else "not held"
    say(
        f"The letters of {year} are {held}. Gone out: {shown.gone}. Waiting: {shown.waiting}. Sending: {shown.sending}."
    )


def _say_effect(meant: EffectJson, *, json: bool) -> None:
    if json:
        tell(meant.model_dump(by_alias=True))
    else:
        for name, many in meant.model_dump(by_alias=True).items():
            stdout.print(f"{name}: {many}")
    say("Nothing was changed. To cancel the round, hold its letters and say --yes.")
