"""The Temporal client every process uses: one data converter, one codec, settings from TEMPORAL_*.

Payloads are sealed with AES-256-GCM under a key named in each payload; failures are encoded with them, so that
nothing a workflow carries can be read in Temporal's store without the key.
"""

import base64
import os
from collections.abc import Sequence
from contextlib import suppress

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)
from temporalio.envconfig import ClientConfig

from settings import Settings

ENCODING = b"binary/aes-256-gcm"
KEY_BYTES = 32
# The name of a key that was given none.
FIRST_KEY = "k1"
NONCE_BYTES = 12
# One set for the whole process: what they know of a type is learned once.
_CONVERTERS = tuple(PydanticPayloadConverter().converters.values())


class SharedPayloadConverter(CompositePayloadConverter):
    """Pydantic's converter for dataclasses and dates; every instance shares what any has learned of a type.

    The SDK makes an instance for each workflow it holds, and pydantic's own would read each type anew for each.
    """

    def __init__(self) -> None:
        super().__init__(*_CONVERTERS)


class UnknownKeyError(Exception):
    """Raised when a payload was sealed with a key this process does not have."""


class SealingCodec(PayloadCodec):
    """Seals every payload; opens what it sealed, leaves the rest as it is.

    keys: key id to 32 bytes; the first one seals, all of them open (key rotation).
    """

    def __init__(self, keys: dict[str, bytes]) -> None:
        self._keys = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._sealing = next(iter(keys))

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Seal each payload with the first key."""
        return [self._seal(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Open each payload that this codec sealed."""
        return [self._open(payload) for payload in payloads]

    def _seal(self, payload: Payload) -> Payload:
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._keys[self._sealing].encrypt(nonce, payload.SerializeToString(), self._sealing.encode())
        return Payload(metadata={"encoding": ENCODING, "key": self._sealing.encode()}, data=nonce + sealed)

    def _open(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        key_id = payload.metadata["key"].decode()
        if key_id not in self._keys:
            raise UnknownKeyError(key_id)
        data = payload.data
        return Payload.FromString(self._keys[key_id].decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], key_id.encode()))


def key_bytes(text: str) -> bytes:
    """32 bytes from base64url. Raises ValueError, naming the remedy, when it is anything else."""
    key = b""
    with suppress(ValueError):
        key = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if len(key) != KEY_BYTES:
        message = "a key is 32 bytes in base64url: check IKM_PAYLOAD_KEY and IKM_CODE_KEY"
        raise ValueError(message)
    return key


def key_ring(text: str) -> dict[str, bytes]:
    """Keys by name, the one that seals first: one key alone is k1, several are `k2:… k1:…` (key rotation).

    Raises ValueError as `key_bytes` does, also where there is none.
    """
    named = [word.rpartition(":") for word in text.split() or [""]]
    return {name or FIRST_KEY: key_bytes(key) for name, _, key in named}


def converter(payload_key: str) -> DataConverter:
    """Payloads of dataclasses and dates, sealed by the codec, failures included."""
    return DataConverter(
        payload_converter_class=SharedPayloadConverter,
        payload_codec=SealingCodec(key_ring(payload_key)),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


async def connect(settings: Settings, *, lazy: bool = False) -> Client:
    """A client; with `lazy` it connects at the first call, so that a web process starts without Temporal."""
    config = ClientConfig.load_client_connect_config()
    config["target_host"] = settings.temporal_address
    config["namespace"] = settings.temporal_namespace
    if api_key := settings.temporal_api_key.get_secret_value():
        config["api_key"] = api_key
        # Never in the clear, unless TEMPORAL_TLS says so.
        config.setdefault("tls", True)
    data_converter = converter(settings.payload_key.get_secret_value())
    return await Client.connect(**config, data_converter=data_converter, lazy=lazy)
