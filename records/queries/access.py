"""Which farms a person sees: the one condition that lists, counts, search and exports share (design.md §10)."""

from sqlalchemy import ColumnElement, func, select, true

from records.case import ChoiceRow
from records.farm import Farm
from records.queries.counted import counted
from scheme.people import Role

NARROWED = frozenset({Role.PLANNER, Role.AUDITOR})


def body_of_farm() -> ColumnElement[str | None]:
    """The body a farm belongs to: of its latest choice that has one, else of its last audit."""
    latest = (
        select(ChoiceRow.body)  # type: ignore[call-overload]  # columns by their Python types
        .where(ChoiceRow.farm_id == Farm.farm_id, ChoiceRow.body.is_not(None), counted())  # type: ignore[union-attr]
        .order_by(ChoiceRow.asked_at.desc())  # type: ignore[attr-defined]
        .limit(1)
        .correlate(Farm)
        .scalar_subquery()
    )
    return func.coalesce(latest, Farm.previous_body)


def visible_to(role: Role, body_id: str | None) -> ColumnElement[bool]:
    """A condition on Farm: everybody allowed sees all, planners and auditors their body's farms only.

    A planner or auditor without a body sees nothing.
    """
    if role not in NARROWED:
        return true()
    return body_of_farm() == (body_id or "")
