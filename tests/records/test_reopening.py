"""Later choices in rows: a stop taken back, a wrong body corrected, a farm that joins; counts count what is right."""

from datetime import UTC, date, datetime, timedelta

import pytest

from records.case import CaseRow, ChoiceRow, MemberRow, RoundRow
from records.database import Sessions
from records.letter import LetterRow, LetterState
from records.queries.choice_round import Progress, farms_of, progress
from records.reopening import StillOpenError, open_later
from scheme.choice import Channel
from scheme.choice_heard import Correction, hear
from scheme.choice_round import Country
from scheme.correction import TakeBack, put_right
from scheme.errors import Refusal, Rule
from scheme.farmer_heard import hear as farmer_hears
from scheme.ids import BodyId, CaseId, FarmId, SubmissionId, farmer_case
from scheme.inbox import Opened
from scheme.opening import OpenCorrected, OpenExtra, OpenLater, RunAgain
from scheme.step import Submission
from tests.world import (
    CLOSES_AT,
    KEYS,
    LETTERS_AT,
    ONE,
    SECRETARY,
    STOPPED,
    TWO,
    answer,
    bring_in,
    case_of,
    change,
    choice_row,
    close_choice,
    column,
    farm,
    number,
    run_round,
    stop,
    table,
    the_choice,
    value,
    write,
)

SOON = LETTERS_AT + timedelta(days=10)
LATE = CLOSES_AT + timedelta(days=3)
SECOND, THIRD = the_choice(again=2), the_choice(again=3)
BACK = RunAgain(number(1), SOON, KEYS[3])


async def later(sessions: Sessions, request: OpenLater) -> Opened:
    async with sessions.begin() as session:
        return await open_later(session, request, practice=True)


def meant(
    body: BodyId = TWO, wrong: BodyId = ONE, case: CaseId | None = None, key: SubmissionId = KEYS[3]
) -> OpenCorrected:
    return OpenCorrected(number(1), LATE, key, Correction(case or the_choice(), wrong, body, Channel.PAPER))


async def stop_farm(sessions: Sessions, *, heard: bool = True) -> None:
    """The farm stops, and its choice hears of it unless told."""
    await write(sessions, farmer_hears(await case_of(sessions, farmer_case(number(1))), stop(date(2025, 1, 15))))
    if heard:
        await write(sessions, hear(await case_of(sessions, the_choice()), STOPPED))


async def take_back(sessions: Sessions, request: RunAgain = BACK) -> Opened:
    """As the farm's workflow does it: open, then record."""
    opened = await later(sessions, request)
    asked = Submission(request.opened_by, farmer_case(number(1)), SECRETARY, request.at, TakeBack(date(2025, 1, 15)))
    await write(sessions, put_right(await case_of(sessions, asked.case_id), asked, opened.case_id, opened.refused))
    return opened


async def figures(sessions: Sessions) -> Progress:
    async with sessions() as session:
        found = await progress(session, 2025)
    assert found is not None
    return found


async def letters(sessions: Sessions) -> dict[str, str]:
    return {one.letter_key: one.state for one in await table(sessions, LetterRow) if one.farm_id == number(1)}


async def go_out(sessions: Sessions) -> None:
    await change(sessions, "UPDATE letter SET state = 'handed-over'")


async def open_count(sessions: Sessions) -> int:
    (row,) = await table(sessions, RoundRow)
    return row.open


async def test_a_stop_withdraws_letters_that_have_not_gone_out(world: Sessions) -> None:
    await run_round(world)
    await stop_farm(world)
    assert await letters(world) == {"choice:2025:F-000001:choice": LetterState.WITHDRAWN}
    shown = await figures(world)
    assert (shown.letters, shown.waiting, shown.stopped) == (3, 2, 1)


async def test_what_went_out_before_the_stop_stays_as_it_is(world: Sessions) -> None:
    await run_round(world)
    await go_out(world)
    await stop_farm(world)
    assert await letters(world) == {"choice:2025:F-000001:choice": LetterState.HANDED_OVER}


