"""Nobody is silent who was not asked: a choice whose letter has not left the house waits, whatever its days say."""

from datetime import datetime

from scheme.choice import Choice, changed, counted_from, deadlines
from scheme.errors import Refusal, Rule
from scheme.news import LetterLeft, LetterUnsent, News
from scheme.step import Act, Dealt, Outcome, Step


def hear_of_letter(choice: Choice, item: News, what: LetterUnsent | LetterLeft) -> Step[Choice]:
    """The letter that asks has not left, or has left later than planned.

    What is told too late changes nothing: an answer is there, or the days were counted anew meanwhile.
    """
    if choice.body is None and isinstance(what, LetterLeft):
        return _left(choice, item, what)
    if choice.body is None and item.at >= choice.next_at:
        return unsent(choice, item.at, Dealt(item.id))
    refused = Dealt(item.id, Outcome(Refusal(Rule.CHANGED_MEANWHILE)))
    unchanged = changed(choice)
    return Step(unchanged, item.at, Act.REFUSED, deadlines=deadlines(unchanged), dealt=(refused,))


def unsent(choice: Choice, at: datetime, *dealt: Dealt) -> Step[Choice]:
    """Its day has come and the letter is still in the house: neither reminder nor body, until it has left."""
    waits = changed(choice, unsent_since=at)
    return Step(waits, at, Act.CHOICE_UNSENT, deadlines=deadlines(waits), dealt=dealt)


def _left(choice: Choice, item: News, what: LetterLeft) -> Step[Choice]:
    """The days count from the day that the letter carries."""
    asked = changed(counted_from(choice, what.on))
    return Step(
        asked,
        item.at,
        Act.CHOICE_LETTER_LEFT,
        deadlines=deadlines(asked),
        dealt=(Dealt(item.id),),
        day=asked.answer_due,
    )
