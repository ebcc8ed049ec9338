"""What is asked about a person, on pages and in the JSON API, and the password that is handed over."""

import secrets
from collections.abc import Mapping
from typing import Annotated

from email_validator import EmailNotValidError
from fastapi import Depends
from pydantic import BaseModel, Field

from api.account import NOT_AN_ADDRESS, mail_address
from api.listing import CAMEL, Asked
from api.words import noted
from records.queries.people import PersonSieve
from scheme.errors import Rule
from scheme.language import Language
from scheme.people import ALLOWED, Action, Role

# Whoever keeps an account of their own is a person of the house or of a body.
ROLES = tuple(role for role in Role if role in ALLOWED[Action.KEEP_ACCOUNT])
LONGEST_NAME = 100
# The field beside which a rule is said.
FIELDS: Mapping[Rule, str] = {
    Rule.NAME_TAKEN: "sign_in_name",
    Rule.ROLE_AND_BODY: "body_id",
    Rule.LAST_ADMINISTRATOR: "role",
}
# What a change of a person's row is told as.
COLUMN_NAMES: Mapping[str, str] = {
    "name": noted("Name"),
    "role": noted("Role"),
    "body_id": noted("Inspection body"),
    "language": noted("Language"),
    "email": noted("Mail address"),
    "digest": noted("The mail that lists what waits for me"),
}
MISSING = noted("Fill this in; at most 100 characters.")


def asked_people(
    role: Asked[Role] = None, body: Asked[Annotated[str, Field(max_length=20)]] = None, active: Asked[bool] = None
) -> PersonSieve:
    """What the address asks for."""
    return PersonSieve(role, body, active)


AskedPeople = Annotated[PersonSieve, Depends(asked_people)]


class PersonForm(BaseModel):
    """A person as the form has them. revision: the one that was seen; of a new person none."""

    sign_in_name: str = ""
    name: str = ""
    role: Role = Role.SECRETARIAT
    body_id: str = ""
    language: Language = Language.NL
    email: str = ""
    revision: int = 0

    def errors(self, *, new: bool) -> dict[str, str]:
        """Field to what is wrong with it."""
        asked = {"name": self.name} | ({"sign_in_name": self.sign_in_name} if new else {})
        wrong = {name: MISSING for name, text in asked.items() if not 0 < len(text.strip()) <= LONGEST_NAME}
        try:
            mail_address(self.email)
        except EmailNotValidError:
            wrong["email"] = NOT_AN_ADDRESS
        if self.role not in ROLES:
            wrong["role"] = MISSING
        return wrong

    def values(self) -> dict[str, str | None]:
        """The columns; an empty field is none."""
        return {
            "name": self.name.strip(),
            "role": self.role.value,
            "body_id": self.body_id or None,
            "language": self.language.value,
            "email": mail_address(self.email),
        }


class NewPersonJson(BaseModel):
    """A new person; planners and auditors belong to an inspection body, by its number."""

    model_config = CAMEL

    sign_in_name: str = Field(min_length=1, max_length=LONGEST_NAME)
    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    role: Role
    body_id: str | None = None
    language: Language = Language.NL
    email: str | None = None


class PersonPatch(BaseModel):
    """What changes; a field that is left out stays, null empties it."""

    model_config = CAMEL

    name: str | None = Field(None, min_length=1, max_length=LONGEST_NAME)
    role: Role | None = None
    body_id: str | None = None
    language: Language | None = None
    email: str | None = None


class PasswordJson(BaseModel):
    """A password to hand over: told once, kept nowhere."""

    model_config = CAMEL

    person_id: str
    password: str


class AddedPersonJson(BaseModel):
    """A new person. password: to hand over; absent where the same request added them before: it is not kept."""

    model_config = CAMEL

    person_id: str
    password: str | None = None


def fresh_password() -> str:
    """A password of 96 random bits; its owner changes it."""
    return secrets.token_urlsafe(12)
