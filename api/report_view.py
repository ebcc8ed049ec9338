"""A report as its pages show it: each item with its words in the reader's language, its answer and what it lacks."""

from dataclasses import dataclass
from datetime import date

from api.report_case import OpenReport
from api.report_form import NOTHING, Saved
from api.words import noted, said, translate
from api.written import day
from records.audit_report import Given
from records.queries.audit_report import Photo
from scheme.audit_report import WORDS_NEEDED, Answer, Assessment, Item, ItemKind, Lack, kind_of, lack_of
from scheme.language import Language
from scheme.lastenboek.outcome import Surroundings
from scheme.requirement_list import Listed


@dataclass(frozen=True)
class ItemView:
    """An item. answer: what stands in its fields; base: the revision shown; met: what another device made of it."""

    item: Item
    kind: ItemKind
    line: Listed | None
    text: str
    answer: Answer
    base: int
    lack: Lack | None
    photos: tuple[Photo, ...]
    met: Given | None
    wrong: str | None

    @property
    def worded(self) -> bool:
        """Whether its answer needs words."""
        return self.answer.value in WORDS_NEEDED

    @property
    def place(self) -> str:
        """Of a score: the number of its place, if it has one."""
        return "" if self.line is None else self.line.number


@dataclass(frozen=True)
class ModuleView:
    """A module: its items in the order of the page."""

    letter: str
    name: str
    items: tuple[ItemView, ...]

    @property
    def left(self) -> int:
        """How many items still lack something."""
        return sum(one.lack is not None for one in self.items)

    @property
    def found(self) -> int:
        """How many requirements were not met."""
        return sum(one.answer.value == Assessment.NOT_MET for one in self.items)

    @property
    def done(self) -> str:
        """The items that lack nothing, for the script."""
        return " ".join(one.item for one in self.items if one.lack is None)


def module_view(language: Language, report: OpenReport, module: str, saved: Saved) -> ModuleView:
    """A module as its page shows it; saved: what its form came to."""
    items = tuple(item_view(language, report, one, saved) for one in report.checklist.items_of(module))
    return ModuleView(module, report.checklist.names[module].said_in(language), items)


def item_view(language: Language, report: OpenReport, item: Item, saved: Saved) -> ItemView:
    """An item as its page shows it."""
    given, line = report.draft.given.get(item), _line(report, item)
    stands = NOTHING if given is None else given.answer
    met = saved.met.get(item)
    return ItemView(
        item=item,
        kind=kind_of(item),
        line=line,
        text="" if line is None else line.text.said_in(language),
        answer=saved.typed.get(item, stands),
        base=saved.base.get(item, 0 if given is None else given.revision),
        lack=lack_of(item, report.draft.answers),
        photos=report.draft.photos_of(item),
        met=met,
        wrong=saved.wrong.get(item),
    )


def value_said(language: Language, kind: ItemKind, value: str) -> str:
    """An answer's value as people read it."""
    if not value:
        return translate(language, noted("nothing filled in"))
    match kind:
        case ItemKind.ASSESSMENT:
            return said(language, Assessment(value))
        case ItemKind.SURROUNDINGS:
            return said(language, Surroundings(value))
        case ItemKind.DAY:
            return day(date.fromisoformat(value), language)
        case ItemKind.SCORE:
            return value


def _line(report: OpenReport, item: Item) -> Listed | None:
    """The requirement of an assessment, and of a score that of its place."""
    return report.checklist.line(Item(item.removeprefix("score-")))
