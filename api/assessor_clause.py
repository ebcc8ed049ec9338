"""What is kept of a farm, said clause by clause: who did what, when, on what ground, with its documents."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from api.register_words import label, shown
from api.words import noted, said, translate, words
from api.written import day as day_written
from api.written import moment, number
from press.assessor_file import FileClause, FileDocument, FileLine
from press.certificate import certificate_file
from records.letter import LetterRow, LetterState
from records.queries.assessor_file import Entry, Held, KeptFile
from records.queries.audit import AuditFile
from records.queries.certificate import CertificateLine
from records.queries.change import FieldChange
from records.queries.trail import is_attempt
from records.tying import Tie
from scheme.audit_report import SURROUNDINGS, Item
from scheme.certificate import Status
from scheme.clause import Clause, clause_of_act, clause_of_letter, clause_of_matter
from scheme.days import end_of_day
from scheme.farm_change import Change
from scheme.ids import CaseId, farm_of
from scheme.language import Language
from scheme.letter import LetterKind
from scheme.people import Action, Actor, Role, may
from scheme.step import Act
from scheme.stored_file import MediaType, Purpose

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
ENDINGS: Mapping[MediaType, str] = {
    MediaType.PDF: "pdf", MediaType.JPEG: "jpg", MediaType.PNG: "png", MediaType.WEBP: "webp",
}  # fmt: skip
# What a page shows of a person's words, in this order.
_WORDS = ("caller", "note", "reason", "words")


def clauses_of(held: Held, ties: Sequence[Tie], reader: Actor, language: Language) -> tuple[FileClause, ...]:
    """The file in the order of the clauses; oldest first. Links are those the reader may follow."""
    return _Telling(held, ties, reader, language).clauses()


def letter_path(row: LetterRow) -> str:
    """Where a letter stands in the pack."""
    return f"letters/{row.letter_key.replace(':', '-')}.pdf"


def file_path(file: KeptFile) -> str:
    """Where a file stands in the pack."""
    return f"files/{file.file_id}.{ENDINGS[file.media_type]}"


def certificate_path(language: str, number: str, version: int) -> str:
    """Where a version of a certificate stands in the pack; the language of its words does not name it."""
    return f"certificates/{certificate_file(Language(language), number, version)}"


class _Telling:
    """One file in one language."""

    def __init__(self, held: Held, ties: Sequence[Tie], reader: Actor, language: Language) -> None:
        self.held, self.ties, self.reader, self.language = held, ties, reader, language
        self.found: dict[Clause, list[FileLine]] = defaultdict(list)
        self.sent: dict[str, list[FileDocument]] = defaultdict(list)
        for file in held.files:
            if file.sent is not None and file.purpose is Purpose.PROOF:
                self.sent[file.sent].append(self.file(file))

    def clauses(self) -> tuple[FileClause, ...]:
        for add in (
            self._entries, self._letters, self._ties, self._audits, self._decisions, self._certificates,
            self._matters, self._changes, self._other_farms,
        ):  # fmt: skip
            for clause, line in add():
                self.found[clause].append(line)
        return tuple(self._clause(clause) for clause in Clause)

    def say(self, sentence: str, **values: object) -> str:
        return translate(self.language, sentence, **values)

    def line(  # the columns of a line
        self, at: datetime | date | None, who: str | None, what: str, ground: str = "",
        documents: tuple[FileDocument, ...] = (),
    ) -> FileLine:  # fmt: skip
        if at is None:
            when = ""
        elif isinstance(at, datetime):
            when = moment(at, self.language)
        else:
            when = day_written(at, self.language)
        return FileLine(at, when, who or said(self.language, Role.HOUSE), what, ground, documents)

    def file(self, file: KeptFile) -> FileDocument:
        link = f"/files/{file.file_id}" if may(self.reader, Action.SEE_FILES) else None
        return FileDocument(file_path(file), file.name, file.sha256, link)

    def _clause(self, clause: Clause) -> FileClause:
        lines = tuple(sorted(self.found[clause], key=_moment_of))
        notes = [self._note(clause)] if self._note(clause) else []
        if not lines and clause not in {Clause.SURVEILLANCE, Clause.RECORDS}:
            notes.append(self.say(NOTHING))
        refused = sum(line.refused for line in lines)
        attempts = _attempts_said(self.language, refused) if refused else ""
        return FileClause(clause.value, self.say(TITLES[clause]), " ".join(notes), lines, attempts)

    def _note(self, clause: Clause) -> str:
        chain = self.held.chain
        if clause is Clause.AGREEMENT:
            return self.say(AGREEMENT)
        if clause is Clause.SURVEILLANCE:
            return self.say(NO_SURVEILLANCE)
        if clause is not Clause.RECORDS:
            return ""
        if chain.holds:
            return self.say(HOLDS, entries=chain.entries, sha256=chain.sha256)
        return self.say(BROKEN, place=chain.broken_at)

    def _entries(self) -> Iterator[tuple[Clause, FileLine]]:
        for one in self.held.entries:
            if one.act is not Act.FARM_CHANGED:  # told by its fields
                yield clause_of_act(one.act, one.matter), self._entry(one)

    def _entry(self, one: Entry) -> FileLine:
        farm = None if one.about is None else farm_of(CaseId(one.about))
        what = said(self.language, one.act, day=one.day, body=one.body, about=one.about, farm=farm)
        if one.matter is not None:
            what = self.say("%(matter)s: %(told)s", matter=said(self.language, one.matter), told=what)
        if one.rule is not None:
            what = f"{what}: {said(self.language, one.rule, day=one.day)}"
        words = " · ".join(one.words[key] for key in _WORDS if one.words.get(key))
        documents = tuple(self.sent.get(one.submission or "", ()))
        line = self.line(one.at, one.person or said(self.language, one.role), what, words, documents)
        return replace(line, refused=is_attempt(one.act, one.role))

    def _letters(self) -> Iterator[tuple[Clause, FileLine]]:
        for row in self.held.letters:
            kind, state = LetterKind(row.kind), LetterState(row.state)
            what = self.say(
                noted("Letter: %(kind)s (%(state)s)"), kind=said(self.language, kind), state=said(self.language, state)
            )
            link = f"/letters/{row.letter_key}/pdf" if may(self.reader, Action.SEE_LETTERS) else None
            document = FileDocument(letter_path(row), said(self.language, kind), row.sha256, link)
            at = row.handed_over_at or row.printed_at or row.planned_at
            yield clause_of_letter(kind), self.line(at, None, what, row.smtp_reply or "", (document,))

    def _ties(self) -> Iterator[tuple[Clause, FileLine]]:
        for tie in self.ties:
            what = self.say(noted("%(person)s has a tie to the farm"), person=tie.person)
            yield Clause.IMPARTIALITY, self.line(tie.declared_at, tie.declared_by, what, tie.words)
            if tie.ended_at is not None:
                ended = self.say(noted("The tie of %(person)s holds no longer"), person=tie.person)
                yield Clause.IMPARTIALITY, self.line(tie.ended_at, None, ended)
        for one in self.held.kept_out:
            names = ", ".join(one.people) or self.say("nobody")
            what = self.say(noted("Kept out of review and decision: %(names)s"), names=names)
            ground = self.say(noted("Took part in the evaluation, or has a tie to the farm"))
            yield Clause.IMPARTIALITY, self.line(one.at, None, what, ground)

    def _audits(self) -> Iterator[tuple[Clause, FileLine]]:
        for one in self.held.audits:
            yield Clause.EVALUATION, self._audit(one)
            for finding in one.audit.findings:
                listed = one.requirement(finding)
                what = self.say(
                    noted("Requirement %(number)s not met (grade %(grade)s): %(text)s"),
                    number=finding.number, grade=finding.grade.value,
                    text="–" if listed is None else listed.text.said_in(self.language),
                )  # fmt: skip
                state = said(self.language, finding.state)
                ground = self.say(noted("To be put right by %(day)s: %(state)s"), day=finding.due, state=state)
                words = one.written.words_of(Item(finding.number))
                ground = state if finding.due is None else ground
                yield (
                    Clause.EVALUATION,
                    self.line(one.audit.audited_on, one.auditor, what, " · ".join(filter(None, (ground, words)))),
                )

    def _audit(self, one: AuditFile) -> FileLine:
        audit = one.audit
        what = self.say(noted("Audit by %(body)s: %(state)s"), body=one.body, state=said(self.language, audit.state))
        ground = [self.say(noted("Requirements: %(title)s"), title=one.requirements.title)]
        if audit.surroundings is not None and audit.score is not None:
            hygiene = said(self.language, audit.surroundings)
            ground.append(
                self.say(
                    noted("hygiene of the surroundings: %(said)s; score %(score)s of 100"),
                    said=hygiene,
                    score=audit.score,
                )
            )
            ground += filter(None, [one.written.words_of(SURROUNDINGS)])
        cases = {audit.case_id, *audit.continues}
        photos = [
            self.file(file)
            for file in self.held.files
            if file.purpose is Purpose.REPORT_PHOTO and file.case_id in cases
        ]
        at = audit.audited_on or audit.opened_at
        return self.line(at, one.auditor, what, " · ".join(ground), tuple(photos))

    def _decisions(self) -> Iterator[tuple[Clause, FileLine]]:
        for one in self.held.decisions:
            case, line = one.case, one.line
            rule = self.say(
                noted("The rules give: %(result)s, by rule %(rule)s of the requirements (lastenboek)"),
                result=said(self.language, case.best.result), rule=case.best.rule.value,
            )  # fmt: skip
            if case.advice is not None:
                what = self.say(noted("Advice of the review: %(result)s"), result=said(self.language, case.advice))
                yield (
                    Clause.REVIEW,
                    self.line(self._acted(case.case_id, Act.CERTIFICATION_REVIEWED), line.reviewed_by, what, rule),
                )
            if case.result is not None:
                what = self.say(noted("Decision: %(result)s"), result=said(self.language, case.result))
                yield Clause.DECISION, self.line(case.closed_at, line.decided_by, what, rule)

    def _acted(self, case_id: str, act: Act) -> datetime | None:
        return max((one.at for one in self.held.entries if one.act is act and one.case_id == case_id), default=None)

    def _certificates(self) -> Iterator[tuple[Clause, FileLine]]:
        for one in self.held.certificates:
            number = one.number or self.say("Without a number")
            yield Clause.DIRECTORY, self._listed(one, number)
            for version in one.versions:
                path = certificate_path(self.held.farm.language, number, version.version)
                shown_at = f"/certificates/{number}.pdf?version={version.version}" if version.made else None
                what = self.say(
                    noted("Certificate %(number)s, version %(version)s"), number=number, version=version.version
                )
                document = FileDocument(path, what, version.signed_sha256, shown_at)
                ground = self.say(
                    noted("Valid from %(first)s until %(last)s"), first=one.valid_from, last=one.issued_until
                )
                yield Clause.DOCUMENTS, self.line(version.from_day, None, what, ground, (document,))
            for turn in one.turns:
                what = self.say(
                    noted("Certificate %(number)s: %(status)s from %(day)s"),
                    number=number, status=said(self.language, turn.status), day=turn.from_day,
                )  # fmt: skip
                grounds = [] if turn.reason is None else [said(self.language, turn.reason)]
                if turn.valid_until is not None:
                    grounds.append(
                        self.say(
                            "its last day moved from %(before)s to %(after)s",
                            before=turn.valid_until_before, after=turn.valid_until,
                        )
                    )  # fmt: skip
                clause = Clause.DOCUMENTS if turn.status is Status.REPLACED else Clause.TURNS
                yield clause, self.line(turn.decided_at, None, what, " · ".join(grounds))

    def _listed(self, one: CertificateLine, number: str) -> FileLine:
        status = one.standing.status
        told = (
            noted("Named in the public directory")
            if status.in_directory
            else noted("Not named in the public directory")
        )
        what = f"{number}: {said(self.language, status)}. {self.say(told)}."
        ground = self.say(noted("Valid until %(day)s"), day=one.standing.valid_until)
        return self.line(one.standing.since, None, what, ground)

    def _matters(self) -> Iterator[tuple[Clause, FileLine]]:
        for one in self.held.matters:
            what = self.say(
                noted("%(matter)s: %(state)s, until %(day)s"),
                matter=said(self.language, one.kind), state=said(self.language, one.state), day=one.due_on,
            )  # fmt: skip
            ground = " · ".join(filter(None, (one.reference, one.note)))
            yield clause_of_matter(one.kind), self.line(one.began_on, one.body, what, ground)

    def _changes(self) -> Iterator[tuple[Clause, FileLine]]:
        for one in self.held.changes:
            fields = [self._field(field) for field in one.fields]
            who = one.person or said(self.language, one.role)
            yield Clause.CHANGES, self.line(one.at, who, "; ".join(fields))

    def _other_farms(self) -> Iterator[tuple[Clause, FileLine]]:
        """Which farm was merged into which, or was a part of which; both have it in their file."""
        for one in self.held.farm_changes:
            if one.what in OTHER_FARMS:
                what = self.say(OTHER_FARMS[one.what], other=one.other, farm=one.farm_id)
                ground = self.say(
                    noted("Certificate of %(farm)s: %(state)s"), farm=one.farm_id, state=said(self.language, one.state)
                )
                yield Clause.CHANGES, self.line(one.happened_on, one.asked_by, what, ground)

    def _field(self, one: FieldChange) -> str:
        before, after = self._value(one.name, one.before), self._value(one.name, one.after)
        return f"{label(self.language, one.name)}: {before} → {after}"

    def _value(self, name: str, value: str | None) -> str:
        return "–" if not value else shown(self.language, name, value)


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
