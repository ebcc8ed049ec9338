"""A choice one of whose bodies may not be chosen any more: it goes on without it, or its farmer is asked again."""

from scheme.choice import Choice, State, changed, counted_from, deadlines
from scheme.days import local_day
from scheme.letter import LetterKind
from scheme.news import BodyLost, News
from scheme.step import Act, Dealt, Step


def lose(choice: Choice, item: News, lost: BodyLost) -> Step[Choice]:
    """A body may not be chosen any more.

    Who answered for it, and who by silence would get it, is written to again, and the days count from that letter.
    For all others it only leaves the list: what they answered, or their default, stands.
    """
    left = tuple(body for body in choice.bodies if body != lost.body)
    given = choice.default_body if choice.body is None else choice.body
    if given == lost.body or not left:
        return _ask_again(choice, item, lost)
    default = choice.default_body
    if default == lost.body:
        default = lost.default_body if lost.default_body in left else left[0]
    kept = changed(choice, bodies=left, default_body=default)
    return Step(kept, item.at, Act.BODY_LOST, deadlines=deadlines(kept), dealt=(Dealt(item.id),), body=lost.body)


def _ask_again(choice: Choice, item: News, lost: BodyLost) -> Step[Choice]:
    again = changed(
        counted_from(choice, local_day(item.at)),
        state=State.ASKED,
        body=None,
        channel=None,
        answered_at=None,
        reminded_at=None,
        bodies=lost.bodies,
        default_body=lost.default_body,
        lost_body=lost.body,
        asked_again=(*choice.asked_again, item.at),
    )
    return Step(
        again,
        item.at,
        Act.CHOICE_ASKED_AGAIN,
        deadlines=deadlines(again),
        letters=(LetterKind.AGAIN,),
        dealt=(Dealt(item.id),),
        body=lost.body,
        day=again.answer_due,
    )
