"""An inspection body as people type it, and as the register keeps it; the page and the JSON route share this."""

import re
from collections.abc import Mapping

from pydantic import BaseModel
from sqlmodel.ext.asyncio.session import AsyncSession

from api.listing import CAMEL
from records.entering import Problems, judge
from records.farm import InspectionBody
from records.register import body_columns
from scheme.choice_round import FULL_SCOPE
from scheme.register import BODIES
from scheme.register_rule import ColumnRule, Problem

MOST_CODES, LONGEST_CODE = 20, 20
_CODE = re.compile(r"[^\s,;]+")


class BodyForm(BaseModel):
    """What the form says. revision: that was seen; confirmed: so was what the change brings."""

    name: str = ""
    recognised_from: str = ""
    recognised_until: str = ""
    accreditation: str = ""
    scope: str = ", ".join(FULL_SCOPE)
    email: str = ""
    phone: str = ""
    revision: int = 0
    confirmed: bool = False

    @property
    def typed(self) -> dict[str, str]:
        """The fields of the register alone."""
        return {name: value for name, value in self.model_dump().items() if isinstance(value, str)}


class LossJson(BaseModel):
    """What a change brings for farms, by number: asked again, opened again, or with an offer less.

    left: ids of the bodies that may still be chosen; none: a task is opened for each farm.
    """

    model_config = CAMEL

    asked_again: list[str]
    reopened: list[str]
    withdrawn: list[str]
    left: list[str]


def typed_of(body: InspectionBody) -> dict[str, str]:
    """The body as somebody would type it."""
    plain = {name: getattr(body, name) for name in ("name", "accreditation", "email", "phone")}
    days = {name: getattr(body, name).isoformat() for name in ("recognised_from", "recognised_until")}
    return {**{name: value or "" for name, value in plain.items()}, **days, "scope": ", ".join(body.scope)}


async def judge_body(session: AsyncSession, body_id: str, typed: Mapping[str, str]) -> dict[str, object] | Problems:
    """The columns of the body, or all that is wrong with what was typed."""
    codes = _CODE.findall(typed["scope"])
    too_long = len(codes) > MOST_CODES or any(len(code) > LONGEST_CODE for code in codes)
    wrong = (Problem(0, "scope", typed["scope"], ColumnRule.TOO_LONG),) if too_long else ()
    judged = await judge(session, BODIES, {**typed, "body_id": body_id})
    if isinstance(judged, tuple):
        return (*judged, *wrong)
    return wrong or {**body_columns(judged), "scope": codes}
