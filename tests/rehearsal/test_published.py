"""What a rehearsal came to, beside the annual report."""

from rehearsal.published import Published, beside
from rehearsal.scenario import expected

REPORT = expected("2025")


def test_letters_and_the_share_of_refusals_stand_beside_those_of_the_report() -> None:
    counted = {"audits.done": 200, "decisions.refusal": 8}
    letters, refused = beside(counted, 982, REPORT)
    assert (letters.published, letters.counted, letters.equal) == (982, 982, True)
    assert refused == Published("certificates.definitively_not_certified", 0.55, 4.0, percent=True)
    assert not refused.equal


def test_where_no_audit_was_held_there_is_no_share() -> None:
    assert [one.key for one in beside({}, 12, REPORT)] == ["inspection_bodies.choice_letters"]
