"""What is wrong with one value that was sent: which field, which rule, and what to do, in the reader's language."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from api.words import noted, translate
from scheme.language import Language

TYPE = "urn:problem-type:belgif:input-validation:schemaViolation"
# An error of ours: its words are the reader's already.
SAID = "said"
CONTENT = noted("The content")
UNFIT = noted("%(name)s cannot be taken as it stands: the description of the API says what belongs there.")
MAIL = noted("%(name)s is not a mail address: write it like name@example.be.")


@dataclass(frozen=True)
class Said:
    """A sentence, and the errors of pydantic that it tells; limit: the key of what the rule sets, in the error."""

    sentence: str
    kinds: tuple[str, ...]
    limit: str = ""


SENTENCES = (
    Said(noted("%(name)s is missing: add it."), ("missing",)),
    Said(noted("%(name)s is not known here: leave it out."), ("extra_forbidden",)),
    Said(noted("%(name)s must be text: put it between quotation marks."), ("string_type", "string_sub_type")),
    Said(noted("%(name)s has signs that cannot be read: write it in UTF-8."), ("string_unicode", "bytes_invalid_encoding")),  # noqa: E501
    Said(noted("%(name)s is too short: the least length is %(limit)s."), ("string_too_short", "bytes_too_short"), "min_length"),  # noqa: E501
    Said(noted("%(name)s is too long: the greatest length is %(limit)s."), ("string_too_long", "bytes_too_long"), "max_length"),  # noqa: E501
    Said(noted("%(name)s holds too little: the least number is %(limit)s."), ("too_short",), "min_length"),
    Said(noted("%(name)s holds too much: the greatest number is %(limit)s."), ("too_long",), "max_length"),
    Said(noted("%(name)s is written otherwise: it has to match %(limit)s."), ("string_pattern_mismatch",), "pattern"),
    Said(noted("%(name)s is none of what is known here: choose from %(limit)s."), ("enum", "literal_error"), "expected"),  # noqa: E501
    Said(
        noted("%(name)s must be a whole number, such as 12."),
        ("int_type", "int_parsing", "int_parsing_size", "int_from_float"),
    ),
    Said(
        noted("%(name)s must be a number, such as 12.5."),
        ("float_type", "float_parsing", "decimal_type", "decimal_parsing", "finite_number"),
    ),
    Said(noted("%(name)s is too small: at least %(limit)s."), ("greater_than_equal",), "ge"),
    Said(noted("%(name)s is too small: more than %(limit)s."), ("greater_than",), "gt"),
    Said(noted("%(name)s is too large: at most %(limit)s."), ("less_than_equal",), "le"),
    Said(noted("%(name)s is too large: less than %(limit)s."), ("less_than",), "lt"),
    Said(noted("%(name)s says yes or no: write true or false, without quotation marks."), ("bool_type", "bool_parsing")),  # noqa: E501
    Said(
        noted("%(name)s must be a day that exists: write it like 2025-01-31."),
        ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
    ),
    Said(
        noted("%(name)s must be a moment with its time zone: write it like 2025-01-31T14:03:00+01:00."),
        (
            "datetime_type", "datetime_parsing", "datetime_object_invalid", "datetime_from_date_parsing",
            "timezone_aware",
        ),
    ),
    Said(noted("%(name)s must be a UUID, such as 0d1f6c1e-6f0b-4f57-9f5e-3a2a7f6b0001."), ("uuid_type", "uuid_parsing", "uuid_version")),  # noqa: E501
    Said(noted("%(name)s must be a list: write it between square brackets."), ("list_type", "tuple_type", "set_type")),
    Said(
        noted("%(name)s must be an object with named fields: write it between braces."),
        ("model_type", "model_attributes_type", "dict_type"),
    ),
    Said(noted("What was sent cannot be read as JSON from position %(name)s on: mend it there."), ("json_invalid", "json_type")),  # noqa: E501
)  # fmt: skip
BY_KIND: Mapping[object, Said] = {kind: said for said in SENTENCES for kind in said.kinds}
# What a secret is too short or long for is its signs: pydantic counts it, like a list, in "items".
OF_A_SECRET: Mapping[object, object] = {"too_short": "string_too_short", "too_long": "string_too_long"}


def issue(language: Language, error: Mapping[str, object]) -> dict[str, object]:
    """One of pydantic's errors, without the value that was given: it may be a password."""
    place, *names = _parts(error["loc"])
    name = ".".join(names)
    return {"type": TYPE, "in": place, "name": name, "detail": _detail(language, error, name)}


def _detail(language: Language, error: Mapping[str, object], name: str) -> str:
    if error["type"] == SAID:
        return str(error["msg"])
    context = error.get("ctx")
    set_by_rule: Mapping[object, object] = context if isinstance(context, Mapping) else {}
    said = BY_KIND.get(_kind(error["type"], set_by_rule))
    # The one ready-made type of pydantic's that says what is wrong in a reason of its own.
    sentence = said.sentence if said else MAIL if "reason" in set_by_rule else UNFIT
    limit = set_by_rule.get(said.limit) if said else None
    return translate(
        language, sentence, name=name or translate(language, CONTENT), limit=_written(error["type"], limit)
    )


def _kind(kind: object, set_by_rule: Mapping[object, object]) -> object:
    return OF_A_SECRET.get(kind, kind) if set_by_rule.get("field_type") == "Value" else kind


def _written(kind: object, limit: object) -> object:
    """The limit as it is shown: a year without separators, the words to choose from without an English "or"."""
    if kind in {"enum", "literal_error"}:
        return ", ".join(re.findall(r"'([^']*)'", str(limit)))
    return str(limit) if isinstance(limit, int | float) else limit


def _parts(location: object) -> Iterator[str]:
    if isinstance(location, tuple | list):
        yield from map(str, location)
