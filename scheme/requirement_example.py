"""The example editions of the rulebook as lists: what a house goes by until the published text takes their place."""

from collections import defaultdict
from collections.abc import Iterator

from scheme.edition import EDITIONS, EditionRow
from scheme.ids import EditionCode
from scheme.lastenboek.contents import CONTENTS, Contents
from scheme.lastenboek.requirement import Requirement
from scheme.requirement_list import STANDARD_MODULES, Listed, ListHead, RequirementList
from scheme.source import Certainty, Source


def example_lists() -> tuple[RequirementList, ...]:
    """A list for each edition that an audit can be held by, the oldest first."""
    found = [(row, CONTENTS[row.edition]) for row in EDITIONS]
    return tuple(_example(row, contents) for row, contents in found if contents.complete)


def _example(row: EditionRow, contents: Contents) -> RequirementList:
    code = EditionCode(row.edition.value)
    head = ListHead(code, f"Lastenboek IKM {code}", row.in_force, contents.example, row.source.key)
    requirements = tuple(_listed(contents))
    used = {one.module for one in requirements}
    names = {letter: name for letter, name in STANDARD_MODULES.items() if letter in used}
    return RequirementList(head, names, requirements)


def _listed(contents: Contents) -> Iterator[Listed]:
    ranks = defaultdict[str, int](int)
    for one in contents.requirements:
        letter = one.number[0]
        ranks[letter] += 1
        yield Listed(one.number, letter, ranks[letter], one.grade, one.visual, one.text, _source(one))


def _source(one: Requirement) -> Source:
    """Where the requirement comes from; as sure as the less sure of what it asks and its grade."""
    if one.source.to_be_confirmed or not one.grade_source.to_be_confirmed:
        return one.source
    return Source(Certainty.ASSUMED, f"{one.source.key}; {one.grade_source.key}")
