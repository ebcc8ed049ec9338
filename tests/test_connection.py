"""What reaches Temporal is sealed: nobody reads its store without the key."""

import base64
from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidTag
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.exceptions import ApplicationError

from connection import ENCODING, SealingCodec, SharedPayloadConverter, UnknownKeyError, converter, key_bytes
from scheme.choice import Choice
from tests.world import KEYS, asked

OLD, NEW = b"o" * 32, b"n" * 32
TEXT = base64.urlsafe_b64encode(NEW).decode()
CLEAR = Payload(metadata={"encoding": b"json/plain"}, data=b'"F-000001"')


async def test_an_input_is_sealed_and_opens_as_it_was() -> None:
    data = converter(TEXT)
    (payload,) = await data.encode([asked()])
    assert payload.metadata["encoding"] == ENCODING
    for secret in (b"F-000001", b"choice", b"2025", b"B-01"):
        assert secret not in payload.SerializeToString()
    assert await data.decode([payload], [Choice]) == [asked()]


async def test_the_same_value_is_never_sealed_twice_alike() -> None:
    codec = SealingCodec({"k1": NEW})
    (first,), (second,) = await codec.encode([CLEAR]), await codec.encode([CLEAR])
    assert first.data != second.data
    assert await codec.decode([first, second]) == [CLEAR, CLEAR]


async def test_the_first_key_seals_and_every_key_opens() -> None:
    (old,) = await SealingCodec({"k1": OLD}).encode([CLEAR])
    rotated = SealingCodec({"k2": NEW, "k1": OLD})
    (new,) = await rotated.encode([CLEAR])
    assert (old.metadata["key"], new.metadata["key"]) == (b"k1", b"k2")
    assert await rotated.decode([old, new]) == [CLEAR, CLEAR]


async def test_a_house_that_changed_its_key_reads_what_the_old_one_sealed() -> None:
    before = converter(base64.urlsafe_b64encode(OLD).decode())
    ring = f"k2:{TEXT} k1:{base64.urlsafe_b64encode(OLD).decode()}"
    (old,), (new,) = await before.encode(["x"]), await converter(ring).encode(["x"])
    assert (old.metadata["key"], new.metadata["key"]) == (b"k1", b"k2")
    assert await converter(ring).decode([old, new]) == ["x", "x"]


async def test_an_unknown_key_is_named() -> None:
    (payload,) = await SealingCodec({"k2": NEW}).encode([CLEAR])
    with pytest.raises(UnknownKeyError, match="k2"):
        await SealingCodec({"k1": OLD}).decode([payload])


async def test_a_payload_that_was_touched_does_not_open() -> None:
    codec = SealingCodec({"k1": NEW})
    (payload,) = await codec.encode([CLEAR])
    payload.data = payload.data[:-1] + bytes([payload.data[-1] ^ 1])
    with pytest.raises(InvalidTag):
        await codec.decode([payload])


async def test_a_key_passed_off_as_another_does_not_open() -> None:
    (payload,) = await SealingCodec({"k1": NEW}).encode([CLEAR])
    payload.metadata["key"] = b"k2"
    with pytest.raises(InvalidTag):
        await SealingCodec({"k2": NEW}).decode([payload])


async def test_what_was_never_sealed_is_left_as_it_is() -> None:
    assert await SealingCodec({"k1": NEW}).decode([CLEAR]) == [CLEAR]


async def test_failures_are_sealed_too() -> None:
    data = converter(TEXT)
    failure = Failure()
    await data.encode_failure(ApplicationError("550 hoeve@f1.example", KEYS[1], type="Refused"), failure)
    assert b"hoeve" not in failure.SerializeToString()
    assert KEYS[1].encode() not in failure.SerializeToString()
    opened = await data.decode_failure(failure)
    assert isinstance(opened, ApplicationError)
    assert (opened.message, list(opened.details)) == ("550 hoeve@f1.example", [KEYS[1]])


async def test_dates_and_moments_come_back_as_such() -> None:
    data = converter(TEXT)
    moment = datetime(2025, 1, 15, 8, tzinfo=UTC)
    assert await data.decode(await data.encode([moment]), [datetime]) == [moment]


@pytest.mark.parametrize("text", [TEXT, TEXT.rstrip("=")])
def test_a_key_with_or_without_its_padding(text: str) -> None:
    assert key_bytes(text) == NEW


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="none"),
        pytest.param(TEXT[:20], id="too short"),
        pytest.param(TEXT * 2, id="too long"),
        pytest.param("abcde", id="cut off"),
        pytest.param("sleutel met spaties", id="a sentence"),
        pytest.param("é" * 43, id="another alphabet"),
    ],
)
def test_a_wrong_key_says_which_settings_to_look_at(text: str) -> None:
    with pytest.raises(ValueError, match="32 bytes in base64url: check IKM_PAYLOAD_KEY and IKM_CODE_KEY"):
        key_bytes(text)


def test_what_a_process_has_learned_of_a_type_serves_every_workflow() -> None:
    data = converter(TEXT)
    one, other = data.payload_converter_class(), data.payload_converter_class()
    assert isinstance(one, SharedPayloadConverter)
    assert isinstance(other, SharedPayloadConverter)
    assert one.converters[b"json/plain"] is other.converters[b"json/plain"]
