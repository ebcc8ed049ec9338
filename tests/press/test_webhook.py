"""What is posted to a dairy, and its signature."""

import json
from datetime import UTC, datetime

from press.webhook import Event, body_of, headers_of, secret_of, signature
from scheme.webhook import EventKind

AT = datetime(2025, 12, 5, 8, 30, tzinfo=UTC)
WORDS = {
    "farm": "Hoeve Ten Bos", "city": "Gent", "supplier_number": "S1", "number": "IKM-2025-000001",
    "status": "suspended", "since": "2025-12-05", "until": "2028-12-01",
}  # fmt: skip


def test_it_is_signed_as_the_specification_shows() -> None:
    """The example that the specification's own libraries are tested with."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # of the specification
    signed = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_event_says_what_the_directory_says_and_the_dairys_own_number() -> None:
    event = Event("msg_1", EventKind.STATUS_CHANGED, AT, WORDS)
    assert json.loads(body_of(event, site="http://ikm.test", practice=False)) == {
        "specversion": "1.0", "id": "msg_1", "source": "http://ikm.test", "type": "be.ikm.certificate.status-changed",
        "time": "2025-12-05T08:30:00+00:00", "datacontenttype": "application/json", "subject": "IKM-2025-000001",
        "data": {
            "number": "IKM-2025-000001", "farm": "Hoeve Ten Bos", "municipality": "Gent", "status": "suspended",
            "since": "2025-12-05", "validUntil": "2028-12-01", "supplierNumber": "S1",
            "page": "http://ikm.test/c/IKM-2025-000001",
        },
    }  # fmt: skip


def test_a_farm_without_a_certificate_has_no_subject_and_practice_says_so() -> None:
    lost = WORDS | dict.fromkeys(("number", "status", "since", "until", "supplier_number"))
    event = json.loads(
        body_of(Event("msg_2", EventKind.STATUS_CHANGED, AT, lost), site="http://ikm.test", practice=True)
    )
    assert (event["practice"], "subject" in event) == (True, False)
    assert event["data"] == {"farm": "Hoeve Ten Bos", "municipality": "Gent"}


def test_each_secret_signs_once_and_none_is_anothers() -> None:
    key = b"k" * 32
    secrets = [secret_of(key, "D-001", "a"), secret_of(key, "D-001", "b")]
    assert len({*secrets, secret_of(key, "D-002", "a"), secret_of(b"l" * 32, "D-001", "a")}) == 4
    headers = headers_of("msg_1", b"{}", AT, secrets)
    assert headers["webhook-signature"].split() == [signature(one, "msg_1", "1764923400", b"{}") for one in secrets]
