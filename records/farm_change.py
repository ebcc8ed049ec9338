"""A farm of the register is changed or entered by hand: one transaction, its trail entry last (design.md §4)."""

from dataclasses import replace
from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from records.changing import change
from records.clock import now
from records.entering import next_number
from records.farm import Farm
from records.following import COUNTED, keep_numbers, tell_farmer, write_letters_anew
from records.register import farm_columns
from records.register_work import begin, take_turn
from records.registering import write_farms
from scheme.ids import CaseId
from scheme.people import Actor
from scheme.region import certification_body
from scheme.register_line import FarmLine
from scheme.step import Act


async def change_farm(  # what a change of the register consists of
    session: AsyncSession, farm: Farm, line: FarmLine, numbers_from: date, actor: Actor, case_id: CaseId | None = None
) -> bool:
    """Bring the farm, locked by its reader, to what the line states; False where it was so before.

    Its numbers of before end on the day before `numbers_from`. Letters that have not gone out are written anew, and
    the farm's workflow hears of another certificate. case_id: why, where a case is. Raises BeganLaterError.
    """
    columns = farm_columns(line)
    changed = {name for name, value in columns.items() if getattr(farm, name) != value}
    if not changed:
        return False
    at, word = await now(session), f"register-r{farm.revision + 1}"
    await keep_numbers(session, farm, columns, numbers_from)
    await write_letters_anew(session, {farm.farm_id: columns}, word, at)
    if changed & COUNTED:
        await tell_farmer(session, farm.farm_id, columns, word, at)
    return await change(
        session, farm, columns, about=farm.farm_id, chain=farm.farm_id, act=Act.FARM_CHANGED, actor=actor,
        facts={"case": case_id},
    )  # fmt: skip


async def take_place(session: AsyncSession) -> str:
    """The number of the next farm; its place is kept until the transaction ends, before any farm is locked."""
    number = await next_number(session, Farm.farm_id, 6)
    await take_turn(session)
    return number


async def add_farm(session: AsyncSession, line: FarmLine, actor: Actor, *, practice: bool) -> None:
    """A farm enters the register; the relay starts its workflow. Without a certification body it gets its region's."""
    known = line.certification_body or certification_body(line.country, line.postcode)
    work = await begin(session, actor, practice=practice)
    await write_farms(work, [replace(line, certification_body=known)], [])
