"""The report an auditor makes on the farm: what each item takes, and what is missing before it can be handed in.

docs/report.md. The assessments are those of a G-040 checklist; the places that are scored are those of lastenboek
MCC10 and MILKBE111, their numbers and the scale from 0 to 100 are assumed (docs/lastenboek.md, chapter 2).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import NewType

from scheme.audit_facts import Report
from scheme.ids import RequirementNumber
from scheme.lastenboek.module import MODULES, Module
from scheme.lastenboek.outcome import Surroundings
from scheme.lastenboek.text import Text
from scheme.periodic_audit import Found
from scheme.requirement_list import Listed, by_module

# A requirement's number, or one of those below.
Item = NewType("Item", str)
AUDITED_ON = Item("audited-on")
SURROUNDINGS = Item("surroundings")
# The requirement that asks of the surroundings what the auditor judges them by.
SURROUNDINGS_ASKED = Item("H1")
# Of a list that names none of the places: one score for the farm.
SCORE = Item("score")
PLACES = (RequirementNumber("H2"), RequirementNumber("H3"), RequirementNumber("H4"))
HYGIENE = MODULES[Module.HYGIENE].letter
HIGHEST_SCORE = 100
MOST_WORDS = 4_000


class Assessment(StrEnum):
    """What the auditor found of a requirement. not-assessed: put aside, to come back to (FAVV-FAQ: never an answer)."""

    MET = "met"
    NOT_MET = "not-met"
    NOT_APPLICABLE = "not-applicable"
    NOT_ASSESSED = "not-assessed"


class ItemKind(StrEnum):
    """What an item takes."""

    ASSESSMENT = "assessment"
    SURROUNDINGS = "surroundings"
    SCORE = "score"
    DAY = "day"


# What costs the farm something is said in words too.
WORDS_NEEDED = frozenset({Assessment.NOT_MET.value, Surroundings.BAD.value})


class Lack(StrEnum):
    """Why an item keeps the report from being handed in. otherwise: its requirement says the opposite."""

    UNANSWERED = "unanswered"
    PUT_ASIDE = "put-aside"
    NO_WORDS = "no-words"
    OTHERWISE = "otherwise"


@dataclass(frozen=True)
class Answer:
    """value: an assessment, good or bad, a score, or a day, as text; words: what the auditor writes beside it."""

    value: str
    words: str = ""


@dataclass(frozen=True)
class Missing:
    """An item, and what it lacks."""

    item: Item
    lack: Lack


@dataclass(frozen=True)
class Checklist:
    """What an audit goes through: a list of requirements. names: of its modules, by letter; lines: module by module."""

    names: Mapping[str, Text]
    lines: tuple[Listed, ...]

    @property
    def modules(self) -> tuple[str, ...]:
        """The letters of those it has something of, in order."""
        return tuple(letter for letter, _ in by_module(self.lines))

    @property
    def places(self) -> tuple[RequirementNumber, ...]:
        """The places that are scored."""
        return tuple(line.number for line in self.lines if line.number in PLACES)

    @property
    def scores(self) -> tuple[Item, ...]:
        """The items that a score stands under."""
        return tuple(score_of(place) for place in self.places) or (SCORE,)

    @property
    def general(self) -> tuple[Item, ...]:
        """What is asked of the audit as a whole; hygiene too, where no module asks it."""
        return (AUDITED_ON,) if HYGIENE in self.modules else (AUDITED_ON, SURROUNDINGS, *self.scores)

    @property
    def items(self) -> tuple[Item, ...]:
        """Everything that is asked, in the order of the pages."""
        return (*self.general, *(item for letter in self.modules for item in self.items_of(letter)))

    def items_of(self, module: str) -> tuple[Item, ...]:
        """Its assessments; of hygiene, the surroundings and the scores as well."""
        assessments = tuple(Item(line.number) for line in self.lines if line.module == module)
        if module != HYGIENE:
            return assessments
        return (SURROUNDINGS, *self.scores, *assessments)

    def line(self, item: Item) -> Listed | None:
        """The requirement of an assessment; None for what is no assessment, or not asked here."""
        return next((line for line in self.lines if Item(line.number) == item), None)


def score_of(place: RequirementNumber) -> Item:
    """The item that a place's score stands under."""
    return Item(f"score-{place}")


