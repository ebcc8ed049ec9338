"""What an assessor's file tells of audits, their findings, and what was decided after them."""

from datetime import datetime

from api.assessor_line import Lines, Telling
from api.words import noted, said
from press.assessor_file import FileLine
from records.queries.audit import AuditFile
from scheme.audit_report import SURROUNDINGS, Item
from scheme.clause import Clause
from scheme.step import Act
from scheme.stored_file import Purpose


def audits(telling: Telling) -> Lines:
    """Each audit, and what was not met in it."""
    for one in telling.held.audits:
        yield Clause.EVALUATION, _audit(telling, one)
        for finding in one.audit.findings:
            listed = one.requirement(finding)
            what = telling.say(
                noted("Requirement %(number)s not met (grade %(grade)s): %(text)s"),
                number=finding.number, grade=finding.grade.value,
                text="–" if listed is None else listed.text.said_in(telling.language),
            )  # fmt: skip
            state = said(telling.language, finding.state)
            due = telling.say(noted("To be put right by %(day)s: %(state)s"), day=finding.due, state=state)
            ground = state if finding.due is None else due
            words = one.written.words_of(Item(finding.number))
            yield (
                Clause.EVALUATION,
                telling.line(one.audit.audited_on, one.auditor, what, " · ".join(filter(None, (ground, words)))),
            )


def _audit(telling: Telling, one: AuditFile) -> FileLine:
    audit = one.audit
    what = telling.say(noted("Audit by %(body)s: %(state)s"), body=one.body, state=said(telling.language, audit.state))
    ground = [telling.say(noted("Requirements: %(title)s"), title=one.requirements.title)]
    if audit.surroundings is not None and audit.score is not None:
        hygiene = said(telling.language, audit.surroundings)
        ground.append(
            telling.say(
                noted("hygiene of the surroundings: %(said)s; score %(score)s of 100"),
                said=hygiene,
                score=audit.score,
            )
        )
        ground += filter(None, [one.written.words_of(SURROUNDINGS)])
    cases = {audit.case_id, *audit.continues}
    photos = [
        telling.file(file)
        for file in telling.held.files
        if file.purpose is Purpose.REPORT_PHOTO and file.case_id in cases
    ]
    at = audit.audited_on or audit.opened_at
    return telling.line(at, one.auditor, what, " · ".join(ground), tuple(photos))


def decisions(telling: Telling) -> Lines:
    """What the review advised and what was decided, with the rule that gave it."""
    for one in telling.held.decisions:
        case, line = one.case, one.line
        rule = telling.say(
            noted("The rules give: %(result)s, by rule %(rule)s of the requirements (lastenboek)"),
            result=said(telling.language, case.best.result), rule=case.best.rule.value,
        )  # fmt: skip
        if case.advice is not None:
            what = telling.say(noted("Advice of the review: %(result)s"), result=said(telling.language, case.advice))
            yield (
                Clause.REVIEW,
                telling.line(_acted(telling, case.case_id, Act.CERTIFICATION_REVIEWED), line.reviewed_by, what, rule),
            )
        if case.result is not None:
            what = telling.say(noted("Decision: %(result)s"), result=said(telling.language, case.result))
            yield Clause.DECISION, telling.line(case.closed_at, line.decided_by, what, rule)


def _acted(telling: Telling, case_id: str, act: Act) -> datetime | None:
    return max((one.at for one in telling.held.entries if one.act is act and one.case_id == case_id), default=None)
