"""What one simulated farmer does with a letter of choice: the same for a seed, whoever else is asked."""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from random import Random

from rehearsal.course import Days
from rehearsal.scenario import Habit, People
from scheme.choice import Channel
from scheme.ids import BodyId, FarmId


class Wish(StrEnum):
    """Which body the farmer wants."""

    PREVIOUS = "previous"
    OTHER = "other"


@dataclass(frozen=True)
class PlannedAct:
    """One answer. hour: local; draw: from 0 up to 1, picks among the bodies where the wish leaves several."""

    days_after_letter: int
    hour: int
    channel: Channel
    wish: Wish
    draw: float


@dataclass(frozen=True)
class Plan:
    """The farmer's answers in order, none for one who never answers; each replaces the one before."""

    answers: tuple[PlannedAct, ...] = ()


def decide(farm: FarmId, seed: int, people: People, *, by_email: bool) -> Plan:
    """The plan of one farmer, from the seed and the farm's id alone. by_email: how the letter comes."""
    random = Random(f"{seed}:{farm}")
    habit = people.by_email if by_email else people.by_paper
    days = _days(random.random(), people, habit)
    if days is None:
        return Plan()
    channel = _channel(random, habit, by_email=by_email)
    last_word = Wish.PREVIOUS if random.random() < people.loyal else Wish.OTHER
    first = random.randint(days.first, days.last)
    if random.random() >= people.changes or first == people.reminded.last:
        return Plan((_act(random, people, first, channel, last_word),))
    second = random.randint(first + 1, people.reminded.last)
    other = Wish.OTHER if last_word is Wish.PREVIOUS else Wish.PREVIOUS
    return Plan(
        (_act(random, people, first, channel, other), _act(random, people, second, channel, last_word)),
    )


def body_of(act: PlannedAct, previous: BodyId | None, offered: Sequence[BodyId], people: People) -> BodyId:
    """The body that the farmer names, one of `offered`; a previous body that is not offered cannot be kept."""
    if act.wish is Wish.PREVIOUS and previous is not None and previous in offered:
        return previous
    others = sorted(body for body in offered if body != previous) or list(offered)
    bounds = list(accumulate(people.body_weights.get(body, 1 / len(others)) for body in others))
    # Without the last bound, so that rounding cannot lead past the last body.
    return others[bisect(bounds[:-1], act.draw * bounds[-1])]


def _days(drawn: float, people: People, habit: Habit) -> Days | None:
    """When this farmer answers, None for never."""
    for share, days in ((habit.soon, people.soon), (habit.late, people.late), (habit.reminded, people.reminded)):
        if drawn < share:
            return days
        drawn -= share
    return None


def _channel(random: Random, habit: Habit, *, by_email: bool) -> Channel:
    if by_email:
        return Channel.LINK
    return Channel.PAPER if random.random() < habit.slip else Channel.CODE


def _act(random: Random, people: People, days: int, channel: Channel, wish: Wish) -> PlannedAct:
    hour = random.randint(people.hours.first, people.hours.last)
    return PlannedAct(days, hour, channel, wish, random.random())
