"""Output of the commands: results on stdout, everything else on stderr."""

import json
import sys
from collections.abc import Mapping
from typing import NoReturn

from rich.console import Console

stderr = Console(stderr=True, highlight=False)
stdout = Console(highlight=False)


def say(sentence: str) -> None:
    """One sentence for the person who typed the command."""
    stderr.print(sentence)


def tell(value: Mapping[str, object]) -> None:
    """One JSON object, alone on the last line of stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def fail(sentence: str) -> NoReturn:
    """Say why and end with status 1."""
    stderr.print(sentence, style="bold red")
    raise SystemExit(1)
