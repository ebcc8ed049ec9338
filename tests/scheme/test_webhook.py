"""Where a dairy may be told by machine, what its answers mean, and how often a message is tried."""

from datetime import timedelta

import pytest

from scheme.errors import Rule, RuleViolationError
from scheme.webhook import RETRIES, DeliveryTrouble, answered, check_address, may_reach, next_try


@pytest.mark.parametrize(
    ("url", "rule", "in_practice"),
    [
        pytest.param("https://dairy.example/ikm?to=1", None, Rule.WEBHOOK_PRACTICE, id="a host outside"),
        pytest.param("https://dairy.example:8443/ikm", None, Rule.WEBHOOK_PRACTICE, id="a port of its own"),
        pytest.param("http://dairy.example/", Rule.WEBHOOK_ADDRESS, Rule.WEBHOOK_PRACTICE, id="in clear"),
        pytest.param("http://127.0.0.1:9000/", Rule.WEBHOOK_ADDRESS, None, id="this machine in clear"),
        pytest.param("https://localhost/", Rule.WEBHOOK_PRIVATE, None, id="this machine by name"),
        pytest.param("https://[::1]/", Rule.WEBHOOK_PRIVATE, None, id="this machine, IPv6"),
        pytest.param("https://10.0.0.8/", Rule.WEBHOOK_PRIVATE, Rule.WEBHOOK_PRACTICE, id="private"),
        pytest.param("https://169.254.169.254/", Rule.WEBHOOK_PRIVATE, Rule.WEBHOOK_PRACTICE, id="link-local"),
        pytest.param(
            "https://u:p@dairy.example/", Rule.WEBHOOK_ADDRESS, Rule.WEBHOOK_ADDRESS, id="a name and password"
        ),
        pytest.param("https://dairy.example/#a", Rule.WEBHOOK_ADDRESS, Rule.WEBHOOK_ADDRESS, id="a fragment"),
        pytest.param("https://dairy.example:no/", Rule.WEBHOOK_ADDRESS, Rule.WEBHOOK_ADDRESS, id="no port"),
        pytest.param("https://dairy.example/a b", Rule.WEBHOOK_ADDRESS, Rule.WEBHOOK_ADDRESS, id="a blank"),
        pytest.param("dairy.example", Rule.WEBHOOK_ADDRESS, Rule.WEBHOOK_ADDRESS, id="no address"),
        pytest.param("https://d.example/" + "x" * 500, Rule.WEBHOOK_ADDRESS, Rule.WEBHOOK_ADDRESS, id="too long"),
    ],
)
def test_an_address_is_public_and_encrypted_and_practice_stays_here(
    url: str, rule: Rule | None, in_practice: Rule | None
) -> None:
    assert (refused(url, practice=False), refused(url, practice=True)) == (rule, in_practice)


def refused(url: str, *, practice: bool) -> Rule | None:
    try:
        check_address(url, practice=practice)
    except RuleViolationError as violation:
        return violation.refusal.rule
    return None


@pytest.mark.parametrize(
    ("address", "for_real", "in_practice"),
    [
        pytest.param("93.184.215.14", True, False, id="public"),
        pytest.param("2606:2800:21f:cb07::1", True, False, id="public, IPv6"),
        pytest.param("127.0.0.1", False, True, id="this machine"),
        pytest.param("::1", False, True, id="this machine, IPv6"),
        pytest.param("192.168.1.4", False, False, id="private"),
        pytest.param("100.64.0.1", False, False, id="of a provider"),
        pytest.param("fe80::1%eth0", False, False, id="link-local, IPv6"),
        pytest.param("fd00::1", False, False, id="private, IPv6"),
        pytest.param("224.0.0.1", False, False, id="to many"),
        pytest.param("0.0.0.0", False, False, id="none"),  # noqa: S104  # nobody listens there
        pytest.param("::ffff:10.0.0.1", False, False, id="private, written as IPv6"),
        pytest.param("64:ff9b::a00:1", False, False, id="private, through NAT64"),
        pytest.param("2002:a00:1::", False, False, id="private, 6to4"),
    ],
)
def test_what_a_name_leads_to_is_public_or_in_practice_this_machine(
    address: str, for_real: bool, in_practice: bool
) -> None:
    assert (may_reach(address, practice=False), may_reach(address, practice=True)) == (for_real, in_practice)


@pytest.mark.parametrize(
    ("http_status", "trouble", "of_the_address"),
    [
        pytest.param(204, None, False, id="taken"),
        pytest.param(308, DeliveryTrouble.REDIRECTED, True, id="redirected"),
        pytest.param(400, DeliveryTrouble.ANSWERED, False, id="this one is not understood"),
        pytest.param(410, DeliveryTrouble.GONE, False, id="gone"),
        pytest.param(429, DeliveryTrouble.ANSWERED, True, id="too many"),
        pytest.param(503, DeliveryTrouble.ANSWERED, True, id="broken"),
    ],
)
def test_what_an_answer_means(http_status: int, trouble: DeliveryTrouble | None, of_the_address: bool) -> None:
    answer = answered(http_status)
    assert (answer.trouble, answer.of_the_address) == (trouble, of_the_address)


def test_ten_attempts_at_growing_distance_in_a_little_over_three_days() -> None:
    assert [next_try(attempts) for attempts in range(1, 11)] == [*RETRIES, None]
    assert list(RETRIES) == sorted(RETRIES)
    assert timedelta(days=3) < sum(RETRIES, timedelta()) < timedelta(days=4)
