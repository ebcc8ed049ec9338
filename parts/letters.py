"""Folder of letters the mailbox took in: a file each, which begins with the envelope."""

import email.header
import email.parser
import json
import os
from bisect import bisect_right
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

_ENVELOPE = b"X-Mailbox: "


@dataclass(frozen=True)
class Letter:
    """A letter as it came over the wire; the names are those of the JSON.

    number: from 1, without gaps, in order of arrival. to, from_: the envelope's addresses.
    receivedAt: the machine's clock, UTC, ISO 8601. size: bytes.
    """

    number: int
    to: tuple[str, ...]
    from_: str
    subject: str
    messageId: str  # noqa: N815
    receivedAt: str  # noqa: N815
    size: int

    def json(self) -> dict[str, object]:
        """Return the object that /messages lists."""
        fields = asdict(self)
        return {name.rstrip("_"): value for name, value in fields.items()}


class Folder:
    """Letters in the order in which they came.

    A file is the letter as it came, behind one header line with the envelope: a mail program can open it.
    """

    def __init__(self, directory: Path) -> None:
        """Open the folder, made if it lacks; what a crash left half written was never acknowledged."""
        self._directory = directory
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._letters: list[Letter] = []
        self._numbers_to: dict[str, list[int]] = {}
        while (path := self._path(self.last + 1)).exists():
            with path.open("rb") as file:
                fields = json.loads(file.readline().removeprefix(_ENVELOPE))
            self._index(Letter(from_=fields.pop("from"), to=tuple(fields.pop("to")), **fields))

    @property
    def last(self) -> int:
        """Number of the youngest letter, 0 if there is none."""
        return len(self._letters)

    def put(self, sender: str, to: tuple[str, ...], content: bytes) -> Letter:
        """Keep a letter so that a killed process or machine finds it again; raises OSError if the disk does not.

        One call at a time.
        """
        letter = _read(self.last + 1, sender, to, content)
        path = self._path(letter.number)
        partial = path.with_suffix(".partial")
        with partial.open("wb", buffering=0) as file:
            file.write(_ENVELOPE + json.dumps(letter.json()).encode() + b"\r\n" + content)
            os.fsync(file.fileno())
        partial.rename(path)
        self._index(letter)
        return letter

    def content(self, number: int) -> bytes:
        """Letter as it came over the wire; raises FileNotFoundError."""
        return self._path(number).read_bytes().partition(b"\r\n")[2]

    def page(self, after: int, limit: int, to: str | None) -> list[Letter]:
        """Return at most `limit` letters with numbers above `after`, in order, to this address if one is given."""
        if to is None:
            return self._letters[max(after, 0) : max(after, 0) + limit]
        numbers = self._numbers_to.get(to.casefold(), [])
        start = bisect_right(numbers, after)
        return [self._letters[number - 1] for number in numbers[start : start + limit]]

    def _path(self, number: int) -> Path:
        return self._directory / f"{number:08d}.eml"

    def _index(self, letter: Letter) -> None:
        self._letters.append(letter)
        for address in {each.casefold() for each in letter.to}:
            self._numbers_to.setdefault(address, []).append(letter.number)


def _read(number: int, sender: str, to: tuple[str, ...], content: bytes) -> Letter:
    end = content.find(b"\r\n\r\n")
    header = email.parser.BytesHeaderParser().parsebytes(content[: end + 4] if end >= 0 else content)
    return Letter(
        number=number,
        to=to,
        from_=sender,
        subject=str(email.header.make_header(email.header.decode_header(str(header.get("Subject", ""))))),
        messageId=str(header.get("Message-ID", "")).strip(),
        receivedAt=datetime.now(UTC).isoformat(timespec="milliseconds"),
        size=len(content),
    )
