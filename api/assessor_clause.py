"""What is kept of a farm, said clause by clause: who did what, when, on what ground, with its documents."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from api.assessor_audit import audits, decisions
from api.assessor_certificate import certificates
from api.assessor_line import Lines, Telling
from api.assessor_path import letter_path
from api.register_words import label, shown
from api.words import noted, said, words
from api.written import number
from press.assessor_file import FileClause, FileDocument, FileLine
from records.letter import LetterState
from records.queries.assessor_file import Entry, Held
from records.queries.change import FieldChange
from records.queries.trail import About, is_attempt
from records.tying import Tie
from scheme.clause import Clause, clause_of_act, clause_of_letter, clause_of_matter
from scheme.days import end_of_day
from scheme.farm_change import Change
from scheme.ids import CaseId, farm_of
from scheme.language import Language
from scheme.letter import LetterKind
from scheme.people import Action, Actor, may
from scheme.step import Act

TITLES: Mapping[Clause, str] = {
    Clause.AGREEMENT: noted("Agreement"),
    Clause.IMPARTIALITY: noted("Impartiality"),
    Clause.APPLICATION: noted("Application and choice of the inspection body"),
    Clause.EVALUATION: noted("Evaluation"),
    Clause.REVIEW: noted("Review"),
    Clause.DECISION: noted("Decision"),
    Clause.DOCUMENTS: noted("Certification documents"),
    Clause.DIRECTORY: noted("Directory"),
    Clause.SURVEILLANCE: noted("Surveillance"),
    Clause.CHANGES: noted("Changes"),
    Clause.TURNS: noted("Suspension, withdrawal, extension and end"),
    Clause.RECORDS: noted("Records"),
    Clause.COMPLAINTS: noted("Complaints and appeals"),
}
NOTHING = noted("Nothing is recorded here.")
AGREEMENT = noted("The agreement that the farm signed is not kept in this house; the letters of its choices are.")
NO_SURVEILLANCE = noted("None yet: this house does not record unannounced audits.")
HOLDS = noted(
    "The trail of this farm has %(entries)s entries; every link was recomputed and holds. The last: %(sha256)s."
)
BROKEN = noted("The trail of this farm does not hold: entry %(place)s is not what was written.")
OTHER_FARMS: Mapping[Change, str] = {
    Change.MERGER: noted("%(other)s was merged into %(farm)s"),
    Change.SPLIT: noted("%(other)s became a farm of its own; it was a part of %(farm)s"),
}
# What a page shows of a person's words, in this order.
_WORDS = ("caller", "note", "reason", "words")


def clauses_of(held: Held, ties: Sequence[Tie], reader: Actor, language: Language) -> tuple[FileClause, ...]:
    """The file in the order of the clauses; oldest first. Links are those the reader may follow."""
    telling = Telling(held, ties, reader, language)
    found: dict[Clause, list[FileLine]] = defaultdict(list)
    for tell in TELLERS:
        for clause, line in tell(telling):
            found[clause].append(line)
    return tuple(_clause(telling, clause, found[clause]) for clause in Clause)


def _clause(telling: Telling, clause: Clause, told: Sequence[FileLine]) -> FileClause:
    lines = tuple(sorted(told, key=_moment_of))
    notes = [_note(telling, clause)] if _note(telling, clause) else []
    if not lines and clause not in {Clause.SURVEILLANCE, Clause.RECORDS}:
        notes.append(telling.say(NOTHING))
    refused = sum(line.refused for line in lines)
    attempts = _attempts_said(telling.language, refused) if refused else ""
    return FileClause(clause.value, telling.say(TITLES[clause]), " ".join(notes), lines, attempts)


def _note(telling: Telling, clause: Clause) -> str:
    chain = telling.held.chain
    if clause is Clause.AGREEMENT:
        return telling.say(AGREEMENT)
    if clause is Clause.SURVEILLANCE:
        return telling.say(NO_SURVEILLANCE)
    if clause is not Clause.RECORDS:
        return ""
    if chain.holds:
        return telling.say(HOLDS, entries=chain.entries, sha256=chain.sha256)
    return telling.say(BROKEN, place=chain.broken_at)


def _entries(telling: Telling) -> Lines:
    for one in telling.held.entries:
        if one.act is not Act.FARM_CHANGED:  # told by its fields
            yield clause_of_act(one.act, one.matter), _entry(telling, one)


def _entry(telling: Telling, one: Entry) -> FileLine:
    farm = None if one.about is None else farm_of(CaseId(one.about))
    what = said(telling.language, one.act, day=one.day, body=one.body, about=one.about, farm=farm)
    what = _of_finding(telling, what, one.finding)
    if one.matter is not None:
        what = telling.say("%(matter)s: %(told)s", matter=said(telling.language, one.matter), told=what)
    if one.rule is not None:
        what = f"{what}: {said(telling.language, one.rule, day=one.day)}"
    words = " · ".join(one.words[key] for key in _WORDS if one.words.get(key))
    documents = tuple(telling.sent.get(one.submission or "", ()))
    line = telling.line(one.at, one.person or said(telling.language, one.role), what, words, documents)
    return replace(line, refused=is_attempt(one.act, one.role))


def _of_finding(telling: Telling, what: str, about: About) -> str:
    if about.requirement is None:
        return what
    if about.on_site is None:
        return telling.say(noted("%(told)s (requirement %(number)s)"), told=what, number=about.requirement)
    return telling.say(
        noted("%(told)s (requirement %(number)s, seen on site on %(day)s)"),
        told=what, number=about.requirement, day=about.on_site,
    )  # fmt: skip


def _letters(telling: Telling) -> Lines:
    for row in telling.held.letters:
        kind, state = LetterKind(row.kind), LetterState(row.state)
        what = telling.say(
            noted("Letter: %(kind)s (%(state)s)"),
            kind=said(telling.language, kind),
            state=said(telling.language, state),
        )
        link = f"/letters/{row.letter_key}/pdf" if may(telling.reader, Action.SEE_LETTERS) else None
        document = FileDocument(letter_path(row), said(telling.language, kind), row.sha256, link)
        at = row.handed_over_at or row.printed_at or row.planned_at
        yield clause_of_letter(kind), telling.line(at, None, what, row.smtp_reply or "", (document,))


def _ties(telling: Telling) -> Lines:
    for tie in telling.ties:
        what = telling.say(noted("%(person)s has a tie to the farm"), person=tie.person)
        yield Clause.IMPARTIALITY, telling.line(tie.declared_at, tie.declared_by, what, tie.words)
        if tie.ended_at is not None:
            ended = telling.say(noted("The tie of %(person)s holds no longer"), person=tie.person)
            yield Clause.IMPARTIALITY, telling.line(tie.ended_at, None, ended)
    for one in telling.held.kept_out:
        names = ", ".join(one.people) or telling.say("nobody")
        what = telling.say(noted("Kept out of review and decision: %(names)s"), names=names)
        ground = telling.say(noted("Took part in the evaluation, or has a tie to the farm"))
        yield Clause.IMPARTIALITY, telling.line(one.at, None, what, ground)


def _matters(telling: Telling) -> Lines:
    for one in telling.held.matters:
        what = telling.say(
            noted("%(matter)s: %(state)s, until %(day)s"),
            matter=said(telling.language, one.kind), state=said(telling.language, one.state), day=one.due_on,
        )  # fmt: skip
        ground = " · ".join(filter(None, (one.reference, one.note)))
        yield clause_of_matter(one.kind), telling.line(one.began_on, one.body, what, ground)


def _changes(telling: Telling) -> Lines:
    for one in telling.held.changes:
        fields = [_field(telling, field) for field in one.fields]
        who = one.person or said(telling.language, one.role)
        yield Clause.CHANGES, telling.line(one.at, who, "; ".join(fields))


def _other_farms(telling: Telling) -> Lines:
    """Which farm was merged into which, or was a part of which; both have it in their file."""
    for one in telling.held.farm_changes:
        if one.what in OTHER_FARMS:
            what = telling.say(OTHER_FARMS[one.what], other=one.other, farm=one.farm_id)
            ground = telling.say(
                noted("Certificate of %(farm)s: %(state)s"), farm=one.farm_id, state=said(telling.language, one.state)
            )
            yield Clause.CHANGES, telling.line(one.happened_on, one.asked_by, what, ground)


def _field(telling: Telling, one: FieldChange) -> str:
    before, after = _value(telling, one.name, one.before), _value(telling, one.name, one.after)
    return f"{label(telling.language, one.name)}: {before} → {after}"


def _value(telling: Telling, name: str, value: str | None) -> str:
    return "–" if not value else shown(telling.language, name, value)


def _attempts_said(language: Language, count: int) -> str:
    sentence = words(language).ngettext(
        "%(attempts)s attempt that was refused", "%(attempts)s attempts that were refused", count
    )
    return sentence % {"attempts": number(count, language)}


def _moment_of(line: FileLine) -> datetime:
    """For sorting: a day comes before the moments of the next one; what has no day comes first."""
    if line.at is None:
        return datetime.min.replace(tzinfo=UTC)
    return line.at if isinstance(line.at, datetime) else end_of_day(line.at)


# Lines of one moment stand in this order.
TELLERS: tuple[Callable[[Telling], Lines], ...] = (
    _entries, _letters, _ties, audits, decisions, certificates, _matters, _changes, _other_farms,
)  # fmt: skip
