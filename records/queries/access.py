"""Which farms a person sees: the one condition that lists, counts, search and exports share (design.md §10)."""

from functools import lru_cache

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.orm import aliased
from sqlmodel import col

from records.case import ChoiceRow
from records.farm import Farm
from records.queries.counted import counted, latest, of_farm
from scheme.people import Role

NARROWED = frozenset({Role.PLANNER, Role.AUDITOR})
# There are a handful; a person may type any.
BODIES_KEPT = 32


# Building it takes several thousandths of a second, at each request of such a person.
@lru_cache(BODIES_KEPT)
def of_body(body_id: str) -> ColumnElement[bool]:
    """A condition on Farm: it belongs to the body of its latest choice that has one, else to that of its last audit."""
    last, other = aliased(ChoiceRow), aliased(ChoiceRow)
    chose = select(1).where(of_farm(last), col(last.body) == body_id, latest(last, with_body=True))
    some = select(1).where(of_farm(other), col(other.body).is_not(None), counted(other))
    by_audit = and_(col(Farm.previous_body) == body_id, ~exists(some.correlate(Farm)))
    return or_(exists(chose.correlate(Farm)), by_audit)


def visible_to(role: Role, body_id: str | None) -> ColumnElement[bool]:
    """A condition on Farm: everybody allowed sees all, planners and auditors their body's farms only.

    A planner or auditor without a body sees nothing.
    """
    if role not in NARROWED:
        return true()
    return of_body(body_id or "")
