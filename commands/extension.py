"""`ikm extension preview`: which certificates a collective extension would move; the same function as the page."""

from collections import Counter
from datetime import date

from rich.table import Table

from commands.acting import why
from commands.open import opened
from commands.say import fail, say, stdout, tell
from records.clock import now
from records.parameter import settings_of
from records.queries.extension_moves import MoveLine, moves, told
from scheme.days import local_day
from scheme.errors import RuleViolationError
from scheme.extension import Selection, check_days


async def preview(selection: Selection, to: date, *, json: bool) -> None:
    """Each certificate with its last day before and after, and why one stays as it is."""
    async with opened() as house, house.sessions() as session:
        today = local_day(await now(session))
        try:
            check_days(selection, to, today, await settings_of(session))
        except RuleViolationError as violation:
            fail(why(violation.refusal))
        lines = await told(session, await moves(session, selection, to, today))
    left = Counter(one.left.value for one in lines if one.left is not None)
    if json:
        figures = {"to": to.isoformat(), "moved": len(lines) - left.total(), "left": dict(sorted(left.items()))}
        tell({**figures, "certificates": [_plain(one) for one in lines]})
        return
    table = Table("Certificate", "Farm", "Last day", "New last day")
    for one in lines:
        table.add_row(one.number or "-", f"{one.farm_id} {one.name}", str(one.last_day), _after(one))
    stdout.print(table)
    say(f"Certificates that would move: {len(lines) - left.total()}; that stay as they are: {left.total()}.")


def _after(one: MoveLine) -> str:
    return str(one.to) if one.left is None else f"stays: {one.left.value}"


def _plain(one: MoveLine) -> dict[str, object]:
    moves_ = {"to": one.to.isoformat()} if one.left is None else {"left": one.left.value}
    return {"number": one.number, "farmId": one.farm_id, "lastDay": one.last_day.isoformat(), **moves_}
