"""What a letter says in the mail that carries it: the letter of a choice, or one about an audit or a certificate."""

from collections.abc import Mapping
from dataclasses import dataclass

from press.letter import Letter, paragraphs, values
from press.letter import typeset as typeset_letter
from press.notice import Notice, after, before, due_of, known_of, prepared, quoted, typeset_notice
from press.words import lines, words

AnyLetter = Letter | Notice


@dataclass(frozen=True)
class Said:
    """Sentences with their `{places}` open, what fills them, and what is set apart as it stands.

    file: the attachment's name, without the farm. facts: label and value; quote: words of a person, line by line;
    points: number, requirement, grade and last day; ready: what the farmer should have ready.
    """

    title: str
    subject: str
    file: str
    button: str
    known: Mapping[str, str]
    before: tuple[str, ...]
    after: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    quote: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    points: tuple[tuple[str, str, str, str], ...] = ()
    ready: tuple[str, ...] = ()


def said_of(letter: AnyLetter) -> Said:
    """What the letter says."""
    return _of_notice(letter) if isinstance(letter, Notice) else _of_choice(letter)


def typeset(letter: AnyLetter) -> bytes:
    """The letter as PDF; the same letter gives the same bytes. Raises press.letter.CannotTypesetError."""
    return typeset_notice(letter) if isinstance(letter, Notice) else typeset_letter(letter)


def _of_choice(letter: Letter) -> Said:
    said = words(letter.language)
    own = said[letter.kind]
    return Said(
        title=own["subject"],
        subject=own["mail_subject"],
        file=said["mail"][f"file_{letter.kind}"],
        button=said["mail"]["button"],
        known=values(letter),
        before=tuple(paragraphs(letter)),
    )


def _of_notice(notice: Notice) -> Said:
    said, known = words(notice.language), known_of(notice)
    own, opens = said[notice.section], said["open"]
    heads = tuple(said["points"][key] for key in ("number", "requirement", "grade", "due"))
    return Said(
        title=own["subject"],
        subject=own["mail_subject"],
        file=own["file"],
        button=opens[f"button{notice.opens}"],
        known=known,
        before=tuple(before(notice)),
        after=tuple(after(notice)),
        facts=tuple((said["facts"][key], known[key]) for key in notice.facts),
        quote=tuple(quoted(notice)),
        heads=heads if notice.points else (),
        points=tuple(
            (one.number, " ".join(lines(one.text)), one.grade, due_of(one, notice.language)) for one in notice.points
        ),
        ready=(said["prepare"]["title"], *prepared(notice)) if prepared(notice) else (),
    )
