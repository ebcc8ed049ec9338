"""What is posted to a dairy: a CloudEvent 1.0 as JSON, signed as the Standard Webhooks specification says.

The secret is recomputed from the house's key and an id that is drawn for each new secret; it is stored nowhere.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scheme.webhook import EventKind

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
PREFIX = "whsec_"


@dataclass(frozen=True)
class Event:
    """A message as it was planned. words: the supplier as the dairy knows it; empty of a test."""

    event_id: str
    kind: EventKind
    at: datetime
    words: Mapping[str, Any]


def secret_of(code_key: bytes, dairy_id: str, secret_id: str) -> str:
    """The secret with this id, as its receiver keeps it: `whsec_` and base64 of 32 bytes."""
    secret = hmac.digest(code_key, f"webhook|{dairy_id}|{secret_id}".encode(), hashlib.sha256)
    return PREFIX + base64.b64encode(secret).decode()


def body_of(event: Event, *, site: str, practice: bool) -> bytes:
    """The CloudEvent as JSON; the same event gives the same bytes."""
    envelope: dict[str, Any] = {
        "specversion": "1.0", "id": event.event_id, "source": site, "type": event.kind.value,
        "time": event.at.isoformat(), "datacontenttype": "application/json",
    }  # fmt: skip
    if practice:
        envelope["practice"] = True
    if number := event.words.get("number"):
        envelope["subject"] = number
    envelope["data"] = _data(event, site)
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()


def headers_of(event_id: str, body: bytes, at: datetime, secrets: Sequence[str]) -> dict[str, str]:
    """Id, moment and signatures of this body; one for each secret, divided by blanks."""
    stamp = str(int(at.timestamp()))
    signatures = " ".join(signature(secret, event_id, stamp, body) for secret in secrets)
    return {
        "content-type": CONTENT_TYPE, "webhook-id": event_id, "webhook-timestamp": stamp,
        "webhook-signature": signatures,
    }  # fmt: skip


def signature(secret: str, event_id: str, stamp: str, body: bytes) -> str:
    """`v1,` and base64 of the HMAC-SHA256 over id, moment and body, divided by full stops."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.digest(key, b".".join((event_id.encode(), stamp.encode(), body)), hashlib.sha256)
    return "v1," + base64.b64encode(signed).decode()


def _data(event: Event, site: str) -> dict[str, Any]:
    """What the directory says of the farm, under the same names, and the dairy's own number for it."""
    if event.kind is EventKind.TEST:
        return {}
    words = event.words
    number = words.get("number")
    known = {
        "number": number, "farm": words["farm"], "municipality": words["city"], "status": words["status"],
        "since": words["since"], "validUntil": words["until"], "supplierNumber": words["supplier_number"],
        "page": None if number is None else f"{site}/c/{number}",
    }  # fmt: skip
    return {name: value for name, value in known.items() if value is not None}
