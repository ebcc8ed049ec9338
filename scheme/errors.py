"""A refusal by rule: kept as a row, shown with the rule's sentence, never a failed call."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Rule(StrEnum):
    """Every rule that can refuse something; its sentence stands in the catalogue under `rule-<value>`."""

    CASE_CLOSED = "case-closed"
    ALREADY_OPEN = "already-open"
    FARM_STOPPED = "farm-stopped"
    NOT_ALLOWED = "not-allowed"
    BODY_NOT_OFFERED = "body-not-offered"
    TOO_LATE = "too-late"
    NO_RECOGNISED_BODY = "no-recognised-body"
    NOBODY_TO_WRITE_TO = "nobody-to-write-to"
    NOT_IN_THE_FUTURE = "not-in-the-future"
    WRONG_YEAR = "wrong-year"
    SUPERSEDED = "superseded"
    BEFORE_IT_BEGAN = "before-it-began"
    # Of the practice clock.
    CLOCK_NEVER_BACK = "clock-never-back"
    # A farm stops, or something happens to it, before it took part.
    STOP_DAY = "stop-day"
    CHANGED_MEANWHILE = "changed-meanwhile"
    NOTHING_TO_CORRECT = "nothing-to-correct"
    NO_RUNNING_ROUND = "no-running-round"
    NO_CERTIFICATE = "no-certificate"
    # It has one: nobody applies for a first audit.
    HAS_CERTIFICATE = "has-certificate"
    DUTCH_FARM = "dutch-farm"
    # An application before what it follows from, or one of which the first audit would be late at once.
    APPLIED_BEFORE = "applied-before"
    APPLIED_LONG_AGO = "applied-long-ago"
    ALREADY_ASKED = "already-asked"
    ALREADY_CHOSEN = "already-chosen"
    NOT_UNDERSTOOD = "not-understood"
    # A round of this year was begun and cancelled; letters are held before a round is cancelled.
    ROUND_CANCELLED = "round-cancelled"
    HOLD_FIRST = "hold-first"
    # Farms to which no letter can be written stand in the way of a round.
    NOT_WRITABLE = "not-writable"
    # A letter that is to be printed again was printed in another batch.
    NOT_IN_BATCH = "not-in-batch"
    # Whoever asks for a test letter has no mail address.
    NO_OWN_ADDRESS = "no-own-address"
    VALUE_OUT_OF_RANGE = "value-out-of-range"
    NOT_IN_THE_PAST = "not-in-the-past"
    REMINDER_AFTER_ANSWER = "reminder-after-answer"
    PLAN_AFTER_CORRECTION = "plan-after-correction"
    LAST_WARNING_FIRST = "last-warning-first"
    SECOND_PERSON_NEEDED = "second-person-needed"
    ALREADY_PROPOSED = "already-proposed"
    ALREADY_DECIDED = "already-decided"
    # A letter: it went out, nothing refused it, or its mail address is still the one that was refused.
    LETTER_GONE = "letter-gone"
    NOT_FAILED = "not-failed"
    SAME_ADDRESS = "same-address"
    # People: names are unique, a body belongs to some roles only, somebody can always manage people.
    NAME_TAKEN = "name-taken"
    ROLE_AND_BODY = "role-and-body"
    LAST_ADMINISTRATOR = "last-administrator"
    ABSENCE_DATES = "absence-dates"
    ABSENCE_OVERLAPS = "absence-overlaps"
    NO_SUBSTITUTE = "no-substitute"
    # Audits: who may hold one, what a report and a corrective action need.
    AUDITOR_TIED = "auditor-tied"
    NOT_AN_AUDITOR = "not-an-auditor"
    NOT_THE_AUDITOR = "not-the-auditor"
    NOT_PLANNED = "not-planned"
    VISIT_IN_THE_PAST = "visit-in-the-past"
    # A visit that nobody would plan: a slip in the year.
    VISIT_TOO_FAR = "visit-too-far"
    # The same hour and auditor again: nothing to do, and nobody to write to.
    VISIT_AS_PLANNED = "visit-as-planned"
    ALREADY_REPORTED = "already-reported"
    # The choice it follows cannot be replaced any more.
    AUDIT_HELD = "audit-held"
    FINDING_TWICE = "finding-twice"
    NO_SUCH_FINDING = "no-such-finding"
    FINDING_SETTLED = "finding-settled"
    # Of a proof by post: it came after the last day, or nobody said when it came.
    PROOF_TOO_LATE = "proof-too-late"
    RECEIVED_ON_NEEDED = "received-on-needed"
    NOTHING_TO_JUDGE = "nothing-to-judge"
    SEEN_ON_SITE_NEEDED = "seen-on-site-needed"
    # Nobody went to see it: no supplementary audit is planned, or its day is after the one on which it was seen.
    FOLLOW_UP_NEEDED = "follow-up-needed"
    BEFORE_FOLLOW_UP = "before-follow-up"
    # Decisions about certificates: by nobody who took part or has a tie, after a review by somebody else.
    INVOLVED = "involved"
    ALREADY_REVIEWED = "already-reviewed"
    NOT_REVIEWED = "not-reviewed"
    BETTER_THAN_THE_RULES = "better-than-the-rules"
    # No certificate, or less than the rules give, and nobody said why.
    GROUNDS_NEEDED = "grounds-needed"
    NOT_READY = "not-ready"
    # What happened to a farm: nothing of it is another one; it began before what is there; an audit waits for its
    # decision; a decision about its holder or site is being made; its new site is to be audited, or the
    # farm that a merger or a split made of it.
    NOTHING_CHANGED = "nothing-changed"
    CHANGE_DAY = "change-day"
    # Something that happened to the farm later is on record and decided about.
    EARLIER_CHANGE = "earlier-change"
    AUDIT_UNDECIDED = "audit-undecided"
    HOLDER_UNDECIDED = "holder-undecided"
    # Something that happened to the farm before is not decided about yet.
    CHANGE_UNDECIDED = "change-undecided"
    # The farm that is to be merged into another one: it is that one, nobody's, it stopped, what happened to it is not
    # decided about, it took part from a later day only.
    SAME_FARM = "same-farm"
    UNKNOWN_FARM = "unknown-farm"
    OTHER_STOPPED = "other-stopped"
    OTHER_UNDECIDED = "other-undecided"
    MERGER_DAY = "merger-day"
    SITE_AUDIT_DUE = "site-audit-due"
    MERGER_AUDIT_DUE = "merger-audit-due"
    SPLIT_AUDIT_DUE = "split-audit-due"
    # The certificate is not in a status of which this can be asked.
    STATUS_DIFFERS = "status-differs"
    # The reason does not go with what is asked.
    REASON_DIFFERS = "reason-differs"
    # Collective extensions: days that cannot be, no certificate to move, another list than the one that was seen.
    EXTENSION_DAYS = "extension-days"
    EXTENSION_TOO_LONG = "extension-too-long"
    NOTHING_TO_EXTEND = "nothing-to-extend"
    NOT_AS_PREVIEWED = "not-as-previewed"
    NOT_EXTENDED = "not-extended"
    # A dairy's webhook: an address that cannot be, one in a private network, one that practice may not speak to, none.
    WEBHOOK_ADDRESS = "webhook-address"
    WEBHOOK_PRIVATE = "webhook-private"
    WEBHOOK_PRACTICE = "webhook-practice"
    NO_WEBHOOK = "no-webhook"


@dataclass(frozen=True)
class Refusal:
    """Which rule refused, the day it turned on, if one did, and how many stand in the way, if that is counted."""

    rule: Rule
    day: date | None = None
    many: int | None = None


class RuleViolationError(Exception):
    """Raised where a rule of the scheme forbids what was asked; the caller keeps it as `refused_by`."""

    def __init__(self, rule: Rule, day: date | None = None, many: int | None = None) -> None:
        super().__init__(rule.value)
        self.refusal = Refusal(rule, day, many)
