"""Farms that nobody asks to choose although their certificate comes to its end: the condition of scheme.unasked."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from records.case import CaseRow, ChoiceRow, DeadlineRow
from records.clock import now
from records.farm import Farm
from records.parameter import rules_at
from records.queries.choice_made import MADE
from records.queries.counted import counted, of_farm
from scheme.choice_round import Country
from scheme.days import ZONE, add_months, local_day
from scheme.farmer import Standing
from scheme.rules import Rules
from scheme.step import DeadlineKind


async def unasked_now(session: AsyncSession, *, wanted: bool) -> ColumnElement[bool]:
    """The condition on Farm at the scheme's moment, by the rules of its day; unless wanted, all other farms."""
    at = await now(session)
    these = unasked(local_day(at), await rules_at(session, at))
    # A farm without certificate is none of them: its comparison is neither true nor false.
    return these if wanted else these.is_not(true())


def unasked(today: date, rules: Rules) -> ColumnElement[bool]:
    """The condition on Farm; scheme.unasked says it in words."""
    too_late = and_(col(Farm.expires_on) >= today, col(Farm.expires_on) < add_months(today, rules.choice_lead_months))
    return and_(
        col(Farm.standing) == Standing.ACTIVE.value,
        col(Farm.country) == Country.BE.value,
        too_late,
        or_(col(Farm.choice_made_on).is_(None), col(Farm.choice_made_on) < _asked_from(rules)),
        ~_chooses_or_chose(rules),
        ~_asks_itself(),
    )


def _asked_from(rules: Rules) -> ColumnElement[Any]:
    """The first day of which a choice is one for the farm's certificate."""
    months = rules.choice_lead_months + rules.choice_window_months
    return col(Farm.expires_on) - func.make_interval(0, months)


def _chooses_or_chose(rules: Rules) -> ColumnElement[bool]:
    """A choice is open, or one of this house gave a body for this certificate."""
    begins = func.timezone(ZONE.key, _asked_from(rules))
    made = and_(col(ChoiceRow.state).in_(MADE), col(ChoiceRow.asked_at) >= begins, counted())
    mine = of_farm()
    return exists(select(1).where(mine, or_(col(ChoiceRow.closed_at).is_(None), made))).correlate(Farm)


def _asks_itself() -> ColumnElement[bool]:
    """The day on which the farm brings itself into a round is still to come."""
    case = aliased(CaseRow)
    day = select(1).where(
        col(case.farm_id) == col(Farm.farm_id),
        col(case.kind) == "farmer",
        col(DeadlineRow.case_id) == col(case.case_id),
        col(DeadlineRow.kind) == DeadlineKind.CHOICE_WINDOW.value,
    )
    return exists(day).correlate(Farm)
