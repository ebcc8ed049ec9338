"""Whether what stands in one place agrees with what stands in another: cases, deadlines, ledger, tasks, trail.

Each of these is written in the transaction of the fact it tells, so that no kill or outage can leave a gap; this
finds one that is there all the same. It reads a house at rest: what the machine still has to do is no gap.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import TextClause, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from records.audit_agreement import AuditRows
from records.case import CaseRow, ChoiceRow, DeadlineRow
from records.forgotten import audits_not_opened, audits_of_nobody, changes_not_audited
from records.wire import case_from
from scheme import certification, choice, choice_round, farm_change, farmer, matter, periodic_audit, status_change
from scheme.calendar import SchemeCalendar
from scheme.certification import Certification
from scheme.choice import Choice
from scheme.choice_round import ChoiceRound
from scheme.farm_change import FarmChange
from scheme.farmer import Farmer
from scheme.inbox import AnyCase
from scheme.matter import Matter
from scheme.periodic_audit import PeriodicAudit
from scheme.status_change import StatusChange
from scheme.step import Deadline


class Gap(StrEnum):
    """What does not agree."""

    # A case's deadlines are not those of its state.
    DEADLINES = "deadlines"
    # A choice's row says something else than its case.
    CHOICE = "choice"
    # The row of an audit or a decision, or of something that was found, says something else than its case.
    AUDIT = "audit"
    # A round counts another number of open choices than there are.
    ROUND = "round"
    # A step of a case does not stand in the trail.
    TRAIL = "trail"
    # A step that writes a letter has none in the ledger.
    LETTER_MISSING = "letter-missing"
    # A letter's row contradicts itself, or two letters have one Message-ID.
    LEDGER = "ledger"
    # An audit or decision nobody is asked to go on with, a certificate that ended unseen, a failed letter nobody is
    # told to mend, a task whose letter went out, a hold without its task or without reason.
    TASK = "task"
    # An audit that waits for ever: nobody is asked, and no day comes.
    NOBODY_ACTS = "nobody-acts"
    # A choice whose audit did not open when the one it waited for was over.
    AUDIT_NOT_OPENED = "audit-not-opened"
    # A move, a merger or a split after which an audit is due, and nothing runs that leads to one.
    CHANGE_NOT_AUDITED = "change-not-audited"


@dataclass(frozen=True)
class Finding:
    """about: the case, letter or task."""

    gap: Gap
    about: str


# What each kind of case says of its own next moments.
DEADLINES: Mapping[type[AnyCase], Callable[[Any], tuple[Deadline, ...]]] = {
    Choice: choice.deadlines,
    ChoiceRound: choice_round.deadlines,
    Farmer: farmer.deadlines,
    Matter: matter.deadlines,
    PeriodicAudit: periodic_audit.deadlines,
    Certification: certification.deadlines,
    StatusChange: status_change.deadlines,
    FarmChange: farm_change.deadlines,
}
_QUERIES: tuple[tuple[Gap, TextClause], ...] = (
    (
        Gap.ROUND,
        text("""
SELECT r.case_id FROM choice_round r WHERE r.state NOT IN ('asking', 'cancelled')
AND r.open <> (SELECT count(*) FROM choice c WHERE c.round_id = r.case_id AND c.closed_at IS NULL)"""),
    ),
    (
        Gap.TRAIL,
        text("""
SELECT c.case_id FROM case_file c LEFT JOIN
    (SELECT split_part(key, '#', 1) AS case_id, count(*) AS steps FROM trail
     WHERE split_part(key, '#', 2) ~ '^[0-9]+$' GROUP BY 1) t USING (case_id)
WHERE coalesce(t.steps, 0) <> c.revision"""),
    ),
    (
        Gap.LETTER_MISSING,
        text("""
SELECT t.key FROM trail t
JOIN (VALUES ('choice:asked', 'choice'), ('choice:reminded', 'reminder'), ('choice:assigned', 'assignment'),
             ('choice:asked-again', 'again'), ('audit:planned', 'visit'), ('audit:moved', 'visit'),
             ('audit:follow-up-planned', 'visit'), ('audit:reported', 'report'), ('correction:returned', 'returned'),
             ('correction:reminded', 'due'), ('certification:issued', 'certificate'),
             ('certification:refused', 'refusal')) AS tells (act, kind) USING (act)
WHERE NOT EXISTS (SELECT 1 FROM letter l WHERE l.case_id = split_part(t.key, '#', 1) AND l.kind = tells.kind)
UNION ALL SELECT t.key FROM trail t JOIN farm f ON f.farm_id = t.chain AND f.country = 'BE'
JOIN (VALUES ('farm:certificate-warned', 'expiry'), ('farm:certificate-ended', 'ended')) AS ends (act, kind) USING (act)
WHERE NOT EXISTS (SELECT 1 FROM letter l WHERE l.letter_key = replace(t.key, '#', ':' || ends.kind || ':'))
UNION ALL SELECT c.case_id FROM certificate_status s JOIN status_change c USING (case_id)
    WHERE NOT EXISTS (SELECT 1 FROM letter l WHERE l.case_id = c.case_id AND l.kind = 'status')"""),
    ),
    (
        Gap.LEDGER,
        text("""
