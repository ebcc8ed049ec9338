"""A requirement: number, grade, whether it can be seen, and its words (docs/lastenboek.md, chapter 2)."""

from dataclasses import dataclass

from scheme.ids import RequirementNumber
from scheme.lastenboek.grade import Grade
from scheme.lastenboek.module import MODULES, Module
from scheme.lastenboek.text import Text
from scheme.source import Source, assumed

EXAMPLE = assumed("example in our own words")
GRADE_ASSUMED = assumed("grade of the example")


@dataclass(frozen=True)
class Requirement:
    """One requirement as an edition words it.

    rank: its place in the module, with gaps where the published number is known and its neighbours are not.
    visual: it is seen on a tour of the farm, without papers.
    source: that of what it asks; grade_source: that of its grade.
    """

    module: Module
    rank: int
    grade: Grade
    text: Text
    visual: bool = False
    source: Source = EXAMPLE
    grade_source: Source = GRADE_ASSUMED

    @property
    def number(self) -> RequirementNumber:
        """The letter of its module and its place there: A21."""
        return RequirementNumber(f"{MODULES[self.module].letter}{self.rank}")


class UnknownRequirementError(LookupError):
    """Raised where an edition has no requirement of that number."""
