"""What ran when the house began, as cases in the right step; nobody is written to (domain.md §2)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from scheme.choice import Channel, Choice, Request, State, deadlines, opened
from scheme.choice_round import alone, recognised
from scheme.days import local_day, start_of_day
from scheme.ids import BodyId
from scheme.matter import Matter, TakeOver, taken_over
from scheme.matter_kind import MatterKind
from scheme.rules import rules_on
from scheme.running import Known, due_on
from scheme.running_column import RunningKind
from scheme.running_line import RunningLine
from scheme.step import Act, End, Step


def case_of(line: RunningLine, known: Known, at: datetime, number: int, *, practice: bool) -> Step[Choice | Matter]:
    """The case that the row opens. number: of the farm's choice in that year, or of its matter."""
    match line.kind:
        case RunningKind.CHOICE:
            return choice_running(line, known, at, number, practice=practice)
        case RunningKind.CHOICE_MADE:
            return choice_made(line, known, at, number, practice=practice)
        case _:
            request = TakeOver(
                farm_id=line.farm_id,
                number=number,
                what=MatterKind(line.kind.value),
                began_on=line.began_on,
                due_on=due_on(line, known),
                rules=rules_on(line.began_on, known.settings),
                body=line.body,
                grade=line.grade,
            )
            return taken_over(request, at, practice=practice)


def choice_running(line: RunningLine, known: Known, at: datetime, number: int, *, practice: bool) -> Step[Choice]:
    """A choice asked before the house began, with the days its letter said.

    Where the day of a reminder that nobody wrote has passed, it is written when this day ends: taking over itself
    writes to nobody.
    """
    asked = opened(_request(line, known, number), start_of_day(line.began_on), practice=practice).case
    answered = line.body is not None
    state = State.ANSWERED if answered else State.REMINDED if line.reminded_on else State.ASKED
    choice = replace(
        asked,
        state=state,
        body=line.body,
        channel=Channel.PAPER if answered else None,
        answer_due=due_on(line, known),
        reminder_due=asked.reminder_due if line.reminded_on else max(asked.reminder_due, local_day(at)),
        reminded_at=None if line.reminded_on is None else start_of_day(line.reminded_on),
        answered_at=None if line.answered_on is None else start_of_day(line.answered_on),
    )
    return Step(
        choice,
        at,
        Act.CHOICE_TAKEN_OVER,
        deadlines=deadlines(choice),
        body=choice.body,
        day=choice.answer_due,
    )


def choice_made(line: RunningLine, known: Known, at: datetime, number: int, *, practice: bool) -> Step[Choice]:
    """A choice that ended before the house began: the body is known, nothing is left to do."""
    asked = opened(_request(line, known, number), start_of_day(line.began_on), practice=practice).case
    made_at = start_of_day(line.began_on)
    choice = replace(
        asked,
        state=State.CHOSEN,
        body=line.body,
        channel=Channel.PAPER,
        reminder_due=line.began_on,
        answer_due=line.began_on,
        answered_at=made_at,
        closed_at=made_at,
    )
    return Step(choice, at, Act.CHOICE_TAKEN_OVER, body=choice.body, day=line.began_on, end=End.CHOSEN)


def _request(line: RunningLine, known: Known, number: int) -> Request:
    previous = known.farms[line.farm_id].previous_body
    offered = _offered(line, known)
    rules = rules_on(line.began_on, known.settings)
    return replace(alone(line.farm_id, line.began_on, rules, offered, previous), number=number)


def _offered(line: RunningLine, known: Known) -> Sequence[BodyId]:
    """The bodies of that day's letter; a body that was chosen stands among them, whatever became of it."""
    offered = recognised(known.bodies, line.began_on)
    return offered if line.body is None or line.body in offered else (*offered, line.body)