async def test_a_stop_taken_back_lets_the_choice_run_again_in_the_same_round(world: Sessions) -> None:
    await run_round(world)
    await go_out(world)
    await stop_farm(world)
    assert await open_count(world) == 2
    assert await take_back(world) == Opened(case_id=SECOND)
    row = await choice_row(world, SECOND)
    assert (row.state, row.round_id, row.replaces, row.answer_due) == (
        "asked",
        "choice-round:2025",
        the_choice(),
        date(2025, 2, 14),
    )
    assert (await open_count(world), await value(world, "SELECT standing FROM farm WHERE farm_id = 'F-000001'")) == (
        3,
        "active",
    )
    assert len(await letters(world)) == 1
    shown = await figures(world)
    assert (shown.farms, shown.open, shown.stopped, shown.letters) == (3, 3, 0, 3)
    started = await column(world, "SELECT target FROM outbox WHERE kind = 'start' AND target = :id", id=SECOND)
    assert started == [SECOND]


async def test_a_letter_that_was_withdrawn_is_written_again_and_counted_once(world: Sessions) -> None:
    await run_round(world)
    await stop_farm(world)
    await take_back(world)
    assert await letters(world) == {
        "choice:2025:F-000001:choice": LetterState.WITHDRAWN,
        "choice:2025:F-000001:2:choice": LetterState.PLANNED,
    }
    shown = await figures(world)
    assert (shown.letters, shown.waiting) == (3, 3)
    assert (await choice_row(world, SECOND)).asked_at == SOON


async def test_the_same_request_again_opens_nothing_new(world: Sessions) -> None:
    await run_round(world)
    await stop_farm(world)
    assert await later(world, BACK) == await later(world, BACK) == Opened(case_id=SECOND)
    assert (await open_count(world), len(await table(world, ChoiceRow))) == (3, 4)


async def test_a_choice_that_has_not_heard_of_the_stop_is_waited_for(world: Sessions) -> None:
    await run_round(world)
    await stop_farm(world, heard=False)
    with pytest.raises(StillOpenError):
        await later(world, BACK)


async def test_a_farm_whose_choice_the_stop_had_not_ended_has_nothing_to_run(world: Sessions) -> None:
    await run_round(world)
    await close_choice(world)
    await stop_farm(world, heard=False)
    assert await take_back(world) == Opened()
    assert len(await table(world, ChoiceRow)) == 3


async def test_a_stop_taken_back_after_the_round_is_done(world: Sessions) -> None:
    """The round stays done and is not told so again; the choice that runs again is counted as open."""
    await run_round(world)
    await go_out(world)
    await stop_farm(world)
    for place in (2, 3):
        await close_choice(world, place)
    told = "SELECT count(*) FROM outbox WHERE kind = 'round-done'"
    assert (await open_count(world), await value(world, told)) == (0, 1)
    await take_back(world, RunAgain(number(1), LATE, KEYS[3]))
    assert (await open_count(world), (await figures(world)).open) == (1, 1)
    await write(world, hear(await case_of(world, SECOND), answer(TWO, LATE)))
    assert (await figures(world)).answered == 1


async def test_a_corrected_choice_is_counted_once_as_it_was_meant(world: Sessions) -> None:
    await run_round(world)
    await write(world, hear(await case_of(world, the_choice()), answer(ONE, actor=SECRETARY, channel=Channel.PAPER)))
    await close_choice(world)
    assert await later(world, meant()) == Opened(case_id=SECOND)
    wrong, right = await choice_row(world, the_choice()), await choice_row(world, SECOND)
    assert (wrong.body, wrong.state, right.body, right.state) == (ONE, "chosen", TWO, "chosen")
    shown = await figures(world)
    assert (shown.by_body, shown.answered, shown.by_channel) == ({"Keurpunt 2": 1}, 1, {Channel.PAPER: 1})
    async with world() as session:
        assert [(one.farm_id, one.body) for one in await farms_of(session, 2025)] == [
            (number(1), TWO),
            (number(2), None),
            (number(3), None),
        ]
    assert await open_count(world) == 2
    closed = await value(world, "SELECT closed_at FROM case_file WHERE case_id = :id", id=SECOND)
    assert closed == LATE
    assert await column(world, "SELECT 1 FROM outbox WHERE target = :id", id=SECOND) == []


async def test_an_assignment_that_was_wrong_is_told_by_letter(world: Sessions) -> None:
    await run_round(world)
    await close_choice(world)
    await go_out(world)
    await later(world, meant())
    (told,) = [one for one in await table(world, LetterRow) if one.kind == "correction"]
    assert (told.letter_key, told.words["default_body"]) == ("choice:2025:F-000001:2:correction", "Keurpunt 2")
    shown = await figures(world)
    assert (shown.assigned, shown.answered, shown.letters) == (0, 1, 3)


