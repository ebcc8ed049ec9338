"""A line of the register as a form: fields in groups, each with what was typed, what is wrong, what stands there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from api.register_words import DATES, label, problem_said
from api.words import noted, said
from scheme.choice_round import Country
from scheme.edition import Edition
from scheme.language import Language
from scheme.register_column import Column
from scheme.register_rule import Problem

# Groups of a farm's columns, each under its heading.
FARM_GROUPS: Mapping[str, tuple[str, ...]] = {
    noted("Farm and holder"): ("name", "holder", "language", "email", "phone"),
    noted("Address of the letters"): ("street", "postcode", "city", "country"),
    noted("Production site, if elsewhere"): ("site_street", "site_postcode", "site_city"),
    noted("Numbers"): ("enterprise_number", "establishment_unit", "herd_number"),
    noted("Dairy"): ("dairy_id", "supplier_number"),
    noted("Veterinarian"): ("vet_name", "vet_email", "vet_substitute"),
    noted("Certificate"): (
        "certification_body", "certificate_number", "certificate_from", "expires_on", "choice_made_on",
    ),
    noted("Last audit"): (
        "inspection_body", "last_audit_on", "last_audit_edition", "last_audit_hygiene", "last_audit_findings",
    ),
}  # fmt: skip
BODY_GROUPS: Mapping[str, tuple[str, ...]] = {
    noted("Inspection body"): ("name", "email", "phone"),
    noted("Recognition and accreditation"): ("recognised_from", "recognised_until", "accreditation", "scope"),
}
DAIRY_GROUPS: Mapping[str, tuple[str, ...]] = {noted("Dairy"): ("name", "language", "email")}
_NUMBERS = frozenset({"last_audit_hygiene", "last_audit_findings"})


@dataclass(frozen=True)
class Field:
    """One field. options: of a select, by value; there: what the register says now, where that is another value."""

    name: str
    label: str
    kind: str
    value: str
    required: bool
    longest: int
    error: str | None = None
    there: str | None = None
    options: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Group:
    """Fields under a heading."""

    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Conflict:
    """Somebody changed it while the form was open. seen: what the form showed then; there: what stands now."""

    there: Mapping[str, str]
    seen: Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    """What a form is made of. options: of selects, by column; there: what the register says now, in a conflict."""

    language: Language
    columns: Sequence[Column]
    typed: Mapping[str, str]
    options: Mapping[str, Mapping[str, str]]
    problems: Collection[Problem] = ()
    there: Mapping[str, str] | None = None

    def after(self, conflict: "Conflict | None") -> "Sheet":
        """Where somebody changed it meanwhile: what was not typed here is what stands there now."""
        if conflict is None:
            return self
        now, seen = conflict.there, conflict.seen
        typed = {name: now.get(name, "") if value == seen.get(name) else value for name, value in self.typed.items()}
        return replace(self, typed=typed, there=now)

    def groups(self, titles: Mapping[str, tuple[str, ...]]) -> tuple[Group, ...]:
        """The fields in their groups; titles are translated where they are shown."""
        known = {column.name: column for column in self.columns}
        return tuple(
            Group(title, tuple(self._field(name, known.get(name)) for name in names)) for title, names in titles.items()
        )

    def _field(self, name: str, column: Column | None) -> Field:
        error = next((problem_said(self.language, one) for one in self.problems if one.column == name), None)
        there = None if self.there is None else self.there.get(name, "")
        value, options = self.typed.get(name, ""), self.options.get(name)
        return Field(
            name=name,
            label=label(self.language, name),
            kind=_kind(name),
            value=value,
            required=column is not None and column.required,
            longest=200 if column is None else column.longest,
            error=error,
            there=None if there == value else there,
            options=options if options is None or not value or value in options else {**options, value: value},
        )


def _kind(name: str) -> str:
    if name in DATES:
        return "date"
    if name.endswith("email"):
        return "email"
    return "number" if name in _NUMBERS else "text"


def fixed_options(language: Language) -> dict[str, Mapping[str, str]]:
    """The options that are the same for every line."""
    return {
        "country": {one.value: said(language, one) for one in Country},
        "language": {one.value: said(language, one) for one in Language},
        "last_audit_edition": {one.value: one.value for one in Edition},
    }