def kind_of(item: Item) -> ItemKind:
    """What the item takes."""
    if item == AUDITED_ON:
        return ItemKind.DAY
    if item == SURROUNDINGS:
        return ItemKind.SURROUNDINGS
    return ItemKind.SCORE if item.startswith("score") else ItemKind.ASSESSMENT


def value_in(kind: ItemKind, typed: str) -> str:
    """What was typed as it is kept; empty for nothing. Raises ValueError for what the item does not take."""
    typed = typed.strip()
    if not typed:
        return ""
    match kind:
        case ItemKind.ASSESSMENT:
            return Assessment(typed).value
        case ItemKind.SURROUNDINGS:
            return Surroundings(typed).value
        case ItemKind.DAY:
            return date.fromisoformat(typed).isoformat()
        case ItemKind.SCORE:
            return _score(typed)


def _score(typed: str) -> str:
    if re.fullmatch("[0-9]{1,3}", typed) is None or int(typed) > HIGHEST_SCORE:
        message = f"{typed!r} is no score from 0 to {HIGHEST_SCORE}"
        raise ValueError(message)
    return str(int(typed))


def average(scores: Sequence[int]) -> int | None:
    """The average of the places, halves upwards; None where there is none."""
    return int(Fraction(sum(scores), len(scores)) + Fraction(1, 2)) if scores else None


def scores_of(checklist: Checklist, answers: Mapping[Item, Answer]) -> tuple[int, ...]:
    """The scores there are, in the order of the places."""
    given = (answers.get(item) for item in checklist.scores)
    return tuple(int(answer.value) for answer in given if answer is not None and answer.value)


def findings(checklist: Checklist, answers: Mapping[Item, Answer]) -> tuple[Listed, ...]:
    """The requirements that were not met."""
    return tuple(line for line in checklist.lines if _value(answers, Item(line.number)) == Assessment.NOT_MET)


def report_of(checklist: Checklist, answers: Mapping[Item, Answer]) -> Report:
    """The report as its case hears it, from a draft that lacks nothing; the words stay where they are.

    Raises ValueError for a draft that lacks something.
    """
    score = average(scores_of(checklist, answers))
    lacks = missing(checklist, answers)
    if lacks or score is None:
        message = f"{len(lacks)} items lack something"
        raise ValueError(message)
    found = tuple(Found(line.number, line.grade, line.visual) for line in findings(checklist, answers))
    surroundings = Surroundings(answers[SURROUNDINGS].value)
    return Report(date.fromisoformat(answers[AUDITED_ON].value), found, surroundings, score)


def missing(checklist: Checklist, answers: Mapping[Item, Answer]) -> tuple[Missing, ...]:
    """What has to be done before the report can be handed in, in the order of the pages."""
    lacks = ((item, lack_of(item, answers)) for item in checklist.items)
    return tuple(Missing(item, lack) for item, lack in lacks if lack is not None)


def lack_of(item: Item, answers: Mapping[Item, Answer]) -> Lack | None:
    """What the item lacks: an answer, the words of what costs the farm something, or agreement with its requirement."""
    answer = answers.get(item)
    if answer is None or not answer.value:
        return Lack.UNANSWERED
    if answer.value == Assessment.NOT_ASSESSED:
        return Lack.PUT_ASIDE
    if answer.value in WORDS_NEEDED and not answer.words.strip():
        return Lack.NO_WORDS
    return Lack.OTHERWISE if item == SURROUNDINGS and _contradicted(answers) else None


def _contradicted(answers: Mapping[Item, Answer]) -> bool:
    """Whether the surroundings are bad although their requirement was met, or has no place on this farm.

    The other way round a single shortcoming need not make all of it bad.
    """
    asked = _value(answers, SURROUNDINGS_ASKED)
    return _value(answers, SURROUNDINGS) == Surroundings.BAD and asked in {Assessment.MET, Assessment.NOT_APPLICABLE}


def _value(answers: Mapping[Item, Answer], item: Item) -> str:
    answer = answers.get(item)
    return "" if answer is None else answer.value