async def test_an_assignment_that_has_not_gone_out_is_withdrawn_instead(world: Sessions) -> None:
    await run_round(world)
    await go_out(world)
    await close_choice(world)
    await later(world, meant())
    assert (await letters(world))["choice:2025:F-000001:assignment"] == LetterState.WITHDRAWN
    assert "choice:2025:F-000001:2:correction" not in await letters(world)


async def test_a_correction_of_a_correction(world: Sessions) -> None:
    await run_round(world)
    await close_choice(world)
    await go_out(world)
    await later(world, meant())
    past = meant(ONE, TWO, the_choice(), KEYS[4])
    assert await later(world, past) == Opened(refused=Refusal(Rule.CHANGED_MEANWHILE))
    assert await later(world, meant(ONE, TWO, SECOND, KEYS[5])) == Opened(case_id=THIRD)
    states = await letters(world)
    assert states["choice:2025:F-000001:2:correction"] == LetterState.WITHDRAWN
    assert states["choice:2025:F-000001:3:correction"] == LetterState.PLANNED
    assert (await figures(world)).by_body == {"Keurpunt 1": 1}


async def test_a_revoked_code_stays_revoked_in_the_choice_that_runs_again(world: Sessions) -> None:
    await run_round(world)
    await change(world, "UPDATE choice SET code_version = 2 WHERE case_id = :id", id=the_choice())
    await stop_farm(world)
    await take_back(world)
    (letter,) = [one for one in await table(world, LetterRow) if one.case_id == SECOND]
    assert ((await choice_row(world, SECOND)).code_version, letter.code_version) == (2, 2)


def extra(place: int, at: datetime = SOON) -> OpenExtra:
    return OpenExtra(number(place), at, KEYS[place])


async def test_an_extra_farm_joins_the_round_with_days_of_its_own(world: Sessions) -> None:
    await run_round(world)
    await bring_in(world, [farm(4, expires_on=date(2028, 5, 1))])
    assert await later(world, extra(4)) == Opened(case_id=the_choice(4))
    row = await choice_row(world, the_choice(4))
    assert (row.round_id, row.answer_due) == ("choice-round:2025", date(2025, 2, 24))
    assert ((await figures(world)).farms, await open_count(world)) == (4, 4)
    assert await later(world, extra(4)) == Opened(case_id=the_choice(4))


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        pytest.param({"country": Country.NL}, Rule.DUTCH_FARM, id="Dutch"),
        pytest.param({"expires_on": None}, Rule.NO_CERTIFICATE, id="no certificate"),
        pytest.param({"choice_made_on": date(2024, 12, 1)}, Rule.ALREADY_CHOSEN, id="chose already"),
    ],
)
async def test_an_extra_farm_is_told_why_not(world: Sessions, changes: dict[str, object], rule: Rule) -> None:
    await run_round(world)
    await bring_in(world, [farm(4, **changes)])
    refused = (await later(world, extra(4))).refused
    assert refused is not None
    assert refused.rule is rule
    assert (await figures(world)).farms == 3


async def test_a_farm_that_was_asked_is_told_so(world: Sessions) -> None:
    await run_round(world)
    assert await later(world, extra(1)) == Opened(refused=Refusal(Rule.ALREADY_ASKED, date(2025, 1, 15)))


async def test_without_a_running_round_nobody_joins(world: Sessions) -> None:
    none = Opened(refused=Refusal(Rule.NO_RUNNING_ROUND, date(2025, 1, 25)))
    assert await later(world, extra(1)) == none
    await run_round(world)
    for place in (1, 2, 3):
        await close_choice(world, place)
    await bring_in(world, [farm(4)])
    assert (await later(world, extra(4))).refused == Refusal(Rule.NO_RUNNING_ROUND, date(2025, 1, 25))


async def test_a_farm_that_a_rule_had_left_out_is_no_longer_counted_as_refused(world: Sessions) -> None:
    await run_round(world)
    await bring_in(world, [farm(4)])
    left_out = (
        "INSERT INTO choice_round_member VALUES ('choice-round:2025', 'F-000004', 4, 'B-01', 'B-01', 'farm-stopped')"
    )
    await change(world, left_out)
    await change(world, "UPDATE choice_round SET farms = 4, refused = 1")
    assert (await later(world, extra(4))).refused is None
    assert [one.refused for one in await table(world, MemberRow)] == [None] * 4
    (row,) = await table(world, RoundRow)
    assert (row.farms, row.open, row.refused) == (4, 4, 0)
    assert FarmId("F-000004") == number(4)
    assert len([one for one in await table(world, CaseRow) if one.kind == "choice"]) == 4
    assert datetime.now(UTC) > SOON
