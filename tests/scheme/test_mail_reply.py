"""Which refusals pass by themselves, so that the same address may take the letter (docs/decisions/0021)."""

import re

import pytest

from scheme.mail_reply import PASSES


@pytest.mark.parametrize(
    ("reply", "passes"),
    [
        ("550 5.2.2 Mailbox full", True),
        ("552-5.2.2 Over quota", True),
        ("552 Over quota", True),
        ("given-up: 452 4.2.2 Over quota", True),
        ("given-up: unreachable", True),
        ("554 5.7.1 Unwanted", True),
        ("550 5.1.1 No such user", False),
        ("550-5.4.1 Recipient address rejected", False),
        ("550 no such user", False),
        ("554 5.1.1 No such user", False),
        ("no-eight-bit", False),
        ("given-up: lost-after-data", False),
    ],
)
def test_the_same_address_may_take_it_later(reply: str, passes: bool) -> None:
    assert (re.search(PASSES, reply) is not None) is passes
