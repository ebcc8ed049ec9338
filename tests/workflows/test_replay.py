"""Cases that began under older code go on: each recorded history replays, and decides today what it decided then."""

import hashlib

import pytest

from scheme import choice
from scheme.days import end_of_day
from tests.histories.replay import HERE, agree, expected, listed, load, replay, same

NEVER_AGAIN = (
    "A history is never recorded again: cases that run hold such histories. A change that breaks one needs "
    "workflow.patched, or a field with a default, and a new history beside the old one."
)
NAMES = sorted(listed())
PATHS = {
    "choice-answered", "choice-changed", "choice-never", "choice-late", "choice-stopped", "choice-out-of-order",
    "choice-for-real-answered", "choice-for-real-changed", "choice-for-real-never", "choice-for-real-late",
    "choice-for-real-stopped", "choice-for-real-out-of-order", "farmer-life-1", "farmer-life-2", "farmer-window",
    "choice-corrected", "choice-runs-again", "farmer-put-right",
    "audit-returned-proof", "audit-overdue", "audit-taken-back", "audit-replaced", "audit-for-real",
    "certification-issued", "certification-refused", "certification-tied", "certification-for-real",
    "farmer-with-an-audit-1", "farmer-with-an-audit-2", "choice-again", "farmer-again", "choice-round-of-three", "calendar-asked", "post-sending",
    "status-lifted", "status-tied", "status-late", "status-for-real", "status-stopped",
    "farm-change-passed", "farmer-taken-over", "audit-taken-over",
}  # fmt: skip


def test_every_path_has_its_history() -> None:
    assert set(NAMES) >= PATHS


@pytest.mark.parametrize("name", NAMES)
def test_it_is_as_it_was_recorded(name: str) -> None:
    for ending, sha256 in zip(("json", "expected.json"), listed()[name], strict=True):
        file = HERE / f"{name}.{ending}"
        assert file.exists(), f"{file.name} is gone. {NEVER_AGAIN}"
        assert hashlib.sha256(file.read_bytes()).hexdigest() == sha256, f"{file.name} changed. {NEVER_AGAIN}"


def test_the_index_names_every_file() -> None:
    assert {file.name for file in HERE.glob("*.json")} == {
        f"{name}.{ending}" for name in NAMES for ending in ("json", "expected.json")
    }


@pytest.mark.parametrize("name", NAMES)
async def test_it_replays_and_decides_the_same(name: str) -> None:
    history = load(name)
    decided = await replay(history)
    assert same(decided, expected(name)), NEVER_AGAIN
    assert agree(decided, history)


@pytest.mark.parametrize(
    ("name", "differs"),
    [
        pytest.param("choice-changed", "record", id="the deadline's row"),
        pytest.param("choice-for-real-never", "timer until", id="the timer"),
    ],
)
async def test_a_changed_rule_is_noticed_though_it_replays(
    monkeypatch: pytest.MonkeyPatch, name: str, differs: str
) -> None:
    """Each last day ends an hour earlier: Temporal replays it without a word."""
    history = load(name)
    monkeypatch.setattr(choice, "end_of_day", lambda day: end_of_day(day).replace(minute=0, hour=20))
    decided = await replay(history)
    changed = [then for then, now in zip(expected(name), decided, strict=True) if not same(now, then)]
    assert differs in {kind for decision in changed for kind in decision}
