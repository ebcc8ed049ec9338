"""A page of a report as a plain form, without a script: what was changed on it, saved item by item (docs/report.md).

Its fields, for each item: `value-A1`, `words-A1`, `base-A1` (the revision that the page showed) and `photo-A1`; after
a conflict `met-A1` (the revision that the other device made), and the buttons `mine` and `theirs` name an item.
The button `remove` names a photograph to be taken out.
"""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from starlette.datastructures import FormData, UploadFile

from api.door import Door
from api.received_file import FileNotTakenError
from api.report_change import MetError, WrongValueError, change, photograph, take_out
from records.audit_report import Given
from records.audit_reporting import Change
from records.wire import digest
from scheme.audit_report import MOST_WORDS, Answer, Item

NOTHING = Answer("")


@dataclass
class Saved:
    """What a page's form came to. met: another device was first; wrong: what was not taken, and why.

    typed: what stands in the fields of those items, for the page that is shown again; base: the revision it is about.
    """

    met: dict[Item, Given] = field(default_factory=dict)
    wrong: dict[Item, str] = field(default_factory=dict)
    typed: dict[Item, Answer] = field(default_factory=dict)
    base: dict[Item, int] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether all of it is saved."""
        return not self.met and not self.wrong


async def save(door: Door, audit_id: str, form: FormData, items: Sequence[Item], shown: Mapping[Item, Answer]) -> Saved:
    """Save what was changed. shown: by item, the answer of the revision that the page showed.

    HTTPException: 404 and 409 of the report itself, as api.report_change raises them.
    """
    saved, key = Saved(), _uuid(form)
    for item in items:
        await _save_answer(door, audit_id, form, item, shown.get(item, NOTHING), key, saved)
        await _save_photos(door, audit_id, form, item, key, saved)
    removed = _text(form, "remove")
    if removed:
        await take_out(door, audit_id, removed)
    return saved


def bases(form: FormData, items: Sequence[Item]) -> dict[Item, int]:
    """The revision of each item that the page showed."""
    return {item: _number(form, f"base-{item}") for item in items}


async def _save_answer(
    door: Door, audit_id: str, form: FormData, item: Item, shown: Answer, key: uuid.UUID, saved: Saved
) -> None:
    typed = Answer(_text(form, f"value-{item}"), _text(form, f"words-{item}")[:MOST_WORDS])
    if typed == shown or form.get("theirs") == item:
        return
    base = _number(form, f"met-{item}" if form.get("mine") == item else f"base-{item}")
    own = uuid.uuid5(key, digest(item, typed.value, typed.words, base))
    try:
        # Each page that was loaded is a device of its own: it has no other memory than its fields.
        await change(door, audit_id, Change(own, item, typed, base, f"page {key}"))
    except MetError as met:
        saved.met[item], saved.typed[item] = met.theirs, typed
        saved.base[item] = _number(form, f"base-{item}")
    except WrongValueError as error:
        saved.wrong[item], saved.typed[item] = str(error.issues[0]["detail"]), typed


async def _save_photos(door: Door, audit_id: str, form: FormData, item: Item, key: uuid.UUID, saved: Saved) -> None:
    for sent in form.getlist(f"photo-{item}"):
        # A field in which nothing was chosen comes as a file without a name.
        if not isinstance(sent, UploadFile) or not sent.filename:
            continue
        own = uuid.uuid5(key, f"{item} {hashlib.sha256(await sent.read()).hexdigest()}")
        await sent.seek(0)
        try:
            await photograph(door, audit_id, item, own, sent, f"photo-{item}")  # type: ignore[arg-type]
        except FileNotTakenError as error:
            saved.wrong[item] = error.refused


def _uuid(form: FormData) -> uuid.UUID:
    """The form's own key; a new one where a client sent none."""
    try:
        return uuid.UUID(_text(form, "key"))
    except ValueError:
        return uuid.uuid4()


def _text(form: FormData, name: str) -> str:
    """A field's text, its lines ended as a script would have them."""
    value = form.get(name)
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""


def _number(form: FormData, name: str) -> int:
    text = _text(form, name)
    return int(text) if text.isdecimal() and len(text) < len("1000000") else 0
