"""Output of the commands: results on stdout, everything else on stderr."""

import json
import sys
from collections.abc import Mapping
from typing import NoReturn

from rich.console import Console

# Without markup: a file's name or contents may hold brackets.
stderr = Console(stderr=True, highlight=False, markup=False)
stdout = Console(highlight=False, markup=False)


def say(sentence: str, style: str | None = None) -> None:
    """One sentence for the person who typed the command; a path in it is not broken by us."""
    stderr.print(sentence, style=style, soft_wrap=True)


def tell(value: Mapping[str, object]) -> None:
    """One JSON object, alone on the last line of stdout."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def fail(sentence: str) -> NoReturn:
    """Say why and end with status 1."""
    say(sentence, "bold red")
    raise SystemExit(1)
