"""Values that say by `kind` what they are are read back as that, without trying all that they might have been."""

from collections.abc import Callable
from typing import Any, get_args


class ByKind:
    """Mark of a field that holds one of several dataclasses: `Annotated[A | B, BY_KIND]`.

    Who reads JSON by pydantic's protocol looks at `kind` and reads that class only; any other reader ignores the
    mark. Where a union is read by trial, its cost is that of all its members, and grows with each new kind of case.
    """

    def __get_pydantic_core_schema__(self, source: Any, read: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        """The schema of `source`: chosen by kind where each of its members has one, else as it was."""
        members = get_args(source)
        if not members or not all(isinstance(getattr(member, "kind", None), str) for member in members):
            return read(source)
        return {
            "type": "tagged-union",
            "discriminator": "kind",
            "choices": {member.kind: read(member) for member in members},
        }


BY_KIND = ByKind()
