"""The file of a farm as the PDF of its pack says it."""

from collections.abc import Sequence

from api.door import Door
from api.words import noted, translate
from press.assessor_file import FileClause, PrintedFile
from press.words import words
from records.queries.assessor_file import Held

TITLE = noted("File for an assessor, in the order of ISO/IEC 17065")
LEAD = noted(
    "As it stood on %(day)s. Who did what, when and on what ground, with the documents and the SHA-256 of each."
)
BESIDE = noted(
    "The documents stand beside this one in the pack, under the paths given here; manifest.json names all of them."
)
HEADS = (noted("When"), noted("Who"), noted("What"))


def printed_file(held: Held, clauses: Sequence[FileClause], door: Door) -> PrintedFile:
    """What the PDF says; the same file on the same day gives the same."""
    language = door.language
    when, who, what = (translate(language, head) for head in HEADS)
    return PrintedFile(
        language=language,
        title=translate(language, TITLE),
        subject=f"{held.farm.name} · {held.farm.farm_id}",
        lead=(translate(language, LEAD, day=held.day), translate(language, BESIDE)),
        heads=(when, who, what),
        clauses=clauses,
        dated=held.day,
        page=translate(language, noted("Page %(page)s of %(pages)s"), page="{page}", pages="{pages}"),
        practice=words(language)["house"]["practice"] if door.settings.practice else "",
    )
