"""What a report asks, what an item takes, and what keeps it from being handed in."""

import pytest

from scheme.audit_report import (
    AUDITED_ON,
    SURROUNDINGS,
    SURROUNDINGS_ASKED,
    Answer,
    Assessment,
    Checklist,
    Item,
    ItemKind,
    Lack,
    average,
    findings,
    lack_of,
    missing,
    scores_of,
    value_in,
)
from scheme.requirement_example import example_lists

LIST_12 = example_lists()[-1]
EDITION_12 = Checklist(LIST_12.modules, LIST_12.requirements)
MET = {item: Answer("met") for item in EDITION_12.items}
COMPLETE = MET | {
    AUDITED_ON: Answer("2026-05-04"), SURROUNDINGS: Answer("good"),
    Item("score-H2"): Answer("80"), Item("score-H3"): Answer("71"), Item("score-H4"): Answer("60"),
}  # fmt: skip


def test_every_requirement_is_asked_once_and_hygiene_its_surroundings_and_scores_too() -> None:
    assert EDITION_12.modules == tuple("ABCDEFGH")
    assert len(set(EDITION_12.items)) == len(EDITION_12.items) == len(EDITION_12.lines) + 5
    hygiene = ("surroundings", "score-H2", "score-H3", "score-H4", "H1", "H2", "H3", "H4", "H5", "H6")
    assert EDITION_12.items_of("H") == hygiene


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (ItemKind.ASSESSMENT, " not-met ", "not-met"),
        (ItemKind.ASSESSMENT, "", ""),
        (ItemKind.SURROUNDINGS, "bad", "bad"),
        (ItemKind.SCORE, "007", "7"),
        (ItemKind.SCORE, "100", "100"),
        (ItemKind.DAY, "2026-05-04", "2026-05-04"),
    ],
)
def test_what_an_item_takes(kind: ItemKind, typed: str, kept: str) -> None:
    assert value_in(kind, typed) == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (ItemKind.ASSESSMENT, "good"), (ItemKind.SURROUNDINGS, "met"), (ItemKind.SCORE, "101"), (ItemKind.SCORE, "-1"),
        (ItemKind.SCORE, "٧"), (ItemKind.SCORE, "7.5"), (ItemKind.DAY, "4 mei"),
    ],
)  # fmt: skip
def test_what_an_item_does_not_take(kind: ItemKind, typed: str) -> None:
    with pytest.raises(ValueError):
        value_in(kind, typed)


def test_a_complete_report_lacks_nothing_and_its_score_is_the_average() -> None:
    assert missing(EDITION_12, COMPLETE) == ()
    assert (average(scores_of(EDITION_12, COMPLETE)), average((1, 2)), average(())) == (70, 2, None)


@pytest.mark.parametrize(
    ("answer", "lack"),
    [
        pytest.param(None, Lack.UNANSWERED, id="nothing"),
        pytest.param(Answer("", "words alone"), Lack.UNANSWERED, id="words without an assessment"),
        pytest.param(Answer("not-assessed", "later"), Lack.PUT_ASIDE, id="put aside"),
        pytest.param(Answer("not-met", " "), Lack.NO_WORDS, id="a finding without words"),
        pytest.param(Answer("not-met", "dirty"), None, id="a finding"),
        pytest.param(Answer("not-applicable"), None, id="not applicable"),
    ],
)
def test_what_a_assessment_lacks(answer: Answer | None, lack: Lack | None) -> None:
    assert lack_of(Item("A1"), {} if answer is None else {Item("A1"): answer}) is lack


@pytest.mark.parametrize(
    ("surroundings", "asked", "lack"),
    [
        pytest.param(Answer("bad"), "not-met", Lack.NO_WORDS, id="bad costs the certificate: it needs words"),
        pytest.param(Answer("bad", "rats"), "met", Lack.OTHERWISE, id="bad, and the requirement about it is met"),
        pytest.param(Answer("bad", "rats"), "not-applicable", Lack.OTHERWISE, id="bad, and it has no place here"),
        pytest.param(Answer("bad", "rats"), "not-met", None, id="bad, with the finding that goes with it"),
        pytest.param(Answer("good"), "not-met", None, id="one shortcoming does not make all of it bad"),
    ],
)
def test_bad_surroundings_need_words_and_their_finding(surroundings: Answer, asked: str, lack: Lack | None) -> None:
    answers = COMPLETE | {SURROUNDINGS: surroundings, SURROUNDINGS_ASKED: Answer(asked, "waste behind the stable")}
    assert [one.lack for one in missing(EDITION_12, answers)] == ([] if lack is None else [lack])


def test_findings_carry_the_grade_of_the_list() -> None:
    dirty = COMPLETE | {Item("H3"): Answer(Assessment.NOT_MET, "dirty")}
    assert [(one.number, one.grade.value, one.visual) for one in findings(EDITION_12, dirty)] == [("H3", "B", True)]
