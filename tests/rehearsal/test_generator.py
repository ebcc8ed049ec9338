"""The invented register: the same for a seed, right by the register's own rules, asked by the rulebook's."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from rehearsal.register import generate, main, write
from rehearsal.scenario import expected, scaled, scenario
from scheme.choice_round import Body, Candidate, Country, members, recognised, selected
from scheme.days import add_months, start_of_day
from scheme.farmer import registered
from scheme.register import read_bodies, read_farms
from scheme.register_line import BodyLine, FarmLine
from scheme.rules import rules_on

YEAR = scenario("2025")
LETTERS_ON = YEAR.register.letters_on


@pytest.fixture(scope="module")
def whole() -> tuple[list[BodyLine], list[FarmLine]]:
    """The register of the year, from seed 1."""
    return generate(YEAR, 1)


def candidate(farm: FarmLine) -> Candidate:
    """The farm as the selection looks at it."""
    return Candidate(
        farm_id=farm.farm_id,
        country=farm.country,
        takes_part=True,
        expires_on=farm.expires_on,
        previous_body=farm.inspection_body,
        choice_made_on=farm.choice_made_on,
    )


def asked(farms: list[FarmLine]) -> list[FarmLine]:
    """The farms that the rulebook's own round writes to."""
    return [farm for farm in farms if selected(candidate(farm), LETTERS_ON, rules_on(LETTERS_ON))]


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    small = scaled(YEAR, 200)
    for folder, seed in (("a", 7), ("b", 7), ("c", 8)):
        write(tmp_path / folder, *generate(small, seed))
    first, second, other = ((tmp_path / folder / "farms.csv").read_bytes() for folder in "abc")
    assert first == second != other
    assert b"\r" not in first
    assert (tmp_path / "a/bodies.csv").read_bytes() == (tmp_path / "b/bodies.csv").read_bytes()


@pytest.mark.parametrize("seed", [1, 2])
def test_982_of_3332_by_the_rulebook(seed: int) -> None:
    bodies, farms = generate(YEAR, seed)
    written_to = asked(farms)
    assert (len(farms), len(written_to), len(bodies)) == (3332, 982, 5)
    assert all(farm.country is Country.BE for farm in written_to)
    assert sum(farm.country is Country.NL for farm in farms) == 22


@pytest.mark.parametrize(
    ("farms", "dutch", "round_farms"), [(1, 0, 0), (3, 0, 1), (20, 1, 6), (200, 1, 59), (6664, 44, 1964)]
)
def test_other_sizes(farms: int, dutch: int, round_farms: int) -> None:
    _, found = generate(scaled(YEAR, farms), 3)
    assert (len(found), sum(farm.country is Country.NL for farm in found), len(asked(found))) == (
        farms,
        dutch,
        round_farms,
    )


def test_the_files_read_back_without_a_problem(whole: tuple[list[BodyLine], list[FarmLine]], tmp_path: Path) -> None:
    write(tmp_path, *whole)
    bodies = read_bodies((tmp_path / "bodies.csv").read_text(encoding="utf-8"))
    farms = read_farms((tmp_path / "farms.csv").read_text(encoding="utf-8"), {body.body_id for body in bodies.lines})
    assert (bodies.problems, farms.problems) == ((), ())
    assert (list(bodies.lines), list(farms.lines)) == whole


def test_what_belongs_to_one_farm_only(whole: tuple[list[BodyLine], list[FarmLine]]) -> None:
    farms = whole[1]
    for name in ("farm_id", "enterprise_number", "herd_number", "certificate_number"):
        assert len({getattr(farm, name) for farm in farms}) == len(farms), name
    emails = [farm.email for farm in farms if farm.email is not None]
    assert len(set(emails)) == len(emails)
    assert all(email.endswith(".example") for email in emails)


def test_check_digits(whole: tuple[list[BodyLine], list[FarmLine]]) -> None:
    for farm in whole[1]:
        if farm.country is Country.BE:
            number = farm.enterprise_number or ""
            assert len(number) == 10
            assert (int(number[:8]) + int(number[8:])) % 97 == 0


def test_shares(whole: tuple[list[BodyLine], list[FarmLine]]) -> None:
    farms = whole[1]
    assert round(100 * sum(farm.email is not None for farm in farms) / len(farms)) == 78
    languages = Counter(farm.language for farm in farms)
    assert languages == {"nl": 3212 + 22, "fr": 59, "de": 23, "en": 16}


def test_certificates_run_36_or_18_months_and_began_before_the_register(
    whole: tuple[list[BodyLine], list[FarmLine]],
) -> None:
    months: Counter[int] = Counter()
    for farm in whole[1]:
        assert farm.certificate_from is not None
        assert farm.certificate_from <= date(2025, 1, 1)
        lengths = [length for length in (18, 36) if add_months(farm.certificate_from, length) == farm.expires_on]
        months.update(lengths)
    assert months == {36: 3182, 18: 150}


def test_the_rank_rule_has_work(whole: tuple[list[BodyLine], list[FarmLine]]) -> None:
    bodies = recognised((Body(b.body_id, b.recognised_from, b.recognised_until) for b in whole[0]), LETTERS_ON)
    found = members(map(candidate, whole[1]), bodies, LETTERS_ON, rules_on(LETTERS_ON))
    assert bodies == ("B-01", "B-02", "B-03", "B-04")
    by_rank = Counter(member.default_body for member in found if member.previous_body not in bodies)
    assert by_rank == {"B-01": 12, "B-02": 12, "B-03": 12, "B-04": 12}


def test_no_farm_asks_for_itself_before_the_next_round(whole: tuple[list[BodyLine], list[FarmLine]]) -> None:
    """Farms that wait for their audit chose in the round before; those of later rounds come into the window in 2026."""
    clock = start_of_day(YEAR.register.clock)
    outside = {farm.farm_id for farm in whole[1]} - {farm.farm_id for farm in asked(whole[1])}
    for farm in whole[1]:
        step = registered(
            farm.farm_id,
            clock,
            rules_on(YEAR.register.clock),
            expires_on=farm.expires_on,
            choice_made_on=farm.choice_made_on,
            writes_choice=farm.country is Country.BE,
            practice=True,
        )
        due = step.case.choice_due
        assert due is None or farm.farm_id not in outside or due >= date(2026, 1, 15)


def test_the_command_writes_both_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--farms", "20", "--seed", "5", "--out", str(tmp_path), "--scenario", "2025"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bodies.csv", "farms.csv"]
    assert capsys.readouterr().out == f"20 farms and 5 inspection bodies are in {tmp_path}\n"


def test_what_is_expected_stands_apart() -> None:
    assert expected("2025") == {
        "inspection_bodies.choice_letters": 982,
        "certificates.definitively_not_certified": 5,
        "sustainability_monitor.periodic_audits": 903,
    }
    assert not hasattr(YEAR, "expected")