SELECT letter_key FROM letter WHERE (claimed_by IS NULL) = (state = 'sending')
OR (state = 'planned' AND due_at IS NULL)
OR (state = 'handed-over' AND (sha256 IS NULL OR smtp_reply IS NULL OR handed_over_at IS NULL OR channel <> 'mail'))
OR (state = 'printed' AND (printed_at IS NULL OR batch_id IS NULL))
OR (state = 'to-print' AND (sha256 IS NULL OR channel <> 'paper'))
OR message_id IN (SELECT message_id FROM letter GROUP BY 1 HAVING count(*) > 1)"""),
    ),
    (
        Gap.TASK,
        text("""
SELECT letter_key FROM letter l WHERE state = 'failed' AND NOT EXISTS
    (SELECT 1 FROM task WHERE kind IN ('letter-failed', 'letter-unsent') AND closed_at IS NULL
     AND facts ->> 'letter' = l.letter_key)
UNION ALL SELECT task_id FROM task t JOIN letter l ON l.letter_key = t.facts ->> 'letter'
    WHERE t.kind = 'letter-failed' AND t.closed_at IS NULL AND l.state IN ('handed-over', 'to-print', 'printed')
UNION ALL SELECT task_id FROM task t JOIN hold h ON h.hold_id = t.case_id
    WHERE t.kind = 'round-held' AND t.closed_at IS NULL AND NOT h.held
UNION ALL SELECT a.case_id FROM (SELECT case_id, 'audit' AS what, state FROM periodic_audit UNION ALL
        SELECT case_id, 'certification', state FROM certification UNION ALL
        SELECT case_id, 'status', state FROM status_change) a
    JOIN (VALUES ('audit', 'to-plan', 'audit-plan'), ('audit', 'planned', 'audit-report'),
                 ('certification', 'to-review', 'certification-review'),
                 ('certification', 'to-decide', 'certification-decide'),
                 ('status', 'to-review', 'status-review'),
                 ('status', 'to-decide', 'status-decide')) AS asks (what, state, kind) USING (what, state)
    WHERE NOT EXISTS (SELECT 1 FROM task t WHERE t.case_id = a.case_id AND t.kind = asks.kind AND t.closed_at IS NULL)
UNION ALL SELECT t.key FROM trail t WHERE t.act = 'farm:certificate-ended' AND NOT EXISTS
    (SELECT 1 FROM task k WHERE k.task_id =
     'certificate-ended:' || split_part(t.key, '#', 1) || ':' || (t.facts ->> 'day'))
UNION ALL SELECT hold_id FROM hold h WHERE held AND held_by IS NULL AND NOT EXISTS
    (SELECT 1 FROM task t WHERE t.kind = 'round-held' AND t.closed_at IS NULL AND t.case_id = h.hold_id)"""),
    ),
)
# Those that are asked for otherwise than by a text.
_FORGOTTEN = (
    (Gap.NOBODY_ACTS, audits_of_nobody),
    (Gap.AUDIT_NOT_OPENED, audits_not_opened),
    (Gap.CHANGE_NOT_AUDITED, changes_not_audited),
)


async def findings(session: AsyncSession) -> list[Finding]:
    """Every gap, by kind; none in a house that holds."""
    found = [Finding(gap, about) for gap, query in _QUERIES for about in (await session.execute(query)).scalars()]
    forgotten = [Finding(gap, about) for gap, asked in _FORGOTTEN for about in await asked(session)]
    return [*await _cases(session), *found, *forgotten]


async def _cases(session: AsyncSession) -> list[Finding]:
    """Deadlines, choices, audits and decisions beside the states of their cases."""
    due: dict[str, set[tuple[str, object]]] = {}
    for deadline in await session.exec(select(DeadlineRow)):
        due.setdefault(deadline.case_id, set()).add((deadline.kind, deadline.due))
    choices = {row.case_id: row for row in await session.exec(select(ChoiceRow))}
    audits = await AuditRows.read(session)
    found = []
    for row in await session.exec(select(CaseRow).order_by(col(CaseRow.case_id))):
        case = case_from(row.state)
        if due.get(row.case_id, set()) != {(one.kind.value, one.due) for one in _deadlines(case)}:
            found.append(Finding(Gap.DEADLINES, row.case_id))
        if isinstance(case, Choice) and not _same(case, choices.get(row.case_id), row):
            found.append(Finding(Gap.CHOICE, row.case_id))
        if not audits.agree(case, row):
            found.append(Finding(Gap.AUDIT, row.case_id))
    return found


def _deadlines(case: AnyCase) -> tuple[Deadline, ...]:
    return () if isinstance(case, SchemeCalendar) else DEADLINES[type(case)](case)


def _same(case: Choice, row: ChoiceRow | None, file: CaseRow) -> bool:
    return row is not None and (
        (row.state, row.body, row.default_body, row.answered_at, row.closed_at, file.closed_at)
        == (case.state.value, case.body, case.default_body, case.answered_at, case.closed_at, case.closed_at)
    )
