"""A dairy of the register is added or changed by hand."""

from sqlmodel.ext.asyncio.session import AsyncSession

from records.changing import change
from records.clock import now
from records.farm import Dairy
from records.register import dairy_columns
from records.trailing import HOUSE_CHAIN, append
from scheme.people import Actor
from scheme.register_line import DairyLine
from scheme.step import Act


async def add_dairy(session: AsyncSession, line: DairyLine, actor: Actor) -> None:
    """A dairy enters the register."""
    session.add(Dairy(dairy_id=line.dairy_id, name=line.name, language=line.language.value, email=line.email))
    await session.flush()
    key, facts = f"dairy:{line.dairy_id}", {"about": line.dairy_id}
    at = await now(session)
    await append(session, key=key, chain=HOUSE_CHAIN, act=Act.DAIRY_ADDED, actor=actor, at=at, facts=facts)


async def change_dairy(session: AsyncSession, row: Dairy, line: DairyLine, actor: Actor) -> bool:
    """Bring the dairy, locked by its reader, to what the line states; False where it was so before."""
    columns = dairy_columns(line)
    return await change(
        session, row, columns, about=row.dairy_id, chain=HOUSE_CHAIN, act=Act.DAIRY_CHANGED, actor=actor
    )
