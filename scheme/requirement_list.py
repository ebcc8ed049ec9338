"""A list of requirements: an edition of the lastenboek as data, proposed by one person and accepted by another.

A list that was accepted is never changed: a correction is a new list. An audit goes by one list for as long as it runs.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from scheme.errors import Rule, RuleViolationError
from scheme.ids import EditionCode, PersonId, RequirementNumber
from scheme.lastenboek.grade import Grade
from scheme.lastenboek.module import MODULES
from scheme.lastenboek.text import Text
from scheme.people import Action, Actor, may
from scheme.source import Source

STANDARD_MODULES: Mapping[str, Text] = {row.letter: row.name for row in MODULES.values()}


class ListState(StrEnum):
    """Where a list stands on a day. replaced: accepted, and another one counts."""

    PROPOSED = "proposed"
    DECLINED = "declined"
    COMING = "coming"
    ACTIVE = "active"
    REPLACED = "replaced"


@dataclass(frozen=True)
class Listed:
    """One requirement of a list. module: its letter; rank: its place in the module, from 1 on."""

    number: RequirementNumber
    module: str
    rank: int
    grade: Grade
    visual: bool
    text: Text
    source: Source


@dataclass(frozen=True)
class ListHead:
    """What a list says of itself. in_force: its first day; example: in words of the house's own, not published."""

    edition: EditionCode
    title: str
    in_force: date
    example: bool
    source: str


@dataclass(frozen=True)
class RequirementList:
    """A list. modules: their names by letter; requirements: in the order of their numbers."""

    head: ListHead
    modules: Mapping[str, Text]
    requirements: tuple[Listed, ...]


def by_module(requirements: Iterable[Listed]) -> Iterator[tuple[str, tuple[Listed, ...]]]:
    """The requirements of each module, by its letter."""
    for letter, inside in groupby(requirements, lambda one: one.module):
        yield letter, tuple(inside)


def in_order(number: RequirementNumber) -> tuple[str, tuple[int, ...], str]:
    """What numbers are ordered by: A3 before A20, A20 before A20.1, A20.1 before A20.1a."""
    digits = re.findall(r"[0-9]+", number)
    return number[0], tuple(map(int, digits)), number[-1] if number[-1].islower() else ""


def check_proposal(actor: Actor) -> None:
    """Raise RuleViolationError unless this person may propose a list."""
    if not may(actor, Action.CHANGE_LASTENBOEK):
        raise RuleViolationError(Rule.NOT_ALLOWED)


def check_decision(proposed_by: PersonId, actor: Actor, *, accepted: bool) -> None:
    """Raise RuleViolationError unless this person may decide: whoever proposed may only withdraw."""
    check_proposal(actor)
    if accepted and actor.person == proposed_by:
        raise RuleViolationError(Rule.SECOND_PERSON_NEEDED)
