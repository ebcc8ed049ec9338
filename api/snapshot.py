"""`python -m api.snapshot update`: write docs/openapi.json as the application stands; a test holds it against it."""

import json
import sys
from pathlib import Path

from api.app import create_app
from api.openapi import describe
from settings import Settings

FILE = Path(__file__).parent.parent / "docs" / "openapi.json"


def snapshot() -> str:
    """The description as text, the same on every machine."""
    described = describe(create_app(Settings(practice=False)))
    return json.dumps(described, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> None:
    """Write the file. Raises SystemExit where something else was asked."""
    if sys.argv[1:] != ["update"]:
        usage = "python -m api.snapshot update"
        raise SystemExit(usage)
    FILE.write_text(snapshot())


if __name__ == "__main__":
    main()
