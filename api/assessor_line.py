"""How one line of an assessor's file is said: when, who, what, on what ground, with its documents."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from api.assessor_path import file_path
from api.words import said, translate
from api.written import day as day_written
from api.written import moment
from press.assessor_file import FileDocument, FileLine
from records.queries.assessor_file import Held, KeptFile
from records.tying import Tie
from scheme.clause import Clause
from scheme.language import Language
from scheme.people import Action, Actor, Role, may
from scheme.stored_file import Purpose

Lines = Iterator[tuple[Clause, FileLine]]


class Telling:
    """The file of a farm in one language, for one reader: links are those that the reader may follow."""

    def __init__(self, held: Held, ties: Sequence[Tie], reader: Actor, language: Language) -> None:
        """What is told, to whom, in which language."""
        self.held, self.ties, self.reader, self.language = held, ties, reader, language
        self.sent: dict[str, list[FileDocument]] = defaultdict(list)
        for file in held.files:
            if file.sent is not None and file.purpose is Purpose.PROOF:
                self.sent[file.sent].append(self.file(file))

    def say(self, sentence: str, **values: object) -> str:
        """The sentence in the file's language."""
        return translate(self.language, sentence, **values)

    def line(  # the columns of a line
        self, at: datetime | date | None, who: str | None, what: str, ground: str = "",
        documents: tuple[FileDocument, ...] = (),
    ) -> FileLine:  # fmt: skip
        """A line of that moment or day; who: None where it was the house."""
        if at is None:
            when = ""
        elif isinstance(at, datetime):
            when = moment(at, self.language)
        else:
            when = day_written(at, self.language)
        return FileLine(at, when, who or said(self.language, Role.HOUSE), what, ground, documents)

    def file(self, file: KeptFile) -> FileDocument:
        """A file that somebody sent."""
        link = f"/files/{file.file_id}" if may(self.reader, Action.SEE_FILES) else None
        return FileDocument(file_path(file), file.name, file.sha256, link)
