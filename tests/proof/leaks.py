"""The search for what must not be there: names, addresses, codes, keys, passwords in Temporal's store or a log line."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.client import Client

from connection import converter, key_bytes
from parts.secrets import read_environment
from press.codes import link_token, typed_code
from scheme.ids import FarmId, choice_case
from scheme.register import read_farms
from scheme.register_line import FarmLine
from tests.stage import Stage

PLANTED_QUEUE = "nobody-listens-here"
AT_ONCE = 16
TABLE = "│"


async def leaks_of(stage: Stage) -> tuple[bool, list[str]]:
    """Whether a planted name is found by this search, and everything else that it finds."""
    env = read_environment(stage.var / "env")
    client = await Client.connect(env["TEMPORAL_ADDRESS"], data_converter=converter(env["IKM_PAYLOAD_KEY"]))
    farms = list(read_farms((stage.var / "register" / "farms.csv").read_text(), {f"B-0{n}" for n in range(1, 6)}).lines)
    secrets = [text for farm in farms for text in secrets_of(farm, key_bytes(env["IKM_CODE_KEY"]))]
    secrets += [env["IKM_PAYLOAD_KEY"], env["IKM_CODE_KEY"], *stage.people().values(), *passwords_in(env)]
    clean = found_in(await text_of(client, stage.var), secrets)
    await client.start_workflow(
        "Planted", args=[{"note": f"call {farms[0].holder}"}], id="planted", task_queue=PLANTED_QUEUE
    )
    planted = found_in(await text_of(client, stage.var), secrets)
    await client.get_workflow_handle("planted").terminate()
    return farms[0].holder in planted, clean


def secrets_of(farm: FarmLine, key: bytes) -> Iterator[str]:
    """What a farm could be known by, and its letter's codes."""
    given = (
        farm.name, farm.holder, farm.street, farm.email, farm.phone, farm.enterprise_number, farm.herd_number,
        farm.certificate_number,
    )  # fmt: skip
    yield from (text for text in given if text)
    case = choice_case(2025, FarmId(farm.farm_id))
    yield link_token(key, case, 1)
    yield typed_code(key, case, 1)


def passwords_in(env: Mapping[str, str]) -> Iterator[str]:
    """Those of the database's roles."""
    addresses = (urlsplit(env[name]) for name in ("DATABASE_URL", "DATABASE_OWNER_URL"))
    yield from (address.password for address in addresses if address.password)


def found_in(text: str, secrets: list[str]) -> list[str]:
    """Those that occur; a text whose words do not all occur is not looked for further."""
    lower = text.lower()
    words = set(re.findall(r"\w+", lower))
    likely = [secret for secret in secrets if set(re.findall(r"\w+", secret.lower())) <= words]
    return sorted({secret for secret in likely if secret.lower() in lower})


async def text_of(client: Client, var: Path) -> str:
    """Every text in Temporal's store, opened with the key, and every log line; each different text once."""
    texts = {line for log in sorted((var / "log").glob("*")) for line in log.read_text(errors="replace").splitlines()}
    said = (var / "ikm.log").read_text(errors="replace").splitlines()
    # The table of who may sign in for practice is told on the terminal, on purpose.
    texts |= {line for line in said if not line.startswith(TABLE)}
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(workflow_id: str, run_id: str) -> None:
        async with gate:
            history = await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
            for event in history.events:
                texts.update([text async for text in texts_in(client, event)])

    waiting = []
    async for execution in client.list_workflows():
        texts.update([text async for text in texts_in(client, execution.raw_info)])
        waiting.append(one(execution.id, execution.run_id))
    await asyncio.gather(*waiting)
    return "\n".join(sorted(texts))


async def texts_in(client: Client, message: Message) -> AsyncIterator[str]:
    """Every string in a message, payloads opened."""
    if isinstance(message, Payload):
        codec = client.data_converter.payload_codec
        opened = (await codec.decode([message]))[0] if codec else message
        yield opened.data.decode(errors="replace")
        return
    for field, value in message.ListFields():
        for one in _each(field, value):
            if isinstance(one, str):
                yield one
            elif isinstance(one, bytes):
                yield one.decode(errors="replace")
            elif isinstance(one, Message):
                async for text in texts_in(client, one):
                    yield text


def _each(field: Any, value: Any) -> Iterator[Any]:
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        yield from value.keys()
        yield from value.values()
    elif field.is_repeated if hasattr(field, "is_repeated") else field.label == field.LABEL_REPEATED:
        yield from value
    else:
        yield value
