"""What went wrong is put right on the real parts: both facts stay, the round counts the corrected one."""

from datetime import UTC, date, datetime

from sqlmodel import select

from records.case import ChoiceRow
from records.letter import LetterRow
from records.queries.choice_round import progress
from records.receiving import receive
from scheme.choice import Channel
from scheme.choice_heard import Answer, Correction
from scheme.choice_round import Start
from scheme.correction import TakeBack
from scheme.errors import Refusal, Rule
from scheme.extra_farm import Join
from scheme.ids import CALENDAR, CaseId, farmer_case
from scheme.inbox import Facts
from scheme.step import Outcome
from scheme.stopping import Stop
from tests.house import House
from tests.world import FARMS, ONE, SECRETARY, TWO, bring_in, farm, number, the_choice

DONE = datetime(2025, 3, 1, 8, tzinfo=UTC)


async def ask(house: House, case_id: CaseId, facts: Facts) -> Outcome:
    """The secretary hands it in, with a reason."""
    return await house.hand_in(await receive(house.sessions, case_id, SECRETARY, facts, words={"reason": "vergissing"}))


async def test_what_went_wrong_is_put_right(house: House) -> None:
    await bring_in(house.sessions, [*FARMS, farm(4, expires_on=date(2028, 5, 1))])
    await house.settle()
    await house.play(datetime(2025, 1, 15, 8, tzinfo=UTC))
    await ask(house, CALENDAR, Start(2025))
    await house.settle()
    await house.print_letters()
    await house.play(datetime(2025, 1, 20, 8, tzinfo=UTC))
    hers = farmer_case(number(1))
    await ask(house, the_choice(1), Answer(TWO, Channel.PAPER))
    # The stop is taken back at once: the farm waits until its choice has heard of it.
    assert await ask(house, hers, Stop(date(2025, 1, 20))) == Outcome()
    assert await ask(house, hers, TakeBack(date(2025, 1, 20))) == Outcome()
    assert await ask(house, hers, TakeBack(date(2025, 1, 20))) == Outcome(Refusal(Rule.NOTHING_TO_CORRECT))
    assert await ask(house, farmer_case(number(4)), Join(2025)) == Outcome()
    assert await ask(house, farmer_case(number(2)), Join(2025)) == Outcome(
        Refusal(Rule.ALREADY_ASKED, date(2025, 1, 15))
    )
    await house.play(DONE)
    overlooked = Correction(the_choice(2), ONE, TWO, Channel.PAPER)
    assert await ask(house, farmer_case(number(2)), overlooked) == Outcome()
    await house.settle()
    async with house.sessions() as session:
        choices = {row.case_id: (row.state, row.body) for row in await session.exec(select(ChoiceRow))}
        sent = [row.letter_key for row in await session.exec(select(LetterRow)) if row.kind == "correction"]
        shown = await progress(session, 2025)
    assert choices == {
        the_choice(1): ("stopped", TWO),
        the_choice(1, 2): ("chosen", TWO),
        the_choice(2): ("assigned", ONE),
        the_choice(2, 2): ("chosen", TWO),
        the_choice(3): ("assigned", ONE),
        the_choice(4): ("assigned", ONE),
    }
    assert sent == ["choice:2025:F-000002:2:correction"]
    assert shown is not None
    assert (shown.state, shown.farms, shown.answered, shown.assigned, shown.stopped) == ("done", 4, 2, 2, 0)
    assert shown.by_body == {"Keurpunt 1": 2, "Keurpunt 2": 2}
