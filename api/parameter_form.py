"""A parameter's new value as it is asked for, by JSON or typed into the form."""

import uuid
from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints, ValidationError

from api.listing import CAMEL
from api.typed import Day
from scheme.errors import Rule
from scheme.parameter import Proposal
from scheme.rules import Name, Setting

Source = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=300)]
Confirmer = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)]
# Where the sentence of a rule stands in the form.
FIELDS: Mapping[Rule, str] = {
    Rule.VALUE_OUT_OF_RANGE: "value",
    Rule.REMINDER_AFTER_ANSWER: "value",
    Rule.PLAN_AFTER_CORRECTION: "value",
    Rule.LAST_WARNING_FIRST: "value",
    Rule.NOT_IN_THE_PAST: "valid_from",
}


class Asked(BaseModel):
    """A new value. source: the decision or document behind it; confirmed_by: who at IKM confirmed it, if anybody."""

    model_config = CAMEL

    value: int = Field(ge=0, le=10_000)
    valid_from: Day
    source: Source
    confirmed_by: Confirmer = ""

    def proposal(self, name: Name) -> Proposal:
        """As the rulebook takes it."""
        return Proposal(Setting(name, self.value, self.valid_from), self.source, self.confirmed_by or None)


class AskedForm(BaseModel):
    """The same as typed into the form, kept as it is where it cannot be taken; key: one per form."""

    value: str = ""
    valid_from: str = ""
    source: str = ""
    confirmed_by: str = ""
    key: uuid.UUID = Field(default_factory=uuid.uuid4)


def read_form(form: AskedForm) -> tuple[Asked | None, frozenset[str]]:
    """What was typed, or the names of the fields that cannot be read."""
    try:
        return Asked.model_validate(form.model_dump(exclude={"key"})), frozenset()
    except ValidationError as error:
        return None, frozenset(NAMES.get(str(item["loc"][0]), str(item["loc"][0])) for item in error.errors())


# Errors name a field as the JSON API does.
NAMES = {"validFrom": "valid_from", "confirmedBy": "confirmed_by"}
